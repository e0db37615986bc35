"""Rows that a sweep could not settle: set aside with a growing delay, shown to staff, forgotten once they
are settled."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from .models import SweepFailure

FIRST_DELAY = timedelta(minutes=1)
LONGEST_DELAY = timedelta(days=1)


def of(sweep: str, now: datetime) -> tuple[set[int], set[int]]:
    """The rows of this sweep that failed before, and those among them whose next attempt is not due yet."""
    rows = list(SweepFailure.objects.filter(sweep=sweep).values_list("row_id", "retry_at"))
    return {row for row, _ in rows}, {row for row, retry_at in rows if retry_at > now}


def told(error: BaseException) -> str:
    """An error in one line, for staff."""
    return f"{type(error).__name__}: {error}"[:1000]


def note(sweep: str, row_id: int, now: datetime, error: BaseException) -> None:
    """Set a row aside; the delay doubles with each failure, from a minute to a day."""
    failure, created = SweepFailure.objects.get_or_create(
        sweep=sweep,
        row_id=row_id,
        defaults={
            "error": told(error),
            "first_failed_at": now,
            "last_failed_at": now,
            "retry_at": now + FIRST_DELAY,
        },
    )
    if not created:
        failure.failures += 1
        failure.error = told(error)
        failure.last_failed_at = now
        failure.retry_at = now + min(FIRST_DELAY * 2 ** min(failure.failures - 1, 20), LONGEST_DELAY)
        failure.save()


def forget(sweep: str, row_ids: Iterable[int]) -> None:
    """These rows are settled now."""
    SweepFailure.objects.filter(sweep=sweep, row_id__in=list(row_ids)).delete()
