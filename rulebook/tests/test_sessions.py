"""A5, A6, A7 and A11: what became of a session, by the joins and by what people stated."""

from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from rulebook.attendance import (
    Ground,
    Outcome,
    SessionFacts,
    Verdict,
    Waiting,
    falls_due_at,
    join_opens_at,
    judge_session,
    lateness_limit,
    statement_closes_at,
)
from rulebook.tests.clocks import LENGTH, STARTS, TERMS, US, Start

LATENESS = timedelta(minutes=15)
ZERO = timedelta(0)
every_start = pytest.mark.parametrize("start", STARTS, ids=str)
PLAIN = STARTS[0]


def facts(start: Start, **known: Any) -> SessionFacts:
    """Facts of a session of 45 minutes, complete until a day after unless said otherwise."""
    given = {"known_until": start.utc + timedelta(days=1)} | known
    return SessionFacts(starts_at=start.utc, ends_at=start.utc + LENGTH, **given)


def judged(start: Start, **known: Any) -> Verdict:
    verdict = judge_session(facts(start, **known), TERMS)
    assert isinstance(verdict, Verdict)
    return verdict


@every_start
def test_a5_a_join_exactly_at_the_limit_is_in_time(start: Start) -> None:
    verdict = judged(start, student_joined_at=start.utc + LATENESS, mentor_joined_at=start.utc)
    assert (verdict.outcome, verdict.ground) == (Outcome.HELD, Ground.NONE)
    assert verdict.decided_at == start.utc + LENGTH


@every_start
def test_a5_a_join_a_microsecond_before_the_limit_is_in_time(start: Start) -> None:
    assert judged(start, student_joined_at=start.utc + LATENESS - US, mentor_joined_at=start.utc).outcome is (
        Outcome.HELD
    )


@every_start
def test_a5_a_join_a_microsecond_after_the_limit_is_a_late_arrival(start: Start) -> None:
    joined = start.utc + LATENESS + US
    verdict = judged(start, student_joined_at=joined, mentor_joined_at=start.utc)
    assert (verdict.outcome, verdict.ground) == (Outcome.UNAUTHORISED_ABSENCE, Ground.LATE_ARRIVAL)
    assert verdict.decided_at == joined
    assert ("student_joined_at", joined.isoformat()) in verdict.facts


@every_start
@pytest.mark.parametrize("off", [-US, ZERO], ids=["just before", "exactly at"])
def test_a6_no_join_with_the_mentor_there_by_the_limit_is_a_no_show(start: Start, off: timedelta) -> None:
    verdict = judged(start, mentor_joined_at=start.utc + LATENESS + off)
    assert (verdict.outcome, verdict.ground) == (Outcome.UNAUTHORISED_ABSENCE, Ground.NO_SHOW)
    assert (verdict.decided_at, verdict.clause) == (start.utc + LATENESS, "3.2")


@every_start
def test_a6_a_mentor_who_came_a_microsecond_after_the_limit_leaves_it_unattended(start: Start) -> None:
    verdict = judged(start, mentor_joined_at=start.utc + LATENESS + US)
    assert (verdict.outcome, verdict.ground) == (Outcome.UNATTENDED, Ground.NONE)
    assert verdict.decided_at == start.utc + LATENESS


def test_a6_nobody_there_is_unattended() -> None:
    assert judged(PLAIN).outcome is Outcome.UNATTENDED


def test_a6_a_late_student_without_a_mentor_is_unattended() -> None:
    verdict = judged(PLAIN, student_joined_at=PLAIN.utc + timedelta(minutes=20))
    assert verdict.outcome is Outcome.UNATTENDED


@every_start
def test_abuse_31_there_is_no_verdict_before_the_limit_has_passed(start: Start) -> None:
    limit = start.utc + LATENESS
    for known_until in (start.utc, limit - US, limit):
        known = facts(start, mentor_joined_at=start.utc, known_until=known_until)
        assert judge_session(known, TERMS) == Waiting(limit)
    assert judged(start, mentor_joined_at=start.utc, known_until=limit + US).ground is Ground.NO_SHOW


def test_abuse_31_a_statement_before_the_limit_waits_for_it() -> None:
    limit = PLAIN.utc + LATENESS
    early = facts(PLAIN, stated_present=False, known_until=limit)
    assert judge_session(early, TERMS) == Waiting(limit)


@every_start
def test_a6_a_session_that_the_student_joined_waits_for_its_end(start: Start) -> None:
    end = start.utc + LENGTH
    for known_until in (start.utc + LATENESS + US, end - US, end):
        known = facts(start, student_joined_at=start.utc, mentor_joined_at=start.utc, known_until=known_until)
        assert judge_session(known, TERMS) == Waiting(end)
    at_end = judged(start, student_joined_at=start.utc, mentor_joined_at=start.utc, known_until=end + US)
    assert at_end.outcome is Outcome.HELD


@every_start
def test_a11_a_mentor_who_joined_at_the_end_held_it_and_a_microsecond_later_was_absent(start: Start) -> None:
    end = start.utc + LENGTH
    outcomes = [
        judged(start, student_joined_at=start.utc, mentor_joined_at=end + off).outcome
        for off in (-US, ZERO, US)
    ]
    assert outcomes == [Outcome.HELD, Outcome.HELD, Outcome.MENTOR_ABSENT]


def test_a11_a_session_that_only_the_student_joined_is_the_mentors_absence() -> None:
    verdict = judged(PLAIN, student_joined_at=PLAIN.utc)
    assert (verdict.outcome, verdict.ground) == (Outcome.MENTOR_ABSENT, Ground.NONE)
    assert verdict.decided_at == PLAIN.utc + LENGTH


def test_a5_an_early_join_counts() -> None:
    early = PLAIN.utc - timedelta(minutes=10)
    assert judged(PLAIN, student_joined_at=early, mentor_joined_at=early).outcome is Outcome.HELD


@pytest.mark.parametrize("late", [None, LATENESS + US], ids=["no-show", "late arrival"])
def test_a7_an_exceptional_circumstance_authorises_any_absence(late: timedelta | None) -> None:
    joined = late and PLAIN.utc + late
    plain = judged(PLAIN, mentor_joined_at=PLAIN.utc, student_joined_at=joined)
    excused = judged(PLAIN, mentor_joined_at=PLAIN.utc, student_joined_at=joined, exception=True)
    assert (excused.outcome, excused.ground) == (
        Outcome.AUTHORISED_ABSENCE,
        Ground.EXCEPTIONAL_CIRCUMSTANCE,
    )
    assert excused.decided_at == plain.decided_at
    assert ("would_be", plain.ground.value) in excused.facts


@pytest.mark.parametrize("known", [{}, {"student_joined_at": PLAIN.utc}], ids=["unattended", "mentor absent"])
def test_a7_an_exceptional_circumstance_makes_no_absence_of_what_was_none(known: dict[str, Any]) -> None:
    assert judged(PLAIN, exception=True, **known).outcome is judged(PLAIN, **known).outcome


def test_a3_a_notice_decides_and_joins_do_not() -> None:
    notice_at = PLAIN.utc - timedelta(hours=30)
    verdict = judged(PLAIN, notice_at=notice_at, student_joined_at=PLAIN.utc, mentor_joined_at=PLAIN.utc)
    assert (verdict.outcome, verdict.decided_at) == (Outcome.AUTHORISED_ABSENCE, notice_at)


def test_a4_a_late_notice_decides_at_once_and_waits_for_nothing() -> None:
    notice_at = PLAIN.utc - timedelta(hours=2)
    verdict = judged(PLAIN, notice_at=notice_at, known_until=notice_at)
    assert (verdict.ground, verdict.decided_at) == (Ground.LATE_NOTICE, notice_at)


@every_start
@pytest.mark.parametrize("notice_hours", [None, 2, 30])
def test_a7_a_stated_arrival_in_time_is_held_whatever_was_before(
    start: Start, notice_hours: int | None
) -> None:
    notice_at = notice_hours and start.utc - timedelta(hours=notice_hours)
    stated = judged(start, notice_at=notice_at, stated_present=True, student_joined_at=start.utc + LATENESS)
    assert (stated.outcome, stated.decided_at) == (Outcome.HELD, start.utc + LENGTH)
    assert ("stated_present", True) in stated.facts


def test_a7_a_stated_arrival_in_time_is_held_only_once_the_session_is_over() -> None:
    end = PLAIN.utc + LENGTH
    early = facts(PLAIN, stated_present=True, student_joined_at=PLAIN.utc, known_until=end)
    assert judge_session(early, TERMS) == Waiting(end)


@pytest.mark.parametrize("notice_hours", [None, 2])
def test_a7_a_stated_arrival_a_microsecond_late_is_a_late_arrival(notice_hours: int | None) -> None:
    joined = PLAIN.utc + LATENESS + US
    notice_at = notice_hours and PLAIN.utc - timedelta(hours=notice_hours)
    stated = judged(PLAIN, notice_at=notice_at, stated_present=True, student_joined_at=joined)
    assert (stated.ground, stated.decided_at) == (Ground.LATE_ARRIVAL, joined)


def test_a7_a_statement_of_absence_is_a_no_show_even_against_a_recorded_join() -> None:
    stated = judged(PLAIN, stated_present=False, student_joined_at=PLAIN.utc)
    assert (stated.ground, stated.decided_at) == (Ground.NO_SHOW, PLAIN.utc + LATENESS)
    assert ("student_joined_at", PLAIN.utc.isoformat()) in stated.facts
    assert ("stated_present", False) in stated.facts


@pytest.mark.parametrize(
    "stated",
    [
        {"stated_present": False},
        {"stated_present": True, "student_joined_at": PLAIN.utc + timedelta(minutes=30)},
    ],
    ids=["was not there", "came late"],
)
def test_a7_no_statement_turns_a_timely_notice_into_an_unauthorised_absence(stated: dict[str, Any]) -> None:
    verdict = judged(PLAIN, notice_at=PLAIN.utc - timedelta(hours=24), **stated)
    assert verdict.ground is Ground.TIMELY_NOTICE


def test_a7_a_stated_presence_needs_its_arrival() -> None:
    with pytest.raises(ValueError, match="arrival"):
        judge_session(facts(PLAIN, stated_present=True), TERMS)


def test_2_4_an_accommodation_changes_the_lateness_and_the_verdict_says_so() -> None:
    terms = TERMS.adapted(lateness=timedelta(minutes=30))
    limit = PLAIN.utc + timedelta(minutes=30)
    in_time, late = (
        judge_session(facts(PLAIN, student_joined_at=limit + off, mentor_joined_at=PLAIN.utc), terms)
        for off in (ZERO, US)
    )
    assert isinstance(in_time, Verdict) and isinstance(late, Verdict)
    assert (in_time.outcome, late.ground) == (Outcome.HELD, Ground.LATE_ARRIVAL)
    assert {("lateness_seconds", 1800), ("adapted_rule", "lateness")} <= set(late.facts)


def test_a5_a_session_shorter_than_the_lateness_ends_it() -> None:
    end = PLAIN.utc + timedelta(minutes=10)
    short = SessionFacts(starts_at=PLAIN.utc, ends_at=end, mentor_joined_at=PLAIN.utc, known_until=end + US)
    verdict = judge_session(short, TERMS)
    assert isinstance(verdict, Verdict)
    assert (verdict.ground, verdict.decided_at) == (Ground.NO_SHOW, end)


@every_start
def test_a10_a_session_falls_due_at_the_limit_and_at_the_end_once_joined_in_time(start: Start) -> None:
    limit, end = start.utc + LATENESS, start.utc + LENGTH
    assert falls_due_at(facts(start), TERMS) == limit
    assert falls_due_at(facts(start, student_joined_at=limit), TERMS) == end
    assert falls_due_at(facts(start, student_joined_at=limit + US), TERMS) == limit
    assert falls_due_at(facts(start, student_joined_at=limit, stated_present=False), TERMS) == limit


def test_a10_a_verdict_does_not_change_with_how_late_one_asks() -> None:
    known = {"mentor_joined_at": PLAIN.utc}
    on_time = judged(PLAIN, known_until=PLAIN.utc + LATENESS + US, **known)
    days_late = judged(PLAIN, known_until=PLAIN.utc + timedelta(days=5), **known)
    assert on_time == days_late


@every_start
def test_the_zone_that_facts_are_written_in_changes_nothing(start: Start) -> None:
    def shown(instant: datetime) -> datetime:
        return instant.astimezone(ZoneInfo(start.zone))

    for off in (-US, ZERO, US):
        known = {"student_joined_at": start.utc + LATENESS + off, "mentor_joined_at": start.utc}
        local = SessionFacts(
            starts_at=shown(start.utc),
            ends_at=shown(start.utc + LENGTH),
            known_until=shown(start.utc + timedelta(days=1)),
            student_joined_at=shown(known["student_joined_at"]),
            mentor_joined_at=shown(known["mentor_joined_at"]),
        )
        assert judge_session(local, TERMS) == judged(start, **known)


@every_start
def test_the_other_instants_of_a_session(start: Start) -> None:
    shown = start.utc.astimezone(ZoneInfo(start.zone))
    assert lateness_limit(shown, TERMS) == start.utc + LATENESS
    assert join_opens_at(shown, TERMS) == start.utc - timedelta(minutes=15)
    assert statement_closes_at(shown, TERMS) == start.utc + timedelta(hours=48)
