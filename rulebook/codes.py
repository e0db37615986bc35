"""The code of conduct: a text of the school's own in versions, each accepted by every student (2.1, P6).

Its versions stand beside the policy's (``rulebook/conduct/*.toml``); ``load`` adds a school's own.
"""

import hashlib
import json
import tomllib
from bisect import bisect_right
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from functools import cached_property
from pathlib import Path
from types import MappingProxyType
from typing import Any

from rulebook.dates import local_instant
from rulebook.errors import PolicyError
from rulebook.terms import Policy

SHIPPED = Path(__file__).parent / "conduct"


@dataclass(frozen=True, slots=True)
class Passage:
    """One point of the code: a key that an address may name, a title, a text, and both in other languages."""

    key: str
    title: str
    text: str
    translations: Mapping[str, tuple[str, str]] = field(default_factory=dict)

    def in_language(self, code: str) -> "Passage":
        """The passage in a language ("fr", "fr-ca"), as far as the file has it."""
        found = self.translations.get(code) or self.translations.get(code.split("-")[0])
        return Passage(self.key, *found, self.translations) if found else self


@dataclass(frozen=True)
class Code:
    """One version of the code of conduct, in force from ``effective_from`` (UTC) until the next one's."""

    id: str
    effective_from: datetime
    passages: tuple[Passage, ...]

    @cached_property
    def digest(self) -> str:
        """What exactly was accepted: SHA-256 over the words of the version, whatever the language read."""
        return _digest([[each.key, each.title, each.text] for each in self.passages])


def policy_digest(policy: Policy) -> str:
    """What exactly was accepted of a policy: SHA-256 over the words of its clauses."""
    return _digest([[each.number, each.title, each.summary] for each in policy.clauses.values()])


def _digest(words: list[list[str]]) -> str:
    return hashlib.sha256(json.dumps(words, ensure_ascii=False).encode()).hexdigest()


@dataclass(frozen=True)
class CodeBook:
    """All known versions, the earliest first."""

    versions: tuple[Code, ...]

    def at(self, instant: datetime) -> Code:
        """The version in force at an aware instant; a version's first instant belongs to it."""
        position = bisect_right([code.effective_from for code in self.versions], instant.astimezone(UTC))
        if not position:
            raise LookupError(f"No code of conduct was in force at {instant.isoformat()}.")
        return self.versions[position - 1]

    def get(self, code_id: str) -> Code:
        """The version with this id."""
        for code in self.versions:
            if code.id == code_id:
                return code
        raise LookupError(f"There is no code of conduct {code_id!r}.")


def read_code(path: Path) -> Code:
    """The version that a TOML file holds."""
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise PolicyError(path, "", str(error)) from error
    day = table.get("effective_from")
    if not isinstance(day, date) or isinstance(day, datetime):
        raise PolicyError(path, "effective_from", "must be a date, such as 2026-01-01, without quotes")
    passages = table.get("passages")
    if not isinstance(passages, dict) or not passages:
        raise PolicyError(path, "passages", "this section is missing")
    return Code(
        id=_text(path, "id", table),
        effective_from=local_instant(day, time(0), _text(path, "time_zone", table)),
        passages=tuple(_passage(path, key, entry) for key, entry in passages.items()),
    )


def _passage(path: Path, key: str, entry: Any) -> Passage:
    if not isinstance(entry, dict):
        raise PolicyError(path, f"passages.{key}", "must be a table with title and text")
    others = {
        code: (_text(path, "title", words), _text(path, "text", words))
        for code, words in entry.items()
        if isinstance(words, dict)
    }
    title, text = _text(path, "title", entry), _text(path, "text", entry)
    return Passage(key, title, text, MappingProxyType(others))


def _text(path: Path, name: str, table: Mapping[str, Any]) -> str:
    value = table.get(name)
    if not isinstance(value, str) or not value.strip():
        raise PolicyError(path, name, "must be a text in quotes that is not empty")
    return value.strip()


def read_codes(directories: Iterable[Path]) -> CodeBook:
    """The versions in all ``*.toml`` files of these directories; two may share neither id nor first instant."""
    found: list[Code] = []
    for directory in directories:
        for path in sorted(directory.glob("*.toml")):
            code = read_code(path)
            for other in found:
                if other.id == code.id or other.effective_from == code.effective_from:
                    raise PolicyError(path, "id", f"version {other.id!r} has the same id or first day")
            found.append(code)
    return CodeBook(tuple(sorted(found, key=lambda code: code.effective_from)))


_codes: CodeBook | None = None


def load(extra_dir: Path | str | None = None) -> CodeBook:
    """Read the shipped versions and a school's own (``conduct/`` in its policy folder), and use them from now on."""
    global _codes
    own = Path(extra_dir) / "conduct" if extra_dir else None
    _codes = read_codes([SHIPPED, *([own] if own and own.is_dir() else [])])
    return _codes


def codes() -> CodeBook:
    """The versions in use: those of the last `load`, or the shipped ones."""
    return _codes or load()


def code_at(instant: datetime) -> Code:
    """The version in force at an aware instant."""
    return codes().at(instant)


def get_code(code_id: str) -> Code:
    """The version with this id."""
    return codes().get(code_id)
