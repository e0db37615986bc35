"""Celery's part in enforcement: the clock and the distribution. The database is the truth."""

from __future__ import annotations

import logging
from datetime import datetime
from time import monotonic

from celery import shared_task
from django.db import connection
from django.utils import timezone

from . import conf, pulse, selectors
from .registry import all_sweeps, get_sweep
from .runner import SweepFailed, run
from .sweeps import Sweep

log = logging.getLogger(__name__)

BATCHES_A_READING = 20
"""After so many batches a long run reads the clock again; a sweep that acts outwards does after each."""


@shared_task
def tick() -> None:
    """One tick of the clock: start a task for each sweep that has work, and note that the others have none.

    When the broker does not take a task, the sweeps run here, one after the other: time goes on without it.
    A sweep whose ``due`` fails is noted and does not stop the others.
    """
    _revive_connection()
    now = timezone.now()
    work = selectors.work(all_sweeps().values(), now)
    if work.idle:
        pulse.idle([sweep.name for sweep in work.idle], now)
    for name, error in work.broken.items():
        pulse.finished(name, now, 0, error)
    broker_answers = True
    for sweep in work.busy:
        if broker_answers:
            try:
                for _ in range(_sharers(sweep, now)):
                    run_sweep.apply_async((sweep.name,), expires=2 * conf.tick().total_seconds(), retry=False)
                continue
            except Exception as refused:  # whatever transport it is: the work must be done all the same
                log.warning("the broker takes no task, sweeping here: %s", refused)
                broker_answers = False
        _settle_all(sweep)


@shared_task
def run_sweep(name: str) -> int:
    """Run one sweep until nothing is due, or its time is up (the next tick goes on); returns what it
    settled."""
    _revive_connection()
    return _settle_all(get_sweep(name))


def _sharers(sweep: Sweep, now: datetime) -> int:
    """How many tasks take part: several where there is more than a batch and they can skip each other's rows."""
    if sweep.outward or not connection.features.has_select_for_update_skip_locked:
        return 1
    beyond = sweep.due(now).values_list("pk")[sweep.batch_size : sweep.batch_size + 1]
    return conf.sharers() if beyond else 1


def _revive_connection() -> None:
    """Replace a connection that died since the last task.

    Celery keeps it for many tasks (CELERY_DB_REUSE_MAX, so that sessions do not grow with tasks), and does
    not look.
    """
    if connection.connection is not None and not connection.in_atomic_block and not connection.is_usable():
        connection.close()


def _settle_all(sweep: Sweep) -> int:
    """Read the clock, settle some batches, and again."""
    ends_at = monotonic() + conf.run_seconds()
    batches = 1 if sweep.outward else BATCHES_A_READING
    total = 0
    while True:
        try:
            settled = run(sweep, timezone.now(), max_batches=batches)
        except SweepFailed as error:
            # Its rows are on the staff's list by now, and logged; the next tick tries the others.
            log.error("%s", error)
            return total + error.settled
        except Exception:
            log.exception("sweep %s stopped; the next tick tries again", sweep.name)
            _revive_connection()
            return total
        total += settled
        if not settled or monotonic() > ends_at:
            return total
