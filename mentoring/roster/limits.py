"""What a roster may do, by whose hand it comes, and whom it may change (abuse 41, 58).

An account belongs to whoever signs in with it. A roster changes the name, address, activity and roles only of
accounts that a roster made and that are a student's and nothing more; everybody else is changed by an administrator.
A Learning Manager imports for their own Paths, and touches people of those Paths alone, or new ones.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from accounts.models import Role, User
from students.models import Enrolment, Path

# Kept in the mirror beside what the source told: who imported the row that made the account (0: the operator).
MADE_KEY = "_made"
STUDENT_ALONE = frozenset({str(Role.STUDENT)})


def has_other_roles(user: User) -> bool:
    """Whether somebody is more, or other, than a student: staff, mentor, assessor, quality …"""
    return user.is_superuser or frozenset(map(str, user.roles)) != STUDENT_ALONE


def is_open_to_rosters(user: User, told_before: dict[str, Any] | None) -> bool:
    """Whether a roster changes this account: one that a roster made, and a student's alone."""
    return MADE_KEY in (told_before or {}) and not has_other_roles(user)


@dataclass(frozen=True, slots=True)
class Limits:
    """Whose import it is: an administrator's, a Learning Manager's, or the operator's (None)."""

    by: User | None

    @property
    def is_administrator(self) -> bool:
        return self.by is not None and self.by.has_role(Role.ADMINISTRATOR)

    @property
    def own_paths_only(self) -> bool:
        return self.by is not None and not self.is_administrator

    @property
    def maker(self) -> int:
        return self.by.pk if self.by else 0

    def covers_path(self, path: Path | None) -> bool:
        """Whether what is imported may make or change this Path, or trainings on it. None: a new one."""
        if not self.own_paths_only:
            return True
        return path is not None and self.by is not None and path.learning_manager_id == self.by.pk

    def covers_person(
        self, user: User, trainings: Iterable[Enrolment], told_before: dict[str, Any] | None
    ) -> bool:
        """Whether this person may be touched: a student of the importer's own Paths and of no other, or one whom
        their own roster made and who is in no training yet."""
        if not self.own_paths_only:
            return True
        own = list(trainings)
        if has_other_roles(user):
            return False
        if not own:
            return (told_before or {}).get(MADE_KEY) == self.maker
        return all(self.covers_path(enrolment.path) for enrolment in own)
