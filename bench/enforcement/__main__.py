"""``script/bench enforcement [--rounds N] [--quick]``: interleaved rounds, medians, ratios in one run."""

from __future__ import annotations

import argparse
import multiprocessing
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from multiprocessing.connection import Connection
from statistics import median
from time import perf_counter

from bench.database import fresh_database

NOW = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
WORKERS = 2
"""As many as the trial runs; they share a sweep by skipping each other's rows."""


def main() -> None:
    options = argparse.ArgumentParser(prog="script/bench enforcement")
    options.add_argument("--rounds", type=int, default=5)
    options.add_argument("--quick", action="store_true", help="small totals only")
    given = options.parse_args()
    totals = [10_000, 100_000] if given.quick else [10_000, 100_000, 1_000_000]
    with fresh_database():
        team = Team()
        for total in totals:
            _total(total, given.rounds, team)
        team.dismiss()


class Team:
    """Worker processes that settle the same backlog at once, as Celery's do."""

    def __init__(self) -> None:
        from django.db import connections

        # A connection does not survive a fork; each process opens its own.
        connections.close_all()
        fork = multiprocessing.get_context("fork")
        self.lines: list[Connection] = []
        for _ in range(WORKERS):
            here, there = fork.Pipe()
            fork.Process(target=_work, args=(there,), daemon=True).start()
            self.lines.append(here)

    def settle(self) -> int:
        for line in self.lines:
            line.send(True)
        return sum(line.recv() for line in self.lines)

    def dismiss(self) -> None:
        for line in self.lines:
            line.send(False)


def _work(line: Connection) -> None:
    while line.recv():
        line.send(_settle())


def _total(total: int, rounds: int, team: Team) -> None:
    from bench.enforcement import floor, seed

    seed.school(total, NOW)
    floor.lay(total, seed.PAIRS, NOW)
    _idle(total, rounds)
    team.settle()  # opens the workers' connections
    for due in (1_000, 10_000):
        alone: list[float] = []
        together: list[float] = []
        raw: list[float] = []
        for _ in range(rounds):
            floor.fall_due(due, seed.PAIRS, NOW)
            raw.append(_timed(lambda: floor.settle(NOW), due))
            floor.take_back()
            for times, settle in ((alone, _settle), (together, team.settle)):
                seed.fall_due(due, NOW)
                times.append(_timed(settle, due))
                seed.take_back()
        base = median(raw)
        print(f"{due:>6,} due among {total:>9,}: raw CTE {due / base:>8,.0f}/s")
        for name, times in (("one worker", alone), (f"{WORKERS} workers", together)):
            seconds = median(times)
            print(
                f"{'':>10} {name:<12} {due / seconds:>8,.0f}/s = {base / seconds:.2f} x the floor", flush=True
            )
    for name, settle in (("one worker", _settle), (f"{WORKERS} workers", team.settle)):
        seed.fall_due(10_000, NOW, same_minute=True)
        seconds = _timed(settle, 10_000)
        print(
            f"10,000 due in the same minute among {total:,}, {name}: settled in {seconds:.2f} s", flush=True
        )
        seed.take_back()


def _settle() -> int:
    from enforcement.runner import run
    from mentoring.sweeps import ATTENDANCE

    return run(ATTENDANCE, NOW)


def _timed(work: Callable[[], int], expected: int) -> float:
    started = perf_counter()
    settled = work()
    seconds = perf_counter() - started
    if settled != expected:
        raise SystemExit(f"settled {settled} of {expected}")
    return seconds


def _idle(total: int, rounds: int) -> None:
    """A look at what is due when nothing is: its cost must not follow the rows that exist."""
    from bench.enforcement import floor
    from mentoring.sweeps import ATTENDANCE

    before = NOW - timedelta(days=365 * 30)
    ours, raw = [], []
    for _ in range(rounds * 20):
        started = perf_counter()
        floor.idle(before)
        raw.append(perf_counter() - started)
        started = perf_counter()
        list(ATTENDANCE.due(before).values_list("pk", flat=True)[:500])
        ours.append(perf_counter() - started)
    print(
        f"idle look among {total:,}: ours {median(ours) * 1000:.2f} ms, raw {median(raw) * 1000:.2f} ms"
        f" = {median(ours) / median(raw):.1f} x"
    )


if __name__ == "__main__":
    main()
