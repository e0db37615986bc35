"""Who may read whose record."""

from __future__ import annotations

from accounts.models import Role, User

RECORD_READERS = frozenset(
    {Role.STUDENT_SUCCESS, Role.LEARNING_MANAGER, Role.HEAD_OF_LEARNING, Role.ADMINISTRATOR}
)
SCHOOL_RECORD_READERS = frozenset({Role.HEAD_OF_LEARNING, Role.ADMINISTRATOR})


def may_read_record(user: User, subject: User | None) -> bool:
    """One's own record (R1: the student can read it); anybody's, for the school's staff; the school's, for
    its heads.

    A mentor sees sessions and their verdicts, not the record.
    """
    if not user.is_authenticated or not user.is_active:
        return False
    if subject is None:
        return user.has_role(*SCHOOL_RECORD_READERS)
    return user.pk == subject.pk or user.has_role(*RECORD_READERS)


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
