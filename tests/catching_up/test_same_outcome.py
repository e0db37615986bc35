"""On time, five days late, twice, in any batch size, by ten workers: one outcome (A10)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

import pytest
from django.db import connection, connections, transaction

from discipline.sweeps import OPEN_CASES, WITHDRAW_CASES
from enforcement.runner import run
from mentoring.sweeps import ATTENDANCE, RESCHEDULING_DEADLINES, RESCHEDULING_REMINDERS
from tests.catching_up.history import BEGIN, END, HOUR, School, apply, make_facts, make_school
from tests.catching_up.outcome import Outcome, outcome

# Those that these histories have work for: no mail goes out in them, and nobody sits on a Board.
SWEEPS = (ATTENDANCE, RESCHEDULING_REMINDERS, RESCHEDULING_DEADLINES, OPEN_CASES, WITHDRAW_CASES)
LATE = END + timedelta(days=5)
STUDENTS = 4

Sweep = Callable[[datetime], None]


def sweep_all(now: datetime, *, times: int = 1, batch_size: int | None = None) -> None:
    for _ in range(times):
        for each in SWEEPS:
            run(each, now, batch_size)


def live(school: School, seed: int, sweep: Sweep | None) -> list[str]:
    """Apply the facts of a history, sweeping in between if a sweep is given; returns the refusals."""
    refusals = []
    tick = BEGIN
    for fact in make_facts(school, seed):
        while sweep and tick < fact.at:
            sweep(tick)
            tick += 6 * HOUR
        if sweep:
            sweep(fact.at)
        refusals.append(apply(school, fact))
    while sweep and tick < END:
        sweep(tick)
        tick += 6 * HOUR
    return [each for each in refusals if each]


def lived(seed: int, sweep: Sweep | None, last: Sweep) -> tuple[list[str], Outcome]:
    """One run in a transaction of its own, which leaves nothing behind."""
    with transaction.atomic():
        school = make_school(STUDENTS)
        refusals = live(school, seed, sweep)
        last(LATE)
        found = outcome(school)
        transaction.set_rollback(True)
    return _plain_refusals(refusals), found


def _plain_refusals(refusals: list[str]) -> list[str]:
    return [each.split("choice=")[0] + each.split("):")[-1] for each in refusals]


@pytest.mark.django_db
@pytest.mark.parametrize("seed", range(4))
def test_a10_late_twice_and_in_any_batch_size_is_as_on_time(seed: int) -> None:
    on_time = lived(seed, sweep_all, sweep_all)
    assert len(on_time[1]["entries"]) > 40
    assert lived(seed, None, sweep_all) == on_time
    assert lived(seed, None, lambda now: sweep_all(now, times=2, batch_size=1)) == on_time
    assert (
        lived(seed, lambda now: sweep_all(now, batch_size=3), lambda now: sweep_all(now, times=2)) == on_time
    )


@pytest.mark.django_db
def test_a10_histories_reach_every_rule() -> None:
    """The histories above are worth comparing: all verdicts, breaches, cases and withdrawals occur in them."""
    kinds: set[str] = set()
    for seed in range(4):
        for line in lived(seed, None, sweep_all)[1]["entries"]:
            kinds.add(line.split()[2])
    assert kinds >= {
        *(
            "session_held",
            "absence_unauthorised",
            "absence_authorised",
            "session_unattended",
            "mentor_absent",
        ),
        *("rescheduling_breach", "reasons_given", "contest_decided", "three_absences", "case_opened"),
    }


@pytest.fixture
def workers() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(10) as pool:
        yield pool


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_a10_ten_workers_at_once_are_as_one(workers: ThreadPoolExecutor) -> None:
    seed = 1
    alone = lived(seed, None, sweep_all)
    school = make_school(STUDENTS)
    refusals = live(school, seed, None)

    def work(number: int) -> None:
        try:
            # Small batches, and each worker begins with another sweep: they meet as often as they can.
            for step in range(len(SWEEPS)):
                run(SWEEPS[(number + step) % len(SWEEPS)], LATE, 2)
        finally:
            connections.close_all()

    list(workers.map(work, range(10)))
    # What one worker left to another that had finished already is there at the next tick.
    sweep_all(LATE)
    assert connection.vendor == "postgresql"
    assert (_plain_refusals(refusals), outcome(school)) == alone
