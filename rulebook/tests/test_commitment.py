"""T3: no regular work for four weeks; to the microsecond, across clock changes, beside leaves and suspensions."""

from datetime import date, datetime, time, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rulebook.commitment import Silence, full_at, silences
from rulebook.dates import local_instant

WEEK, MICRO = timedelta(weeks=1), timedelta(microseconds=1)
FOUR = 4 * WEEK
PARIS = "Europe/Paris"


def at(text: str) -> datetime:
    return datetime.fromisoformat(text)


SINCE = at("2026-01-06T14:45+01:00")


def days(first: date, last: date) -> tuple[datetime, datetime]:
    """Days of an interruption, both included, as the platform turns them into a span."""
    return (
        local_instant(first, time(0), PARIS),
        local_instant(last + timedelta(days=1), time(0), PARIS),
    )


def found(*works: datetime, until: datetime, pauses=(), since=SINCE, ends_at=None):
    return silences(since, works, pauses, FOUR, until=until, ends_at=ends_at)


def test_t3_an_alert_is_due_strictly_after_four_weeks():
    assert found(until=SINCE + FOUR) == []
    assert found(until=SINCE + FOUR + MICRO) == [Silence(SINCE, SINCE + FOUR, None)]


@pytest.mark.parametrize("late", [timedelta(0), MICRO])
def test_t3_work_at_the_very_last_instant_is_in_time(late):
    spells = found(SINCE + FOUR + late, until=SINCE + 5 * WEEK)
    assert bool(spells) is bool(late)


def test_t3_one_spell_gives_one_alert_and_work_ends_it():
    work = SINCE + 6 * WEEK
    assert found(work, until=work + FOUR) == [Silence(SINCE, SINCE + FOUR, work)]


def test_t3_a_sweep_that_comes_weeks_late_finds_every_spell_as_it_was():
    first, second = SINCE + 5 * WEEK, SINCE + 11 * WEEK
    spells = found(first, second, until=SINCE + 20 * WEEK)
    assert [spell.full_at for spell in spells] == [SINCE + FOUR, first + FOUR, second + FOUR]
    assert [spell.ended_at for spell in spells] == [first, second, None]
    on_time = found(until=SINCE + FOUR + MICRO)
    assert on_time[0].full_at == spells[0].full_at


@pytest.mark.parametrize("since", ["2026-03-10T14:45+01:00", "2026-10-06T14:45+02:00"])
def test_t3_four_weeks_are_exact_across_a_clock_change(since):
    begun = at(since)
    spell = found(until=begun + 5 * WEEK, since=begun)[0]
    assert spell.full_at - begun == timedelta(hours=4 * 7 * 24)
    assert found(until=begun + FOUR, since=begun) == []


def test_t3_days_of_leave_do_not_add_to_the_silence():
    leave = days(date(2026, 1, 12), date(2026, 1, 18))
    assert full_at(SINCE, [leave], FOUR) == SINCE + 5 * WEEK
    assert found(until=SINCE + FOUR + MICRO, pauses=[leave]) == []


def test_t3_a_leave_over_the_clock_change_takes_its_true_length():
    begun = at("2026-03-10T14:45+01:00")
    leave = days(date(2026, 3, 23), date(2026, 3, 29))  # 29 March has 23 hours
    assert full_at(begun, [leave], FOUR) - begun == FOUR + WEEK - timedelta(hours=1)


def test_t3_it_is_never_full_inside_an_interruption():
    begun = local_instant(date(2026, 1, 6), time(0), PARIS)
    leave = days(date(2026, 2, 3), date(2026, 2, 9))
    assert leave[0] == begun + FOUR  # full at the very instant at which the leave begins
    assert full_at(begun, [leave], FOUR) == leave[1]
    assert full_at(begun - MICRO, [leave], FOUR) == leave[0] - MICRO


def test_t3_interruptions_that_touch_or_overlap_count_once():
    one = days(date(2026, 1, 12), date(2026, 1, 18))
    two = days(date(2026, 1, 15), date(2026, 1, 25))
    assert full_at(SINCE, [two, one], FOUR) == SINCE + 6 * WEEK
    assert full_at(SINCE, [two, one, two], FOUR) == SINCE + 6 * WEEK


def test_t3_a_silence_that_begins_inside_a_leave_counts_from_its_end():
    leave = days(date(2026, 1, 5), date(2026, 1, 11))
    assert full_at(SINCE, [leave], FOUR) == leave[1] + FOUR


def test_t3_there_is_none_at_or_after_the_trainings_end():
    end = SINCE + FOUR
    assert found(until=end + WEEK, ends_at=end) == []
    assert found(until=end + WEEK, ends_at=end + MICRO) == [Silence(SINCE, SINCE + FOUR, end + MICRO)]


def test_t3_work_in_a_leave_is_work():
    leave = days(date(2026, 1, 12), date(2026, 2, 1))
    work = at("2026-01-20T10:00+01:00")
    assert full_at(work, [leave], FOUR) == leave[1] + FOUR
    assert found(work, until=leave[1] + FOUR, pauses=[leave]) == []


def test_a_time_without_a_zone_is_refused():
    with pytest.raises(ValueError):
        full_at(datetime(2026, 1, 1), [], FOUR)


INSTANTS = st.datetimes(datetime(2025, 12, 1), datetime(2026, 12, 31)).map(
    lambda naive: naive.replace(tzinfo=SINCE.tzinfo)
)
SPANS = st.tuples(st.dates(date(2026, 1, 1), date(2026, 12, 1)), st.integers(0, 40)).map(
    lambda pair: days(pair[0], pair[0] + timedelta(days=pair[1]))
)


@given(st.lists(INSTANTS, max_size=12), st.lists(SPANS, max_size=4), INSTANTS)
def test_t3_spells_are_apart_full_and_outside_of_every_pause(works, pauses, until):
    spells = found(*works, until=until, pauses=pauses)
    for spell in spells:
        assert spell.full_at - spell.since >= FOUR and spell.full_at < until
        assert not any(first <= spell.full_at < after for first, after in pauses)
        assert not any(spell.since < work <= spell.full_at for work in works)
    for one, other in pairwise(spells):
        assert one.ended_at is not None and one.ended_at <= other.since


@given(st.lists(INSTANTS, max_size=8), st.lists(SPANS, max_size=3), INSTANTS, INSTANTS)
def test_t3_what_was_found_earlier_is_found_later_too(works, pauses, one, other):
    early, late = sorted((one, other))
    before = {spell.since for spell in found(*[w for w in works if w <= early], until=early, pauses=pauses)}
    assert before <= {spell.since for spell in found(*works, until=late, pauses=pauses)}
