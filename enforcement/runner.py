"""Runs one sweep until nothing is due: batch by batch, each in one transaction."""

from __future__ import annotations

import gc
import logging
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from math import inf
from time import monotonic

from celery.exceptions import SoftTimeLimitExceeded
from django.db import DatabaseError, InterfaceError, OperationalError, connection, transaction

from . import failures, pulse
from .sweeps import Sweep

log = logging.getLogger(__name__)

MAX_HANDOVERS = 10
"""How often one run hands the same row to ``settle``: a row may fall due again at a later deadline that has
passed too, but not without end."""
MAX_RETRIES = 3
"""How often a batch is tried again after a deadlock or a lock timeout."""
MAX_FAILED_ROWS = 20
"""After so many rows that fail alone a run gives up: then it is the rule that is broken, not the rows."""
PULSE_SECONDS = 5.0


class SweepFailed(Exception):
    """A run that could not settle all that was due; says how much it settled."""

    def __init__(self, sweep: Sweep, settled: int, why: str) -> None:
        super().__init__(f"{sweep.name}: {why} ({settled} settled)")
        self.sweep = sweep
        self.settled = settled


def run(
    sweep: Sweep,
    now: datetime,
    batch_size: int | None = None,
    *,
    max_batches: int | None = None,
    heartbeat: bool = True,
) -> int:
    """Settle what is due at ``now`` and return how many rows that were.

    1. Lock the oldest due rows that nobody else has (``SKIP LOCKED``): ten workers share the work and none
       does it twice.
    2. Let ``settle`` write, in the same transaction. Again, until none is left.
    3. When a batch fails, halve it until the failing row stands alone; set that row aside with a growing
       delay, go on with the others, and raise SweepFailed at the end: nothing fails silently, and nothing
       stops the rest.
    """
    work = _Run(sweep, now, batch_size or sweep.batch_size, max_batches)
    return work.with_heartbeat() if heartbeat else work.settle()


@contextmanager
def _no_collection() -> Iterator[None]:
    """No garbage collection meanwhile: the rows of a batch look to it like a leak, and going through all that
    a process has loaded took a quarter of the batch's time."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


class _Run:
    """The state of one run."""

    def __init__(self, sweep: Sweep, now: datetime, batch_size: int, max_batches: int | None) -> None:
        self.sweep = sweep
        self.now = now
        self.batch_size = batch_size
        self.max_batches = max_batches
        self.settled = 0
        self.handed: Counter[int] = Counter()
        self.known, self.aside = failures.of(sweep.name, now)
        self.stuck: set[int] = set()
        self.failed: dict[int, Exception] = {}
        self._pulse_at = inf  # no sign of life in between

    def with_heartbeat(self) -> int:
        self._pulse_at = monotonic() + PULSE_SECONDS
        pulse.started(self.sweep.name, self.now)
        try:
            self.settle()
        except Exception as error:
            try:
                pulse.finished(self.sweep.name, self.now, self.settled, error)
            except DatabaseError:  # the connection is lost: the first error is the one to tell
                log.exception("sweep %s: its heartbeat cannot be written", self.sweep.name)
            raise
        pulse.finished(self.sweep.name, self.now, self.settled, None)
        return self.settled

    def settle(self) -> int:
        """The run without its heartbeat (a dry run must not hold its row)."""
        self._batches()
        self._complain()
        return self.settled

    def _batches(self) -> None:
        done = 0
        while self.max_batches is None or done < self.max_batches:
            pks = self._attempt(None)
            if not pks:
                return
            done += 1
            self._note_handover(pks)
            if monotonic() > self._pulse_at:
                self._pulse_at = monotonic() + PULSE_SECONDS
                pulse.alive(self.sweep.name, self.now)

    def _attempt(self, only: Sequence[int] | None) -> Sequence[int]:
        """Settle one batch (of the rows ``only``, if given) and return the rows it was; isolate the ones
        that fail."""
        pks: list[int] = []
        for retry in range(MAX_RETRIES + 1):
            pks = []
            try:
                with _no_collection():
                    self._settle_batch(only, pks)
                return pks
            except (OperationalError, InterfaceError):
                # A deadlock, a lock timeout or a lost connection: not the fault of a row.
                if retry == MAX_RETRIES or not connection.is_usable():
                    raise
            except SoftTimeLimitExceeded:
                raise  # the worker's time is up: not the fault of a row either
            except Exception as error:
                if not pks:
                    raise  # ``due`` itself fails
                self._isolate(pks, error)
                return pks
        return pks

    def _settle_batch(self, only: Sequence[int] | None, pks: list[int]) -> None:
        rows = self.sweep.due(self.now)
        if only is not None:
            rows = rows.filter(pk__in=only)
        if skipped := self.aside | self.stuck:
            rows = rows.exclude(pk__in=skipped)
        if self.sweep.outward:
            pks.extend(rows.values_list("pk", flat=True)[: self.batch_size])
            if pks:
                self._count(pks, self.sweep.settle(pks, self.now))
            return
        with transaction.atomic():
            if connection.features.has_select_for_update_skip_locked:
                # Not against references: settling other rows may write some that refer to these.
                rows = rows.select_for_update(skip_locked=True, of=("self",), no_key=True)
            pks.extend(rows.values_list("pk", flat=True)[: self.batch_size])
            settled = self.sweep.settle(pks, self.now) if pks else 0
            if cured := self.known.intersection(pks):
                failures.forget(self.sweep.name, cured)
        self._count(pks, settled)

    def _count(self, pks: Sequence[int], settled: int) -> None:
        self.settled += settled
        if not settled:
            self.stuck.update(pks)

    def _note_handover(self, pks: Sequence[int]) -> None:
        self.handed.update(pks)
        self.stuck.update(pk for pk in pks if self.handed[pk] >= MAX_HANDOVERS)

    def _isolate(self, pks: Sequence[int], error: Exception) -> None:
        """Halve a failing batch until the rows that fail stand alone."""
        if len(pks) == 1:
            self._set_aside(pks[0], error)
            return
        middle = len(pks) // 2
        for half in (pks[:middle], pks[middle:]):
            self._attempt(half)

    def _set_aside(self, pk: int, error: Exception) -> None:
        log.error("sweep %s: row %s failed", self.sweep.name, pk, exc_info=error)
        failures.note(self.sweep.name, pk, self.now, error)
        self.aside.add(pk)
        self.failed[pk] = error
        if len(self.failed) >= MAX_FAILED_ROWS:
            raise SweepFailed(self.sweep, self.settled, "too many rows fail") from error

    def _complain(self) -> None:
        """Say at the end of a run which rows failed or are still due although they were settled."""
        if self.failed:
            pk, error = next(iter(self.failed.items()))
            why = f"{len(self.failed)} row(s) failed, the first is {pk}: {failures.told(error)}"
            raise SweepFailed(self.sweep, self.settled, why) from error
        # Of an outward sweep, rows that others have claimed look the same as rows that do not move on.
        if self.stuck and self.max_batches is None and not self.sweep.outward:
            still = self.sweep.due(self.now).filter(pk__in=self.stuck).count()
            if still:
                raise SweepFailed(self.sweep, self.settled, f"{still} row(s) are due after settling")
