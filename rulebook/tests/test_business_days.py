"""Seven business days after receipt (C1): weekends, holidays by region, year's ends, zones."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rulebook.business_days import (
    REGIONS,
    business_day_after,
    earliest_effect,
    is_business_day,
    public_holidays,
)
from rulebook.dates import local_instant
from rulebook.policy import get_policy

TERMS = get_policy("2026-01").change
DAYS = st.dates(date(2020, 1, 1), date(2040, 12, 31))
REGION = st.sampled_from(sorted(REGIONS))
US = timedelta(microseconds=1)


def easter(year: int) -> date:
    """Easter Sunday by Gauss's method, as an oracle of its own."""
    a, b, c = year % 19, year // 100, year % 100
    d = (19 * a + b - b // 4 - (b - (b + 8) // 25 + 1) // 3 + 15) % 30
    e = (32 + 2 * (b % 4) + 2 * (c // 4) - d - c % 4) % 7
    f = d + e - 7 * ((a + 11 * d + 22 * e) // 451) + 114
    return date(year, f // 31, f % 31 + 1)


@given(st.integers(2020, 2060))
def test_c1_the_holidays_of_france_are_the_eleven_of_the_labour_code(year: int) -> None:
    feast = easter(year)
    movable = {feast + timedelta(days=days) for days in (1, 39, 50)}
    fixed = {
        date(year, *day) for day in ((1, 1), (5, 1), (5, 8), (7, 14), (8, 15), (11, 1), (11, 11), (12, 25))
    }
    assert public_holidays(year) == movable | fixed
    two_more = {feast - timedelta(days=2), date(year, 12, 26)}
    assert public_holidays(year, "FR-57") == public_holidays(year, "FR-6AE") == movable | fixed | two_more


@pytest.mark.parametrize(
    ("received", "region", "earliest"),
    [
        ("2026-03-02", "FR", "2026-03-11"),  # a Monday; one weekend between
        ("2026-03-06", "FR", "2026-03-17"),  # a Friday
        ("2026-03-07", "FR", "2026-03-17"),  # a Saturday counts from Monday
        ("2026-03-08", "FR", "2026-03-17"),  # and so does a Sunday
        ("2026-04-01", "FR", "2026-04-13"),  # over Easter Monday
        ("2026-04-01", "FR-57", "2026-04-14"),  # Good Friday too, in Moselle
        ("2026-04-01", "FR-6AE", "2026-04-14"),  # and in Alsace
        ("2026-12-22", "FR", "2027-01-04"),  # over Christmas and the year's end
        ("2025-12-22", "FR", "2026-01-02"),
        ("2025-12-22", "FR-57", "2026-01-05"),  # Saint Stephen's Day, a Friday
        ("2028-02-24", "FR", "2028-03-06"),  # over a leap day, which is worked on
        ("2026-05-07", "FR", "2026-05-20"),  # Victory Day and Ascension Day
    ],
)
def test_c1_the_seventh_business_day_after_receipt(received: str, region: str, earliest: str) -> None:
    found = business_day_after(date.fromisoformat(received), TERMS.processing, region)
    assert found == date.fromisoformat(earliest)


def test_c1_the_day_of_receipt_is_the_enrolments_and_lasts_to_its_last_second() -> None:
    midnight = local_instant(date(2026, 3, 3), datetime.min.time(), "Europe/Paris")
    assert earliest_effect(midnight - US, TERMS, "Europe/Paris") == date(2026, 3, 11)
    assert earliest_effect(midnight, TERMS, "Europe/Paris") == date(2026, 3, 12)
    # At the same instant it is still Monday in Martinique.
    assert earliest_effect(midnight, TERMS, "America/Martinique", "FR-972") == date(2026, 3, 11)


@given(DAYS, REGION, st.integers(1, 30))
def test_c1_so_many_business_days_lie_between(day: date, region: str, count: int) -> None:
    found = business_day_after(day, count, region)
    passed = [day + timedelta(days=n) for n in range(1, (found - day).days + 1)]
    assert is_business_day(found, region)
    assert sum(is_business_day(each, region) for each in passed) == count


@given(DAYS, DAYS, REGION)
def test_c1_who_sends_later_is_not_served_earlier(one: date, other: date, region: str) -> None:
    first, second = sorted((one, other))
    assert business_day_after(first, 7, region) <= business_day_after(second, 7, region)


@given(st.datetimes(datetime(2026, 1, 1), datetime(2030, 1, 1), timezones=st.just(UTC)), REGION)
def test_c1_a_week_and_two_days_are_the_least(received_at: datetime, region: str) -> None:
    found = earliest_effect(received_at, TERMS, "UTC", region)
    assert (found - received_at.date()).days >= 9


def test_c1_an_unknown_region_is_refused() -> None:
    with pytest.raises(KeyError):
        is_business_day(date(2026, 3, 2), "XX")
