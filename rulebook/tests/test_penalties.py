"""Penalties at their boundaries: month ends, leap days, clock changes, the last instant of a ban."""

import calendar
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from rulebook.dates import local_date
from rulebook.decisions import Measure
from rulebook.errors import RuleError
from rulebook.penalties import (
    Barred,
    EffectRule,
    ban_against,
    ban_days,
    begins_at,
    check_set_day,
    last_day,
    over_at,
    suspension_days,
    takes_effect,
)
from rulebook.policy import get_policy

TERMS = get_policy("2026-01").penalties
US = timedelta(microseconds=1)
DAY = timedelta(days=1)
PARIS = "Europe/Paris"
DAYS = st.dates(date(2020, 1, 1), date(2040, 12, 31))
ZONES = st.sampled_from([PARIS, "America/Martinique", "Indian/Reunion", "Pacific/Apia", "UTC"])
INSTANTS = st.datetimes(datetime(2020, 1, 1), datetime(2040, 12, 31), timezones=st.just(UTC))


@pytest.mark.parametrize(
    ("first", "last"),
    [
        ("2026-01-01", "2026-01-31"),
        ("2026-01-15", "2026-02-14"),
        ("2026-01-28", "2026-02-27"),
        ("2026-01-29", "2026-02-28"),  # no 29 February: it ends with the month
        ("2026-01-30", "2026-02-28"),
        ("2026-01-31", "2026-02-28"),
        ("2026-02-01", "2026-02-28"),
        ("2026-02-28", "2026-03-27"),
        ("2028-01-29", "2028-02-28"),  # a leap year
        ("2028-01-30", "2028-02-29"),
        ("2028-01-31", "2028-02-29"),
        ("2028-02-29", "2028-03-28"),
        ("2026-03-31", "2026-04-30"),
        ("2026-12-31", "2027-01-30"),
        ("2026-12-01", "2026-12-31"),
        ("2100-01-31", "2100-02-28"),  # no leap year
    ],
)
def test_abuse_41_a_suspension_lasts_one_calendar_month(first: str, last: str) -> None:
    begun = begins_at(date.fromisoformat(first), PARIS)
    days = suspension_days(begun, PARIS, TERMS)
    assert (days.first.isoformat(), days.last.isoformat()) == (first, last)


@pytest.mark.parametrize(
    ("measure", "first", "last"),
    [
        (Measure.EXCLUSION, "2026-03-15", "2027-03-14"),
        (Measure.EXCLUSION, "2027-03-01", "2028-02-29"),  # the day before 1 March of a leap year
        (Measure.EXCLUSION, "2028-02-29", "2029-02-28"),
        (Measure.DISCONTINUATION, "2026-03-15", "2028-03-14"),
        (Measure.DISCONTINUATION, "2028-02-29", "2030-02-28"),
        (Measure.DISCONTINUATION, "2026-03-01", "2028-02-29"),
        (Measure.EXCLUSION, "2026-01-01", "2026-12-31"),
    ],
)
def test_abuse_41_a_ban_lasts_its_calendar_years(measure: Measure, first: str, last: str) -> None:
    days = ban_days(measure, begins_at(date.fromisoformat(first), PARIS), PARIS, TERMS)
    assert days is not None
    assert (days.first.isoformat(), days.last.isoformat()) == (first, last)


@pytest.mark.parametrize("measure", [Measure.WARNING, Measure.SUSPENSION])
def test_b7_other_penalties_ban_from_nothing(measure: Measure) -> None:
    assert ban_days(measure, datetime(2026, 3, 15, tzinfo=UTC), PARIS, TERMS) is None


def test_b7_the_first_day_is_the_trainings_own() -> None:
    late_evening = datetime(2026, 1, 30, 23, 30, tzinfo=UTC)  # the 31st in Paris, the 30th in Martinique
    assert suspension_days(late_evening, PARIS, TERMS).first == date(2026, 1, 31)
    assert suspension_days(late_evening, "America/Martinique", TERMS).first == date(2026, 1, 30)


@given(DAYS, st.integers(1, 36))
@example(date(2028, 1, 31), 1)
@example(date(2028, 2, 29), 12)
def test_abuse_41_a_month_ends_where_the_next_would_begin_or_with_its_month(first: date, months: int) -> None:
    last = last_day(first, months)
    after = last + DAY
    whole = (after.year - first.year) * 12 + after.month - first.month
    if after.day == first.day:
        assert whole == months
    else:
        assert after.day == 1  # the month has no such day: it ends with the month
        assert whole == months + 1
        assert first.day > calendar.monthrange(last.year, last.month)[1]


@given(DAYS, DAYS, st.integers(1, 36))
def test_abuse_41_who_begins_later_ends_no_sooner(one: date, other: date, months: int) -> None:
    first, second = sorted((one, other))
    assert last_day(first, months) <= last_day(second, months)


@given(INSTANTS, ZONES)
def test_abuse_40_a_suspension_lifts_with_its_last_local_day_and_no_sooner(at: datetime, zone: str) -> None:
    days = suspension_days(at, zone, TERMS)
    lifts = over_at(days.last, zone)
    assert local_date(lifts - US, zone) <= days.last < local_date(lifts, zone)
    assert at < lifts


def receipt(**instants: str):
    return takes_effect(**{name: datetime.fromisoformat(text) for name, text in instants.items()})


def test_b7_a_penalty_takes_effect_on_its_letters_receipt() -> None:
    monday, friday = "2026-03-16T10:00:00+00:00", "2026-03-20T10:00:00+00:00"
    assert takes_effect() is None
    for rule in ("delivered", "refused", "presented"):
        found = receipt(**{f"{rule}_at": monday})
        assert (found.at.isoformat(), found.rule) == (monday, EffectRule(rule))
    assert receipt(presented_at=monday, delivered_at=friday).rule == EffectRule.PRESENTED
    assert receipt(presented_at=monday, refused_at=monday).rule == EffectRule.REFUSED
    assert receipt(delivered_at=monday, presented_at=monday).rule == EffectRule.DELIVERED


def test_b7_a_day_that_was_set_counts_where_no_receipt_came_before_it() -> None:
    monday, friday = "2026-03-16T10:00:00+00:00", "2026-03-20T10:00:00+00:00"
    assert receipt(set_at=friday).rule == EffectRule.SET_BY_HEAD
    assert receipt(set_at=friday, delivered_at=monday).rule == EffectRule.DELIVERED
    assert receipt(set_at=monday, delivered_at=friday).rule == EffectRule.SET_BY_HEAD


LATE = datetime(2026, 3, 31, 22, tzinfo=UTC)  # the first instant of 1 April in Paris


def set_day(day: date, now: datetime, **fields):
    return check_set_day(day, now=now, zone=PARIS, late_at=LATE, **{"has_receipt": False, **fields})


def test_b7_the_head_of_learning_sets_a_day_only_after_day_15() -> None:
    april = date(2026, 4, 1)
    with pytest.raises(RuleError) as refused:
        set_day(april, LATE - US)
    assert (refused.value.field, refused.value.clause) == ("day", "4.2")
    assert set_day(april, LATE) == LATE
    assert set_day(date(2026, 4, 2), LATE) == datetime(2026, 4, 1, 22, tzinfo=UTC)


def test_b7_no_day_is_set_in_the_past_or_beside_a_receipt() -> None:
    now = LATE + 3 * DAY
    with pytest.raises(RuleError):
        set_day(local_date(now, PARIS) - DAY, now)
    with pytest.raises(RuleError):
        set_day(local_date(now, PARIS), now, has_receipt=True)


@given(INSTANTS, ZONES, st.sampled_from([Measure.EXCLUSION, Measure.DISCONTINUATION]))
def test_b9_a_ban_refuses_until_its_last_day_has_passed(at: datetime, zone: str, measure: Measure) -> None:
    days = ban_days(measure, at, zone, TERMS)
    assert days is not None
    ban = Barred(days.first, days.last, zone)
    over = over_at(days.last, zone)
    assert ban_against([ban], now=at) == ban
    assert ban_against([ban], now=over - US) == ban
    assert ban_against([ban], now=over) is None
    assert ban_against([ban], now=over, starts_on=days.last) == ban
    assert ban_against([ban], now=over, starts_on=days.last + DAY) is None
    assert ban_against([ban], now=over, starts_on=days.first - DAY) is None


def test_b9_of_two_bans_the_longer_one_is_told() -> None:
    short = Barred(date(2026, 3, 1), date(2027, 2, 28), PARIS)
    long = Barred(date(2026, 2, 1), date(2028, 1, 31), PARIS)
    assert ban_against([short, long], now=datetime(2026, 4, 1, tzinfo=UTC)) == long
    assert ban_against([], now=datetime(2026, 4, 1, tzinfo=UTC)) is None
