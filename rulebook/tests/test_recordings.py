"""Retention at its boundaries (V1, V2)."""

from datetime import UTC, date, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from rulebook.dates import local_date
from rulebook.policy import get_policy
from rulebook.recordings import defence_recording_kept_until, session_recording_kept_until
from rulebook.terms import RecordingTerms

TERMS = get_policy("2026-01").recordings


def test_v1_a_session_is_kept_ninety_days_to_the_second():
    ends_at = datetime(2026, 1, 1, 12, 45, tzinfo=UTC)
    assert session_recording_kept_until(ends_at, TERMS) == datetime(2026, 4, 1, 12, 45, tzinfo=UTC)


def test_v2_a_defence_is_kept_through_the_last_day_of_the_training():
    assert defence_recording_kept_until(date(2026, 3, 28), "Europe/Paris", TERMS) == datetime(
        2026, 3, 28, 23, 0, tzinfo=UTC
    )
    # The night in which the clocks change.
    assert defence_recording_kept_until(date(2026, 3, 29), "Europe/Paris", TERMS) == datetime(
        2026, 3, 29, 22, 0, tzinfo=UTC
    )


@given(
    day=st.dates(date(2020, 1, 1), date(2035, 12, 31)),
    zone=st.sampled_from(["Europe/Paris", "Pacific/Kiritimati", "America/Santiago", "Asia/Kolkata"]),
    kept=st.integers(0, 400),
)
def test_v2_never_before_the_training_is_over_where_the_student_is(day, zone, kept):
    terms = RecordingTerms(mentoring_kept=1, defence_kept=kept, legal_hold_longest=1)
    until = defence_recording_kept_until(day, zone, terms)
    assert local_date(until, zone) == day + timedelta(days=kept + 1)
    assert local_date(until - timedelta(seconds=1), zone) == day + timedelta(days=kept)
