"""The Board at its boundaries: seats, parts of a summons, 72 hours to the microsecond, what a meeting needs."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rulebook.board import (
    NEEDED,
    PARTS,
    Candidate,
    Companionship,
    Ground,
    MeetingFacts,
    Seat,
    check_adjournment,
    check_companion,
    check_meeting,
    check_parts,
    check_seat,
    check_start,
    earliest_meeting,
    missing_parts,
    needs_new_summons,
)
from rulebook.errors import RuleError
from rulebook.policy import get_policy

TERMS = get_policy("2026-01").board
US = timedelta(microseconds=1)
SENT = datetime(2026, 3, 27, 12, 0, tzinfo=UTC)  # Friday; the clocks change on Sunday
START = SENT + timedelta(hours=72)
INSTANTS = st.datetimes(datetime(2020, 1, 1), datetime(2040, 1, 1), timezones=st.just(UTC))

MAY_SIT = {
    Seat.CHAIR: Candidate(head_of_learning=True),
    Seat.LEARNING_MANAGER: Candidate(manages_path=True, learning_manager=True),
    Seat.REPRESENTATIVE: Candidate(represents_path=True),
}


def refused(field: str, call, *args, **kwargs) -> RuleError:
    with pytest.raises(RuleError) as caught:
        call(*args, **kwargs)
    assert caught.value.field == field
    return caught.value


# ---- who sits


@pytest.mark.parametrize(("seat", "holder"), [*product(Seat, Seat)])
def test_b2_each_seat_has_its_own_holder(seat: Seat, holder: Seat) -> None:
    if seat is holder:
        check_seat(seat, MAY_SIT[holder])
    else:
        assert refused("user", check_seat, seat, MAY_SIT[holder]).clause == "4.1"


@pytest.mark.parametrize("flaw", ["concerned", "reported", "recused", "accompanies", "seated"])
@pytest.mark.parametrize("seat", Seat)
def test_b2_nobody_sits_on_their_own_case_or_one_that_they_reported(seat: Seat, flaw: str) -> None:
    refused("user", check_seat, seat, replace(MAY_SIT[seat], **{flaw: True}))


def test_abuse_48_a_chair_does_not_decide_their_own_report() -> None:
    refused("user", check_seat, Seat.CHAIR, Candidate(head_of_learning=True, reported=True))


def test_b2_another_learning_manager_sits_only_for_one_who_cannot() -> None:
    other = Candidate(learning_manager=True)
    refused("user", check_seat, Seat.LEARNING_MANAGER, other)
    check_seat(Seat.LEARNING_MANAGER, replace(other, manager_can_sit=False))
    refused("user", check_seat, Seat.LEARNING_MANAGER, Candidate(manager_can_sit=False))


def test_b3_a_companion_follows_the_same_path_and_has_no_part_in_the_case() -> None:
    check_companion(Companionship(same_path=True))
    refused("user", check_companion, Companionship(same_path=True, concerned=True))
    told = {
        refused("user", check_companion, who).message
        for who in (
            Companionship(),
            Companionship(same_path=True, reported=True),
            Companionship(same_path=True, seated=True),
        )
    }
    assert len(told) == 1  # who reported is not to be found out by asking


# ---- the summons

FULL = dict.fromkeys(PARTS, "said")


def test_b3_a_summons_with_all_its_parts_lacks_none() -> None:
    assert missing_parts(FULL) == ()
    check_parts(FULL)


@pytest.mark.parametrize("part", PARTS)
@pytest.mark.parametrize("nothing", ["", "  \n", None])
def test_b3_a_summons_that_lacks_any_part_is_refused(part: str, nothing: str | None) -> None:
    assert missing_parts({**FULL, part: nothing}) == (part,)
    assert missing_parts({name: value for name, value in FULL.items() if name != part}) == (part,)
    refused(part, check_parts, {**FULL, part: nothing})


def test_b3_72_hours_are_counted_from_dispatch_across_a_clock_change() -> None:
    assert earliest_meeting(SENT, TERMS) == START
    assert START.isoformat() == "2026-03-30T12:00:00+00:00"  # 14:00 in Paris, where it was sent at 13:00


def test_abuse_37_72_hours_to_the_microsecond() -> None:
    check_start(START, SENT, TERMS)
    check_start(START + US, SENT, TERMS)
    error = refused("starts_at", check_start, START - US, SENT, TERMS)
    assert error.params == {"hours": 72}
    refused("starts_at", check_start, START, SENT + US, TERMS)


@given(INSTANTS, st.timedeltas(timedelta(0), timedelta(days=30)))
def test_b3_a_start_is_allowed_exactly_from_the_earliest_on(sent: datetime, after: timedelta) -> None:
    if after >= TERMS.summons:
        check_start(sent + after, sent, TERMS)
    else:
        refused("starts_at", check_start, sent + after, sent, TERMS)


def test_abuse_38_a_meeting_that_moves_needs_a_new_summons() -> None:
    assert not needs_new_summons(START, START)
    assert needs_new_summons(START, START - US)
    assert needs_new_summons(START, START + timedelta(hours=1))


# ---- the meeting

HELD = MeetingFacts(
    starts_at=START,
    summons_says_at=START,
    dispatched_at=SENT,
    present=frozenset(NEEDED),
    grounds_stated="Three absences",
    explanations="I was ill",
    student_present=True,
)


def test_b4_a_meeting_with_all_that_it_needs_is_held() -> None:
    check_meeting(HELD, START, TERMS)
    check_meeting(replace(HELD, student_present=False, explanations="Did not come"), START, TERMS)
    check_meeting(replace(HELD, present=frozenset(Seat)), START, TERMS)


@pytest.mark.parametrize(
    ("field", "change"),
    [
        ("summons", {"dispatched_at": None}),
        ("summons", {"summons_says_at": None}),
        ("summons", {"summons_says_at": START + timedelta(days=1)}),
        ("starts_at", {"dispatched_at": SENT + US}),
        ("attendance", {"present": frozenset({Seat.CHAIR})}),
        ("attendance", {"present": frozenset({Seat.LEARNING_MANAGER, Seat.REPRESENTATIVE})}),
        ("adjournment", {"excused": True}),
        ("grounds_stated", {"grounds_stated": " "}),
        ("explanations", {"explanations": ""}),
        ("explanations", {"explanations": "", "student_present": False}),
    ],
)
def test_b2_b3_b4_a_meeting_that_lacks_something_is_not_held(field: str, change: dict) -> None:
    refused(field, check_meeting, replace(HELD, **change), START, TERMS)


def test_b4_a_meeting_is_not_held_before_it_begins() -> None:
    refused("held_at", check_meeting, HELD, START - US, TERMS)


@pytest.mark.parametrize("ground", Ground)
def test_b4_a_circumstance_with_its_document_adjourns(ground: Ground) -> None:
    assert check_adjournment(ground, document=True, absent=True) is ground
    refused("document", check_adjournment, ground, document=False, absent=True)
    refused("absent", check_adjournment, ground, document=True, absent=False)


@pytest.mark.parametrize("ground", ["", "work", "holidays", "Illness"])
def test_b4_no_other_circumstance_does(ground: str) -> None:
    refused("ground", check_adjournment, ground, document=True, absent=True)
