"""Leaves at their boundaries: 7 and 8 days, 15 and 16, the last second, leap days, year's ends, clock changes."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rulebook.errors import RuleError
from rulebook.leave import (
    Approver,
    begins_at,
    days_given_back,
    in_advance,
    judge_leave,
    length_in_days,
    moved_end,
    over_at,
)
from rulebook.policy import get_policy

TERMS = get_policy("2026-01").leave
US = timedelta(microseconds=1)
DAYS = st.dates(date(2020, 1, 1), date(2040, 12, 31))
LENGTHS = st.integers(1, 400)
ZONES = st.sampled_from(["Europe/Paris", "America/Martinique", "Indian/Reunion", "Pacific/Apia", "UTC"])


def course(days: int, first: date = date(2026, 3, 2)):
    return judge_leave(first, first + timedelta(days=days - 1), TERMS)


@pytest.mark.parametrize(
    ("days", "approver", "needs_email"),
    [
        (1, Approver.MENTOR, False),
        (7, Approver.MENTOR, False),
        (8, Approver.STUDENT_SUCCESS, False),
        (15, Approver.STUDENT_SUCCESS, False),
        (16, Approver.STUDENT_SUCCESS, True),
        (90, Approver.STUDENT_SUCCESS, True),
    ],
)
def test_l1_l2_the_length_says_who_approves_and_whether_the_email_belongs_to_it(
    days: int, approver: Approver, needs_email: bool
) -> None:
    found = course(days)
    assert (found.days, found.approver, found.needs_email) == (days, approver, needs_email)


@given(DAYS, LENGTHS)
def test_l1_l2_only_the_number_of_days_matters(first: date, days: int) -> None:
    assert course(days, first) == course(days)


@pytest.mark.parametrize(
    ("first", "last", "days"),
    [
        ("2026-12-28", "2027-01-03", 7),  # across a year's end
        ("2028-02-23", "2028-02-29", 7),  # up to a leap day
        ("2028-02-23", "2028-03-01", 8),  # over it
        ("2026-02-23", "2026-03-01", 7),  # the same days of another year
        ("2026-03-26", "2026-04-01", 7),  # over the clock change in spring: one hour short
        ("2026-10-23", "2026-10-29", 7),  # and in autumn: one hour long
    ],
)
def test_l1_days_are_counted_by_the_calendar(first: str, last: str, days: int) -> None:
    assert length_in_days(date.fromisoformat(first), date.fromisoformat(last)) == days


def test_l1_a_leave_does_not_end_before_it_starts() -> None:
    with pytest.raises(RuleError) as refused:
        judge_leave(date(2026, 3, 2), date(2026, 3, 1), TERMS)
    assert (refused.value.field, refused.value.clause) == ("ends_on", "2.7")


@given(DAYS, ZONES)
def test_l1_in_advance_lasts_to_the_last_second_of_the_day_before(day: date, zone: str) -> None:
    begins = begins_at(day, zone)
    assert in_advance(begins - US, day, zone)
    assert not in_advance(begins, day, zone)


def test_l1_the_day_before_is_the_enrolments_own() -> None:
    late_evening = datetime(2026, 3, 1, 23, 30, tzinfo=UTC)  # 00:30 of the 2nd in Paris, 19:30 in Martinique
    assert not in_advance(late_evening, date(2026, 3, 2), "Europe/Paris")
    assert in_advance(late_evening, date(2026, 3, 2), "America/Martinique")


@given(DAYS, LENGTHS, ZONES)
def test_l4_the_span_holds_its_days_and_no_other(first: date, days: int, zone: str) -> None:
    last = first + timedelta(days=days - 1)
    hours = (over_at(last, zone) - begins_at(first, zone)) / timedelta(hours=1)
    assert abs(hours - 24 * days) <= 24  # Apia left a whole day out once
    assert over_at(last, zone) == begins_at(last + timedelta(days=1), zone)


@given(DAYS, DAYS, LENGTHS)
def test_l4_the_end_moves_by_exactly_the_length_and_back(end: date, first: date, days: int) -> None:
    moved = moved_end(end, course(days, first).days)
    assert (moved - end).days == days
    assert moved_end(moved, -days) == end


@given(DAYS, LENGTHS, st.data())
def test_l4_an_early_return_leaves_what_was_taken(first: date, days: int, data: st.DataObject) -> None:
    last = first + timedelta(days=days - 1)
    back = data.draw(st.dates(first, last))
    assert (back - first).days + days_given_back(first, last, back) == days


def test_l4_one_returns_on_a_day_of_the_leave() -> None:
    first, last = date(2026, 3, 2), date(2026, 3, 8)
    assert days_given_back(first, last, last) == 1
    assert days_given_back(first, last, first) == 7
    for outside in (first - timedelta(days=1), last + timedelta(days=1)):
        with pytest.raises(RuleError) as refused:
            days_given_back(first, last, outside)
        assert refused.value.field == "back_on"


def week(number: int, days: int = 7) -> tuple[date, date]:
    first = date(2026, 3, 2) + timedelta(weeks=number)
    return first, first + timedelta(days=days - 1)


@pytest.mark.parametrize(
    ("others", "consecutive", "approver", "needs_email"),
    [
        ([], 7, Approver.MENTOR, False),
        ([week(1)], 14, Approver.STUDENT_SUCCESS, False),
        ([week(3)], 14, Approver.STUDENT_SUCCESS, False),
        ([week(1), week(3, 1)], 15, Approver.STUDENT_SUCCESS, False),
        ([week(3, 2), week(1)], 16, Approver.STUDENT_SUCCESS, True),
        ([week(0), week(1), week(3)], 28, Approver.STUDENT_SUCCESS, True),
        ([week(0), week(4)], 7, Approver.MENTOR, False),  # a week of training between them
        ([week(1, 6)], 7, Approver.MENTOR, False),  # and one day of it
    ],
)
def test_l2_adjoining_leaves_are_one_absence(others, consecutive, approver, needs_email) -> None:
    found = judge_leave(*week(2), TERMS, others)
    assert (found.days, found.consecutive) == (7, consecutive)
    assert (found.approver, found.needs_email) == (approver, needs_email)
