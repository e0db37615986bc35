"""Writes the heartbeats: one statement each."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.db.models import F

from .failures import told
from .models import Heartbeat


def _beat(sweep: str, **values: object) -> None:
    if not Heartbeat.objects.filter(sweep=sweep).update(**values):
        Heartbeat.objects.bulk_create([Heartbeat(sweep=sweep)], ignore_conflicts=True)
        Heartbeat.objects.filter(sweep=sweep).update(**values)


def started(sweep: str, now: datetime) -> None:
    """A run has begun."""
    _beat(sweep, last_started_at=now, alive_at=now)


def alive(sweep: str, now: datetime) -> None:
    """A run goes on."""
    _beat(sweep, alive_at=now)


def finished(sweep: str, now: datetime, settled: int, error: Exception | None) -> None:
    """A run has ended, well or not; an error stays until a run ends well."""
    values: dict[str, object] = {
        "last_finished_at": now,
        "alive_at": now,
        "last_count": settled,
        "last_error": told(error) if error else "",
        "last_error_at": now if error else None,
    }
    if settled:
        values |= {"total": F("total") + settled, "last_settled_at": now}
    _beat(sweep, **values)


def idle(sweeps: Iterable[str], now: datetime) -> None:
    """A tick has looked at these sweeps and found nothing due, so that no error stands: one statement for
    all."""
    Heartbeat.objects.bulk_create(
        [Heartbeat(sweep=sweep, alive_at=now) for sweep in sweeps],
        update_conflicts=True,
        unique_fields=["sweep"],
        update_fields=["alive_at", "last_error", "last_error_at"],
    )
