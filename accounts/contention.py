"""A transaction that the database ended for another's sake: not the caller's fault, and tried once more.

The lock order (``mentoring.services.desk``) lets nobody wait in a circle; what remains, like two who insert the same
key at once, or SQLite's one writer kept too long, is answered with "busy" and never as a failure.
"""

from __future__ import annotations

from django.db import OperationalError

VICTIM = frozenset({"40P01", "40001"})
"""PostgreSQL: deadlock detected, serialization failure."""

BUSY = VICTIM | {"55P03"}
"""... and a lock that was not to be had in time."""

RETRY_AFTER = 2
"""Seconds after which a caller who was answered "busy" may ask again."""


def was_victim(error: BaseException) -> bool:
    """Whether doing the same again may well succeed; nothing was written."""
    return _sqlstate(error) in VICTIM


def was_busy(error: BaseException) -> bool:
    """Whether the database had no room for this now, and has nothing against it."""
    if _sqlstate(error) in BUSY:
        return True
    return isinstance(error, OperationalError) and "database is locked" in str(error)


def _sqlstate(error: BaseException) -> str:
    cause = error.__cause__ if isinstance(error, OperationalError) else None
    return str(getattr(cause, "pgcode", None) or "")
