"""The versions of the policy and which of them was in force at an instant.

The versions shipped beside this module are always there; `load` adds a school's own. A fact is judged
by the version in force when it happened: a notice by the one at its receipt, a session by the one at
its start.
"""

from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path

from rulebook.errors import PolicyError
from rulebook.loading import read_policy
from rulebook.terms import AttendanceTerms, Clause, Policy

__all__ = [
    "AttendanceTerms",
    "Clause",
    "Policy",
    "PolicyBook",
    "book",
    "get_policy",
    "load",
    "policy_at",
    "read_book",
]

SHIPPED = Path(__file__).parent / "policies"


@dataclass(frozen=True)
class PolicyBook:
    """All known versions, the earliest first."""

    versions: tuple[Policy, ...]

    @cached_property
    def _starts(self) -> list[datetime]:
        return [policy.effective_from for policy in self.versions]

    @cached_property
    def _by_id(self) -> dict[str, Policy]:
        return {policy.id: policy for policy in self.versions}

    def at(self, instant: datetime) -> Policy:
        """The version in force at an aware instant; a version's first instant belongs to it."""
        position = bisect_right(self._starts, instant.astimezone(UTC))
        if not position:
            raise LookupError(f"No version of the policy was in force at {instant.isoformat()}.")
        return self.versions[position - 1]

    def get(self, policy_id: str) -> Policy:
        """The version with this id."""
        try:
            return self._by_id[policy_id]
        except KeyError:
            raise LookupError(f"There is no policy version {policy_id!r}.") from None


def read_book(directories: Iterable[Path]) -> PolicyBook:
    """The versions in all ``*.toml`` files of these directories; two may share neither id nor first
    instant.
    """
    by_id: dict[str, Path] = {}
    by_start: dict[datetime, Path] = {}
    found: list[Policy] = []
    for directory in directories:
        if not directory.is_dir():
            raise PolicyError(directory, "", "is not a directory")
        for path in sorted(directory.glob("*.toml")):
            policy = read_policy(path)
            if other := by_id.get(policy.id):
                raise PolicyError(path, "id", f"{policy.id!r} is the id of {other} too")
            if other := by_start.get(policy.effective_from):
                raise PolicyError(path, "effective_from", f"overlaps {other}, which starts then too")
            by_id[policy.id] = by_start[policy.effective_from] = path
            found.append(policy)
    return PolicyBook(tuple(sorted(found, key=lambda policy: policy.effective_from)))


_book: PolicyBook | None = None


def load(extra_dir: Path | str | None = None) -> PolicyBook:
    """Read the shipped versions and a school's own, and use them from now on (called when a process
    starts).
    """
    global _book
    directories = [SHIPPED, *([Path(extra_dir)] if extra_dir else [])]
    _book = read_book(directories)
    return _book


def book() -> PolicyBook:
    """The versions in use: those of the last `load`, or the shipped ones."""
    return _book or load()


def policy_at(instant: datetime) -> Policy:
    """The version in force at an aware instant."""
    return book().at(instant)


def get_policy(policy_id: str) -> Policy:
    """The version with this id."""
    return book().get(policy_id)
