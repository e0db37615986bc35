"""Decisions at their boundaries: votes, the scale, what comes before a penalty, days 2 to 15 of the letter."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rulebook.board import NEEDED, Seat
from rulebook.decisions import (
    SCALE,
    SEVERITY,
    Ballot,
    Measure,
    PenaltyFacts,
    check_penalty,
    check_scale,
    count_votes,
    letter_window,
    needs_letter,
    needs_meeting,
    scale_of,
    time_to_explain,
)
from rulebook.errors import RuleError
from rulebook.policy import get_policy

TERMS = get_policy("2026-01").board
US = timedelta(microseconds=1)
SENT = datetime(2026, 3, 27, 12, 0, tzinfo=UTC)
START = SENT + timedelta(hours=72)
INSTANTS = st.datetimes(datetime(2020, 1, 1), datetime(2040, 1, 1), timezones=st.just(UTC))
ZONES = st.sampled_from(["Europe/Paris", "America/Martinique", "Indian/Reunion", "Pacific/Apia", "UTC"])


def refused(field: str, call, *args, **kwargs) -> RuleError:
    with pytest.raises(RuleError) as caught:
        call(*args, **kwargs)
    assert caught.value.field == field
    return caught.value


# ---- votes


@pytest.mark.parametrize(("one", "two"), [*product(Measure, Measure)])
def test_b5_the_milder_of_two_votes_stands(one: Measure, two: Measure) -> None:
    found = count_votes([Ballot(Seat.CHAIR, one), Ballot(Seat.LEARNING_MANAGER, two)])
    assert SEVERITY[found.measure] == min(SEVERITY[one], SEVERITY[two])
    assert found.agreed is (one is two)


def test_abuse_49_a_member_does_not_vote_twice() -> None:
    twice = [Ballot(Seat.CHAIR, Measure.NONE), Ballot(Seat.CHAIR, Measure.EXCLUSION)]
    refused("votes", count_votes, [*twice, Ballot(Seat.LEARNING_MANAGER, Measure.NONE)])


def test_abuse_50_an_advisory_vote_is_not_counted() -> None:
    votes = [Ballot(seat, Measure.WARNING) for seat in NEEDED]
    refused("votes", count_votes, [*votes, Ballot(Seat.REPRESENTATIVE, Measure.EXCLUSION)])
    refused(
        "votes", count_votes, [Ballot(Seat.CHAIR, Measure.NONE), Ballot(Seat.REPRESENTATIVE, Measure.NONE)]
    )


def test_b2_both_vote_before_anything_is_decided() -> None:
    refused("votes", count_votes, [])
    refused("votes", count_votes, [Ballot(Seat.CHAIR, Measure.NONE)])


# ---- penalties


@pytest.mark.parametrize("kind", ["attendance", "abuse", "commitment", "offsite", "conduct", "plagiarism"])
def test_b7_the_scale_is_that_of_the_policy(kind: str) -> None:
    assert scale_of(kind) == SCALE
    for measure in SCALE:
        assert check_scale(measure, kind) is measure


@pytest.mark.parametrize("what", ["none", "fine", "", "expulsion", "discontinuation"])
def test_abuse_47_no_penalty_outside_the_scale_and_no_fine(what: str) -> None:
    for kind in ("attendance", "plagiarism"):
        refused("kind", check_scale, what, kind)


def test_abuse_52_discontinuation_follows_plagiarism_found_again_alone() -> None:
    assert check_scale("discontinuation", "plagiarism", "discontinuation") is Measure.DISCONTINUATION
    refused("kind", check_scale, "discontinuation", "plagiarism", "warning")
    refused("kind", check_scale, "discontinuation", "abuse", "discontinuation")


def test_b5_whatever_touches_attendance_needs_a_meeting() -> None:
    assert [each for each in Measure if needs_meeting(each)] == [
        Measure.SUSPENSION,
        Measure.EXCLUSION,
        Measure.DISCONTINUATION,
    ]


@pytest.mark.parametrize("measure", list(Measure)[1:])
def test_b6_all_but_a_warning_without_a_meeting_goes_by_letter(measure: Measure) -> None:
    assert needs_letter(measure, by_meeting=True)
    assert needs_letter(measure, by_meeting=False) is (measure is not Measure.WARNING)


TOLD = PenaltyFacts(informed_at=SENT, explained=True, held_at=START, reasons="Because")


@pytest.mark.parametrize("measure", list(Measure)[1:])
def test_b1_no_penalty_before_the_complaint_was_sent(measure: Measure) -> None:
    check_penalty(measure, TOLD, START)
    check_penalty(measure, replace(TOLD, informed_at=START), START)
    refused("complaint", check_penalty, measure, replace(TOLD, informed_at=None), START)
    refused("complaint", check_penalty, measure, replace(TOLD, informed_at=START + US), START)


def test_b5_a_warning_may_follow_the_explanations_without_a_meeting() -> None:
    without = replace(TOLD, held_at=None)
    check_penalty(Measure.WARNING, without, START)
    refused("explanations", check_penalty, Measure.WARNING, replace(without, explained=False), START)
    for measure in (Measure.SUSPENSION, Measure.EXCLUSION, Measure.DISCONTINUATION):
        refused("meeting", check_penalty, measure, without, START)


def test_b5_a_decision_says_why() -> None:
    refused("reasons", check_penalty, Measure.WARNING, replace(TOLD, reasons=" \n"), START)


def test_b5_a_student_has_the_time_of_a_summons_to_explain() -> None:
    assert time_to_explain(SENT, TERMS) == START


# ---- the letter


def test_abuse_39_day_2_to_day_15_to_the_microsecond() -> None:
    window = letter_window(datetime(2026, 3, 2, 14, 0, tzinfo=UTC), "Europe/Paris", TERMS)
    assert window.earliest_at.isoformat() == "2026-03-03T23:00:00+00:00"
    assert window.escalates_at.isoformat() == "2026-03-11T23:00:00+00:00"
    assert window.late_at.isoformat() == "2026-03-17T23:00:00+00:00"
    assert not window.in_time(window.earliest_at - US)
    assert window.in_time(window.earliest_at)
    assert window.in_time(window.late_at - US)
    assert not window.in_time(window.late_at)


def test_b6_days_are_the_enrolments_own_also_across_a_clock_change() -> None:
    held = datetime(2026, 3, 28, 23, 30, tzinfo=UTC)  # the 29th in Paris, the 28th in Martinique
    paris = letter_window(held, "Europe/Paris", TERMS)
    assert paris.earliest_at.isoformat() == "2026-03-30T22:00:00+00:00"
    martinique = letter_window(held, "America/Martinique", TERMS)
    assert martinique.earliest_at.isoformat() == "2026-03-30T04:00:00+00:00"


@given(INSTANTS, ZONES)
def test_b6_the_window_lies_in_order_after_the_meeting(held: datetime, zone: str) -> None:
    window = letter_window(held, zone, TERMS)
    assert held < window.earliest_at < window.escalates_at < window.late_at
    assert window.earliest_at - held > timedelta(hours=22)
    assert timedelta(days=15) - timedelta(hours=26) < window.late_at - held
