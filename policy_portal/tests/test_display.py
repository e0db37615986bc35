"""Times, states and strips in words."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone, translation

from policy_portal.display import states, strip, times

AT = datetime(2026, 11, 24, 13, 0, tzinfo=UTC)
PARIS, KATHMANDU = ZoneInfo("Europe/Paris"), ZoneInfo("Asia/Kathmandu")


@pytest.mark.parametrize(
    ("zone", "words"),
    [
        ("Europe/Paris", "Tuesday 24 November 2026, 14:00 Paris time"),
        ("America/New_York", "Tuesday 24 November 2026, 08:00 New York time"),
        ("America/Argentina/Buenos_Aires", "Tuesday 24 November 2026, 10:00 Buenos Aires time"),
        ("Asia/Kathmandu", "Tuesday 24 November 2026, 18:45 Kathmandu time"),
        ("UTC", "Tuesday 24 November 2026, 13:00 UTC"),
    ],
)
def test_an_instant_is_told_in_the_active_zone_with_its_weekday_and_the_zones_name(zone, words):
    with timezone.override(zone):
        assert times.when(AT) == words


def test_a_named_zone_wins_over_the_active_one():
    with timezone.override("UTC"):
        assert times.when(AT, KATHMANDU).endswith("18:45 Kathmandu time")


def test_summer_and_winter_time_are_told_apart():
    with timezone.override(PARIS):
        assert ", 14:00 " in times.when(datetime(2026, 7, 1, 12, 0, tzinfo=UTC))
        assert ", 13:00 " in times.when(datetime(2026, 12, 1, 12, 0, tzinfo=UTC))


def test_dates_follow_the_readers_language():
    with timezone.override(PARIS), translation.override("fr"):
        assert "24 novembre 2026" in times.when(AT)


@pytest.mark.parametrize(
    ("span", "words"),
    [
        (timedelta(0), "0 s"),
        (timedelta(seconds=59), "59 s"),
        (timedelta(minutes=1), "1 min"),
        (timedelta(hours=5, minutes=12, seconds=59), "5 h 12 min"),
        (timedelta(hours=24) - timedelta(microseconds=1), "23 h 59 min"),
        (timedelta(hours=24), "1 day"),
        (timedelta(days=3, hours=2, minutes=40), "3 days 2 h"),
        (-timedelta(hours=2), "2 h"),
    ],
)
def test_a_span_is_its_two_largest_units_rounded_down(span, words):
    assert times.duration(span) == words


def test_what_remains_and_what_has_passed():
    assert times.remaining(AT, AT - timedelta(hours=5, minutes=12)) == "in 5 h 12 min"
    assert times.remaining(AT, AT + timedelta(days=2)) == "2 days ago"
    assert times.remaining(AT, AT - timedelta(seconds=30)) == "in less than a minute"
    assert times.remaining(AT, AT) == "just now"


def test_every_state_has_an_icon_and_a_word():
    for kind, table in states.LOOKS.items():
        for state, look in table.items():
            assert look.icon and str(look.word), (kind, state)


def test_a_state_that_nobody_knows_is_shown_by_its_name():
    assert states.look("rather_odd", "case") == ("", "circle-dot", "Rather odd")


def session(pk: int, state: str, ground: str = "", days: int = 0) -> dict[str, object]:
    return {"pk": pk, "state": state, "ground": ground, "starts_at": AT + timedelta(days=days)}


def test_a_strip_is_in_the_order_of_starts_whatever_order_it_is_given():
    drawn = strip.build([session(2, "scheduled", days=7), session(1, "held", days=-7)], now=AT)
    assert [mark.pk for mark in drawn.marks] == [1, 2]
    assert [mark.x for mark in drawn.marks] == [12, 36]


def test_grounds_have_shapes_of_their_own_and_the_next_session_too():
    rows = [
        session(1, "unauthorised_absence", "no_show", -21),
        session(2, "unauthorised_absence", "late_notice", -14),
        session(3, "unauthorised_absence", "late_arrival", -7),
        session(4, "scheduled", days=1),
        session(5, "scheduled", days=8),
    ]
    shapes = [mark.shape for mark in strip.build(rows, now=AT).marks]
    assert shapes == ["no_show", "late_notice", "late_arrival", "next", "to-come"]


def test_the_bracket_spans_the_streak_and_the_summary_counts_it():
    rows = [
        session(1, "held", days=-28),
        session(2, "unauthorised_absence", "no_show", -21),
        session(3, "authorised_absence", "timely_notice", -14),
        session(4, "unauthorised_absence", "late_notice", -7),
    ]
    drawn = strip.build(rows, streak=[2, 4], now=AT)
    assert drawn.bracket == (36 - 9, 84 + 9)
    assert drawn.summary == (
        "4 sessions: 1 held, 2 unauthorised absence, 1 excused. 2 unauthorised absences in a row."
    )


def test_a_strip_keeps_the_newest_and_an_empty_one_draws_nothing():
    rows = [session(i, "held", days=i - 40) for i in range(30)]
    assert [mark.pk for mark in strip.build(rows, now=AT, limit=3).marks] == [27, 28, 29]
    assert strip.build([], now=AT).marks == ()
