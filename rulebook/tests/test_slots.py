"""A3 and A8: where a missed session may go, and whether anything was on offer."""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from typing import Any

import pytest

from rulebook.attendance import rescheduling_deadline
from rulebook.dates import iso_week, local_instant
from rulebook.slots import Blocker, Rule, free_slots, grid, postponement_window, slot_offered
from rulebook.tests.clocks import LENGTH, TERMS, US, repeated_hour

PARIS = "Europe/Paris"
LONG_AGO = datetime(2025, 6, 1, tzinfo=UTC)
# A Tuesday at 14:00 in ISO week 10; the window is Monday 2 March to the end of Sunday 15 March.
MISSED = local_instant(date(2026, 3, 3), time(14), PARIS)
DEADLINE = rescheduling_deadline(MISSED, TERMS)


def at(day: int, hour: int, minute: int = 0, month: int = 3) -> datetime:
    return local_instant(date(2026, month, day), time(hour, minute), PARIS)


def rule(weekday: int, starts: int, ends: int, **known: Any) -> Rule:
    given: dict[str, Any] = {"zone": PARIS, "recorded_at": LONG_AGO} | known
    return Rule(weekday, time(starts), time(ends % 24), **given)


def free(*rules: Rule, **known: Any) -> list[datetime]:
    given: dict[str, Any] = {
        "missed_at": MISSED,
        "after": MISSED,
        "zone": PARIS,
        "busy": (),
        "week_counts": {},
    } | known
    return free_slots(terms=TERMS, rules=rules, **given)


def offered(*rules: Rule, **known: Any) -> bool:
    given: dict[str, Any] = {
        "missed_at": MISSED,
        "deadline": DEADLINE,
        "zone": PARIS,
        "blockers": (),
        "week_counts": {},
    }
    return slot_offered(terms=TERMS, rules=rules, **(given | known))


def test_a3_a_stretch_is_cut_in_consecutive_sessions_from_its_start() -> None:
    assert free(rule(2, 9, 12)) == [
        *(at(4, 9), at(4, 9, 45), at(4, 10, 30), at(4, 11, 15)),
        *(at(11, 9), at(11, 9, 45), at(11, 10, 30), at(11, 11, 15)),
    ]


def test_a3_a_session_that_does_not_fit_whole_is_not_on_offer() -> None:
    assert free(Rule(2, time(9), time(9, 44), PARIS, LONG_AGO)) == []
    assert free(Rule(2, time(9), time(9, 45), PARIS, LONG_AGO)) == [at(4, 9), at(11, 9)]


def test_a3_another_length_cuts_another_grid() -> None:
    assert free(rule(2, 9, 11), length=timedelta(hours=1)) == [at(4, 9), at(4, 10), at(11, 9), at(11, 10)]


def test_a3_the_window_is_the_same_and_the_following_iso_week() -> None:
    assert postponement_window(MISSED, PARIS, TERMS) == (at(2, 0), at(16, 0))
    every_midnight = [rule(weekday, 0, 1) for weekday in range(7)]
    found = free(*every_midnight, after=at(1, 0))
    assert (found[0], found[-1], len(found)) == (at(2, 0), at(15, 0), 14)


def test_a3_the_last_slot_of_the_window_may_end_at_midnight() -> None:
    assert free(rule(6, 23, 24), after=at(14, 0)) == [at(15, 23)]


@pytest.mark.parametrize(("zone", "found"), [(PARIS, 1), ("Asia/Kathmandu", 2)])
def test_a3_weeks_are_those_of_the_enrolment_and_not_of_the_mentor(zone: str, found: int) -> None:
    """Sunday at 20:00 in Paris is already Monday in Kathmandu, whose following week is then one later."""
    sunday_evening = at(1, 20)
    mondays = free(rule(0, 9, 10), missed_at=sunday_evening, after=sunday_evening, zone=zone)
    assert mondays == [at(2, 9), at(9, 9)][:found]


@pytest.mark.parametrize(("off", "count"), [(-US, 8), (timedelta(0), 7), (US, 7)])
def test_a3_a_slot_starts_strictly_after_the_asking(off: timedelta, count: int) -> None:
    assert len(free(rule(2, 9, 12), after=at(4, 9) + off)) == count


@pytest.mark.parametrize(
    ("busy", "is_free"),
    [
        ((at(4, 8), at(4, 9)), True),
        ((at(4, 8), at(4, 9) + US), False),
        ((at(4, 9, 45), at(4, 11)), True),
        ((at(4, 9, 45) - US, at(4, 11)), False),
        ((at(4, 9, 10), at(4, 9, 11)), False),
        ((at(1, 0), at(9, 0)), False),
    ],
)
def test_a3_a_slot_never_overlaps_what_is_busy(busy: tuple[datetime, datetime], is_free: bool) -> None:
    assert (at(4, 9) in free(rule(2, 9, 10), busy=[busy])) is is_free


@pytest.mark.parametrize(("count", "is_free"), [(0, True), (1, True), (2, False), (3, False)])
def test_a3_at_most_two_sessions_in_one_week(count: int, is_free: bool) -> None:
    week = iso_week(MISSED, PARIS)
    found = free(rule(2, 9, 10), week_counts={week: count})
    assert (at(4, 9) in found) is is_free
    assert at(11, 9) in found


def test_a3_a_week_that_nobody_counted_holds_no_session() -> None:
    one_a_week = replace(TERMS, max_sessions_per_week=1)
    given: dict[str, Any] = {"missed_at": MISSED, "after": MISSED, "zone": PARIS, "busy": ()}
    rules = [rule(2, 9, 10)]
    assert free_slots(terms=one_a_week, rules=rules, week_counts={}, **given) == [at(4, 9), at(11, 9)]


def test_a3_only_availability_in_force_is_on_offer() -> None:
    assert free(rule(2, 9, 10, recorded_at=MISSED)) != []
    assert free(rule(2, 9, 10, recorded_at=MISSED + US)) == []
    assert free(rule(2, 9, 10, retired_at=MISSED)) == []
    assert free(rule(2, 9, 10, retired_at=MISSED + US)) != []


def test_a3_rules_that_overlap_give_each_start_once() -> None:
    assert free(rule(2, 9, 10), rule(2, 9, 11)).count(at(4, 9)) == 1


def test_a3_slots_keep_the_mentors_local_time_over_the_clock_change() -> None:
    missed = at(24, 14)  # the clocks change on Sunday 29 March
    found = free(rule(3, 9, 10), missed_at=missed, after=missed)
    assert found == [at(26, 9), at(2, 9, month=4)]
    assert [slot.hour for slot in found] == [8, 7]


@pytest.mark.parametrize(("month", "day", "starts"), [(3, 29, 2), (10, 25, 5)])
def test_a3_a_night_stretch_is_as_long_as_the_clocks_make_it(month: int, day: int, starts: int) -> None:
    """01:00 to 04:00 on a Sunday is two hours in spring and four in autumn."""
    midnight = local_instant(date(2026, month, day), time(0), PARIS)
    found = list(grid(rule(6, 1, 4), (midnight, midnight + timedelta(hours=8)), LENGTH))
    assert len(found) == starts
    assert all(b - a == LENGTH for a, b in pairwise(found))


def test_a3_a_mentor_in_another_zone_is_asked_in_their_own_times() -> None:
    found = free(rule(2, 9, 10, zone="America/New_York"))
    # New York changes its clocks on 8 March, Paris only on 29 March.
    assert [slot.hour for slot in found] == [14, 13]


def test_a8_a_free_slot_in_the_window_was_on_offer() -> None:
    assert offered(rule(2, 9, 10))


def test_a8_no_availability_offers_nothing() -> None:
    assert not offered()


def test_a8_a_slot_that_came_before_the_missed_start_or_at_it_was_not_on_offer() -> None:
    only_first_week = iso_week(MISSED + timedelta(weeks=1), PARIS)
    assert not offered(rule(1, 13, 14), week_counts={only_first_week: 2})
    assert not offered(Rule(1, time(14), time(14, 45), PARIS, LONG_AGO), week_counts={only_first_week: 2})
    assert offered(rule(1, 15, 16), week_counts={only_first_week: 2})


@pytest.mark.parametrize(("off", "was_on_offer"), [(timedelta(0), True), (US, False)])
def test_a8_availability_recorded_after_the_deadline_comes_too_late(
    off: timedelta, was_on_offer: bool
) -> None:
    assert offered(rule(0, 9, 10, recorded_at=DEADLINE + off)) is was_on_offer


@pytest.mark.parametrize(("off", "was_on_offer"), [(timedelta(0), False), (US, True)])
def test_a8_availability_retired_by_the_missed_start_was_not_on_offer(
    off: timedelta, was_on_offer: bool
) -> None:
    assert offered(rule(2, 9, 10, retired_at=MISSED + off)) is was_on_offer


@pytest.mark.parametrize(("off", "was_on_offer"), [(-US, True), (timedelta(0), False)])
def test_a8_a_slot_recorded_only_when_it_starts_was_not_on_offer(off: timedelta, was_on_offer: bool) -> None:
    full = {iso_week(MISSED + timedelta(weeks=1), PARIS): 2}
    assert offered(rule(2, 9, 10, recorded_at=at(4, 9) + off), week_counts=full) is was_on_offer


def test_a8_a_full_week_offers_nothing() -> None:
    first, following = iso_week(MISSED, PARIS), iso_week(MISSED + timedelta(weeks=1), PARIS)
    assert not offered(rule(2, 9, 10), week_counts={first: 2, following: 2})
    assert offered(rule(2, 9, 10), week_counts={first: 2, following: 1})


def blocks_all(from_at: datetime, until_at: datetime | None = None) -> Blocker:
    return Blocker(at(1, 0), at(20, 0), from_at, until_at)


@pytest.mark.parametrize(
    ("blockers", "was_on_offer"),
    [
        ([blocks_all(LONG_AGO)], False),
        ([blocks_all(MISSED)], False),
        ([blocks_all(MISSED + US)], True),
        ([blocks_all(LONG_AGO, DEADLINE)], True),
        ([blocks_all(LONG_AGO, DEADLINE + US)], False),
        ([blocks_all(LONG_AGO, MISSED)], True),
        ([blocks_all(LONG_AGO, MISSED + US)], True),
        # One hands over to the next: at no moment was anything free, so nothing was on offer.
        ([blocks_all(LONG_AGO, at(4, 18)), blocks_all(at(4, 18))], False),
        ([blocks_all(LONG_AGO, at(4, 18)), blocks_all(at(4, 18) + US)], True),
    ],
)
def test_a8_what_blocked_the_whole_time_from_missed_start_to_deadline(
    blockers: list[Blocker], was_on_offer: bool
) -> None:
    assert offered(rule(0, 9, 10), blockers=blockers) is was_on_offer


def test_a8_a_blocker_beside_the_slot_takes_nothing() -> None:
    beside = [Blocker(at(9, 8), at(9, 9), LONG_AGO), Blocker(at(9, 9, 45), at(9, 11), LONG_AGO)]
    assert offered(rule(0, 9, 10), blockers=beside)
    assert not offered(rule(0, 9, 10), blockers=[Blocker(at(9, 9, 44), at(9, 11), LONG_AGO)])


def test_a8_a_rule_and_a_gap_between_blockers_must_meet() -> None:
    gap = [blocks_all(LONG_AGO, at(4, 10)), blocks_all(at(4, 12))]
    assert offered(rule(0, 9, 10, recorded_at=at(4, 11)), blockers=gap)
    assert not offered(rule(0, 9, 10, recorded_at=at(4, 12)), blockers=gap)
    assert not offered(rule(0, 9, 10, retired_at=at(4, 10)), blockers=gap)


def test_a8_the_end_of_the_following_week_closes_the_offer() -> None:
    full = {iso_week(MISSED, PARIS): 2}
    sunday_only = [Blocker(at(9, 0), at(15, 0), LONG_AGO)]
    assert offered(rule(6, 23, 24), week_counts=full, blockers=sunday_only)
    assert not offered(rule(0, 0, 1), week_counts=full, blockers=sunday_only)


def test_abuse_27_in_the_repeated_hour_the_later_instant_is_later_whatever_the_clocks_show() -> None:
    asked, recorded = repeated_hour(30, fold=0), repeated_hour(10, fold=1)
    monday = rule(0, 9, 10, recorded_at=recorded)
    assert free(monday, missed_at=asked, after=asked) == []
    assert free(monday, missed_at=asked, after=recorded) != []
    retired = rule(0, 9, 10, retired_at=recorded)
    assert offered(retired, missed_at=asked, deadline=asked + timedelta(hours=48))
    assert not offered(retired, missed_at=recorded, deadline=asked + timedelta(hours=48))


def test_abuse_27_a_deadline_in_the_repeated_hour_is_the_instant_and_not_what_the_clocks_show() -> None:
    recorded = repeated_hour(10, fold=1)
    missed = recorded - timedelta(hours=48)
    monday = rule(0, 9, 10, recorded_at=recorded)
    assert not offered(monday, missed_at=missed, deadline=repeated_hour(30, fold=0))
    assert offered(monday, missed_at=missed, deadline=repeated_hour(10, fold=1))
