"""Local times, days and ISO weeks across clock changes."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rulebook import dates
from rulebook.tests import oracle
from rulebook.tests.clocks import STARTS, US, Start

ZONES = sorted(oracle.CLOCKS)
INSTANTS = st.datetimes(datetime(2025, 1, 2), datetime(2027, 6, 1), timezones=st.just(UTC))


@pytest.mark.parametrize("start", STARTS, ids=str)
def test_a1_a_local_time_is_the_instant_found_by_hand(start: Start) -> None:
    assert dates.local_instant(start.day, start.at, start.zone) == start.utc


def test_a1_a_skipped_time_moves_forward_by_what_the_clocks_skip() -> None:
    moved = dates.local_instant(date(2026, 3, 29), time(2, 30), "Europe/Paris")
    assert moved.astimezone(ZoneInfo("Europe/Paris")).time() == time(3, 30)


def test_a1_of_a_repeated_time_the_first_is_meant_even_with_the_fold_set() -> None:
    first = datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
    assert dates.local_instant(date(2026, 10, 25), time(2, 30), "Europe/Paris") == first
    assert dates.local_instant(date(2026, 10, 25), time(2, 30, fold=1), "Europe/Paris") == first


def test_a1_weekly_local_time_survives_both_clock_changes() -> None:
    found = dates.weekly_instants(1, time(14), "Europe/Paris", date(2026, 3, 20), date(2026, 11, 1))
    assert [at.astimezone(ZoneInfo("Europe/Paris")).time() for at in found] == [time(14)] * 32
    assert {at.hour for at in found} == {12, 13}


def test_a1_weekly_days_include_the_first_and_the_last() -> None:
    monday = date(2026, 3, 2)
    assert list(dates.weekly_days(0, monday, monday + timedelta(days=7))) == [monday, date(2026, 3, 9)]
    assert list(dates.weekly_days(0, monday, monday)) == [monday]
    assert list(dates.weekly_days(0, monday + timedelta(days=1), monday + timedelta(days=6))) == []


@pytest.mark.parametrize("zone", ZONES)
def test_a3_a_week_begins_on_monday_at_local_midnight_to_the_microsecond(zone: str) -> None:
    instant = dates.local_instant(date(2026, 10, 21), time(12), zone)
    begins = dates.start_of_week(instant, zone)
    assert begins.astimezone(ZoneInfo(zone)).isoformat().startswith("2026-10-19T00:00:00")
    assert dates.iso_week(begins, zone) == dates.iso_week(instant, zone)
    assert dates.iso_week(begins - US, zone) != dates.iso_week(instant, zone)


@pytest.mark.parametrize("zone", ZONES)
def test_a3_the_following_week_ends_two_mondays_later_over_the_clock_change(zone: str) -> None:
    instant = dates.local_instant(date(2026, 10, 21), time(12), zone)
    ends = dates.end_of_following_week(instant, zone)
    assert ends.astimezone(ZoneInfo(zone)).isoformat().startswith("2026-11-02T00:00:00")
    assert dates.iso_week(ends - US, zone) == (2026, 44)
    assert dates.iso_week(ends, zone) == (2026, 45)


def test_a3_the_iso_year_is_that_of_the_week_and_not_of_the_day() -> None:
    assert dates.iso_week(datetime(2027, 1, 1, 12, tzinfo=UTC), "Europe/Paris") == (2026, 53)
    assert dates.iso_week(datetime(2025, 12, 29, 12, tzinfo=UTC), "Europe/Paris") == (2026, 1)


def test_a_week_is_counted_in_the_named_zone() -> None:
    sunday_evening_in_paris = datetime(2026, 3, 1, 20, tzinfo=UTC)
    assert dates.iso_week(sunday_evening_in_paris, "Europe/Paris") == (2026, 9)
    assert dates.iso_week(sunday_evening_in_paris, "Asia/Kathmandu") == (2026, 10)


def test_a_time_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="no time zone"):
        dates.utc(datetime(2026, 3, 1, 20))
    with pytest.raises(ValueError, match="no time zone"):
        dates.local_date(datetime(2026, 3, 1, 20), "Europe/Paris")


@given(instant=INSTANTS, zone=st.sampled_from(ZONES))
def test_iso_weeks_agree_with_the_oracle(instant: datetime, zone: str) -> None:
    assert dates.iso_week(instant, zone) == oracle.iso_week(oracle.micro(instant), zone)


@given(instant=INSTANTS, zone=st.sampled_from(ZONES))
def test_week_bounds_agree_with_the_oracle(instant: datetime, zone: str) -> None:
    at = oracle.micro(instant)
    first = oracle.micro(dates.start_of_week(instant, zone))
    last = oracle.micro(dates.end_of_following_week(instant, zone))
    weeks = [oracle.week(edge, zone) - oracle.week(at, zone) for edge in (first - 1, first, last - 1, last)]
    assert weeks == [-1, 0, 1, 2]
