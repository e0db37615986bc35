"""``script/bench enforcement [--rounds N] [--quick]``: interleaved rounds, medians, ratios in one run."""

from __future__ import annotations

import argparse
from datetime import UTC, datetime, timedelta
from statistics import median
from time import perf_counter

from bench.database import fresh_database


def main() -> None:
    options = argparse.ArgumentParser(prog="script/bench enforcement")
    options.add_argument("--rounds", type=int, default=5)
    options.add_argument("--quick", action="store_true", help="small totals only")
    given = options.parse_args()
    totals = [10_000, 100_000] if given.quick else [10_000, 100_000, 1_000_000]
    with fresh_database():
        for total in totals:
            _total(total, given.rounds)


def _total(total: int, rounds: int) -> None:
    from bench.enforcement import floor, seed

    now = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
    seed.school(total, now)
    floor.lay(total, seed.PAIRS, now)
    _idle(total, now, rounds)
    for due in (1_000, 10_000):
        ours, raw = [], []
        for _ in range(rounds):
            floor.fall_due(due, seed.PAIRS, now)
            raw.append(_timed(lambda: floor.settle(now), due))
            floor.take_back()
            seed.fall_due(due, now)
            ours.append(_timed(lambda: _settle(now), due))
            seed.take_back()
        seconds, base = median(ours), median(raw)
        print(
            f"{due:>6} due among {total:>9,}: ours {due / seconds:>8,.0f}/s"
            f"   raw CTE {due / base:>8,.0f}/s   ours = {base / seconds:.2f} x the floor",
            flush=True,
        )
    seed.fall_due(10_000, now, same_minute=True)
    started = perf_counter()
    _settle(now)
    print(f"10,000 due in the same minute among {total:,}: settled in {perf_counter() - started:.2f} s")
    seed.take_back()


def _settle(now: datetime) -> int:
    from enforcement.runner import run
    from mentoring.sweeps import ATTENDANCE

    return run(ATTENDANCE, now)


def _timed(work: object, expected: int) -> float:
    started = perf_counter()
    settled = work()  # type: ignore[operator]
    seconds = perf_counter() - started
    if settled != expected:
        raise SystemExit(f"settled {settled} of {expected}")
    return seconds


def _idle(total: int, now: datetime, rounds: int) -> None:
    from bench.enforcement import floor
    from mentoring.sweeps import ATTENDANCE

    before = now - timedelta(days=365 * 30)
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
