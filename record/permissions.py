"""Who may read whose record."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.db.models import QuerySet

from accounts.models import Role, User

RECORD_READERS = frozenset({Role.STUDENT_SUCCESS, Role.HEAD_OF_LEARNING, Role.ADMINISTRATOR})
SCHOOL_RECORD_READERS = frozenset({Role.HEAD_OF_LEARNING, Role.ADMINISTRATOR})


Subjects = Callable[[User], QuerySet[Any, Any]]
"""The ids of the people whose record somebody reads by a role."""

_SCOPES: dict[str, Subjects] = {}


def let_read(role: str, subjects: Subjects) -> None:
    """Let a role read some people's records. The app that knows whom the role looks after says so when it
    starts: the record itself knows of no Paths."""
    _SCOPES[role] = subjects


def subjects_of(user: User) -> list[QuerySet[Any, Any]]:
    """The people whose records the user reads by roles that look after some."""
    return [subjects(user) for role, subjects in _SCOPES.items() if user.has_role(role)]


def may_read_record(user: User, subject: User | None) -> bool:
    """One's own record (R1: the student can read it); anybody's, for the school's staff, and for a
    Learning Manager that of their own Paths' students; the school's, for its heads.

    A mentor sees sessions and their verdicts, not the record.
    """
    if not user.is_authenticated or not user.is_active:
        return False
    if subject is None:
        return user.has_role(*SCHOOL_RECORD_READERS)
    if user.pk == subject.pk or user.has_role(*RECORD_READERS):
        return True
    return any(subject.pk in set(own) for own in subjects_of(user))


def may_retry_messages(user: User) -> bool:
    """Who looks after messages that could not be sent."""
    return user.is_active and user.has_role(*RECORD_READERS)


def may_read_all_records(user: object) -> bool:
    """Who reads the records of the whole school at once, in the admin; a Learning Manager opens students'
    pages instead."""
    return (
        isinstance(user, User)
        and user.is_active
        and user.has_role(Role.STUDENT_SUCCESS, Role.HEAD_OF_LEARNING, Role.ADMINISTRATOR)
    )


def may_read_file_rows(user: object) -> bool:
    """Who sees in the admin which files are kept of whom; what is in them their purposes say."""
    return (
        isinstance(user, User) and user.is_active and user.has_role(Role.HEAD_OF_LEARNING, Role.ADMINISTRATOR)
    )
