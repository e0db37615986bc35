"""What is due, how late it is, and which sweeps have been silent. Never a COUNT over a table that grows."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import connection, transaction
from django.db.models import QuerySet

from . import conf, failures
from .models import Heartbeat, SweepFailure
from .registry import all_sweeps
from .sweeps import Sweep

log = logging.getLogger(__name__)

MOST_COUNTED = 10_000
"""Due rows are counted up to here; beyond, "more than" is enough to know."""


@dataclass(frozen=True, slots=True)
class SweepStatus:
    """One line of the enforcement page. ``due`` stops at MOST_COUNTED + 1."""

    sweep: Sweep
    due: int
    oldest_lag: timedelta | None
    heartbeat: Heartbeat | None
    next_tick_at: datetime | None
    failing: int
    late: bool
    error: str = ""

    @property
    def more_due(self) -> bool:
        """Whether there are more than were counted."""
        return self.due > MOST_COUNTED

    @property
    def last_error(self) -> str:
        """What went wrong now, or in the last run."""
        return self.error or (self.heartbeat.last_error if self.heartbeat else "")


@dataclass(frozen=True, slots=True)
class Work:
    """Which sweeps have something to do at an instant, which have nothing, and which cannot even be asked."""

    busy: list[Sweep]
    idle: list[Sweep]
    broken: dict[str, Exception]


def work(sweeps: Iterable[Sweep], now: datetime) -> Work:
    """Ask each sweep whether anything is due: one short statement each."""
    found = Work([], [], {})
    for sweep in sweeps:
        try:
            with _own_ground():
                has_work = _without_order(sweep.due(now)).exists()
        except Exception as error:
            log.exception("sweep %s: what is due cannot be asked", sweep.name)
            found.broken[sweep.name] = error
            continue
        (found.busy if has_work else found.idle).append(sweep)
    return found


def _own_ground() -> AbstractContextManager[Any]:
    """Where a statement may fail without spoiling the transaction around it; outside of one it costs
    nothing."""
    return transaction.atomic() if connection.in_atomic_block else nullcontext()


def _without_order(rows: QuerySet[Any]) -> QuerySet[Any]:
    return rows.order_by()


def count_due(sweep: Sweep, now: datetime) -> int:
    """How many rows are due, counted up to MOST_COUNTED + 1."""
    rows = _without_order(sweep.due(now)).values("pk")[: MOST_COUNTED + 1]
    return rows.count()


def oldest_lag(sweep: Sweep, now: datetime) -> timedelta | None:
    """For how long the oldest row has been due; None where nothing is, or the sweep does not say."""
    if not sweep.late_by:
        return None
    oldest = sweep.due(now).order_by(sweep.late_by).values_list(sweep.late_by, flat=True).first()
    return None if oldest is None else max(now - oldest, timedelta())


def status(now: datetime) -> list[SweepStatus]:
    """Every sweep as the staff sees it: clause, due now, oldest lag, last run, next tick, last error."""
    beats = {beat.sweep: beat for beat in Heartbeat.objects.all()}
    failing: dict[str, int] = {}
    for name in SweepFailure.objects.values_list("sweep", flat=True)[:MOST_COUNTED]:
        failing[name] = failing.get(name, 0) + 1
    return [
        _status(sweep, now, beats.get(sweep.name), failing.get(sweep.name, 0))
        for sweep in all_sweeps().values()
    ]


def _status(sweep: Sweep, now: datetime, beat: Heartbeat | None, failing: int) -> SweepStatus:
    due, lag, error = 0, None, ""
    try:
        with _own_ground():
            due, lag = count_due(sweep, now), oldest_lag(sweep, now)
    except Exception as problem:  # the page shows which sweep is broken instead of breaking itself
        log.exception("sweep %s: what is due cannot be asked", sweep.name)
        error = failures.told(problem)
    seen = beat.alive_at if beat else None
    return SweepStatus(
        sweep=sweep,
        due=due,
        oldest_lag=lag,
        heartbeat=beat,
        next_tick_at=seen + conf.tick() if seen else None,
        failing=failing,
        late=is_late(seen, now),
        error=error,
    )


def is_late(seen: datetime | None, now: datetime) -> bool:
    """Whether a sweep has given no sign of life for ``silent_ticks`` ticks."""
    return seen is None or now - seen > conf.tick() * conf.silent_ticks()


def late_sweeps(now: datetime) -> list[str]:
    """The names of the sweeps that have been silent for too long, for the readiness check; one statement."""
    seen = dict(Heartbeat.objects.values_list("sweep", "alive_at"))
    return [name for name in all_sweeps() if is_late(seen.get(name), now)]


def failing_rows(now: datetime) -> QuerySet[SweepFailure]:
    """Rows that could not be settled, the longest first."""
    return SweepFailure.objects.order_by("first_failed_at", "id")
