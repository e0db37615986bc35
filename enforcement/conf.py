"""The settings of enforcement, with their defaults, in one place."""

from __future__ import annotations

from datetime import timedelta

from django.conf import settings


def tick() -> timedelta:
    """How often beat ticks (``ENFORCEMENT_TICK_SECONDS``)."""
    return timedelta(seconds=getattr(settings, "ENFORCEMENT_TICK_SECONDS", 10))


def silent_ticks() -> int:
    """After how many ticks without a sign of life a sweep counts as late (``ENFORCEMENT_SILENT_TICKS``)."""
    return int(getattr(settings, "ENFORCEMENT_SILENT_TICKS", 3))


def run_seconds() -> float:
    """How long one task goes on with a sweep (``ENFORCEMENT_RUN_SECONDS``); less than Celery's soft time
    limit."""
    return float(getattr(settings, "ENFORCEMENT_RUN_SECONDS", 120))


def sharers() -> int:
    """How many tasks share a sweep that is due for more than one batch (``ENFORCEMENT_SHARERS``)."""
    return int(getattr(settings, "ENFORCEMENT_SHARERS", 2))
