"""A3 and A4: a notice of absence, in time, late, and refused."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from rulebook.attendance import Ground, Outcome, check_reason, judge_notice, notice_deadline
from rulebook.dates import local_instant
from rulebook.errors import NoticeRefused, RuleError
from rulebook.tests.clocks import STARTS, TERMS, US, Start

DAY = timedelta(hours=24)
every_start = pytest.mark.parametrize("start", STARTS, ids=str)


@every_start
def test_a3_notice_exactly_24h_before_is_authorised(start: Start) -> None:
    verdict = judge_notice(start.utc - DAY, start.utc, TERMS, exception=False)
    assert (verdict.outcome, verdict.ground) == (Outcome.AUTHORISED_ABSENCE, Ground.TIMELY_NOTICE)
    assert (verdict.clause, verdict.policy_id, verdict.decided_at) == ("3.2", "2026-01", start.utc - DAY)


@every_start
def test_abuse_26_notice_at_exactly_24h_and_a_microsecond_on_either_side(start: Start) -> None:
    grounds = [
        judge_notice(start.utc - DAY + off, start.utc, TERMS, exception=False).ground
        for off in (-US, timedelta(0), US)
    ]
    assert grounds == [Ground.TIMELY_NOTICE, Ground.TIMELY_NOTICE, Ground.LATE_NOTICE]


@every_start
def test_a4_notice_a_microsecond_before_the_start_is_late(start: Start) -> None:
    verdict = judge_notice(start.utc - US, start.utc, TERMS, exception=False)
    assert (verdict.outcome, verdict.ground) == (Outcome.UNAUTHORISED_ABSENCE, Ground.LATE_NOTICE)


@every_start
@pytest.mark.parametrize("after", [timedelta(0), US, timedelta(minutes=20)], ids=str)
@pytest.mark.parametrize("exception", [False, True])
def test_a4_no_notice_is_taken_at_the_start_or_after(start: Start, after: timedelta, exception: bool) -> None:
    with pytest.raises(NoticeRefused) as refused:
        judge_notice(start.utc + after, start.utc, TERMS, exception)
    assert (refused.value.field, refused.value.clause) == ("received_at", "3.2")
    assert "no notice is taken" in str(refused.value)


def test_a4_an_exceptional_circumstance_makes_a_late_notice_authorised() -> None:
    start = STARTS[0].utc
    verdict = judge_notice(start - DAY + US, start, TERMS, exception=True)
    assert (verdict.outcome, verdict.ground) == (
        Outcome.AUTHORISED_ABSENCE,
        Ground.EXCEPTIONAL_CIRCUMSTANCE,
    )
    assert ("would_be", "late_notice") in verdict.facts


def test_a3_a_notice_in_time_needs_no_exceptional_circumstance() -> None:
    start = STARTS[0].utc
    assert judge_notice(start - DAY, start, TERMS, exception=True).ground is Ground.TIMELY_NOTICE


def test_abuse_27_24_hours_over_the_spring_change_are_24_hours_and_not_a_day_of_23() -> None:
    """The session is on Sunday at 14:00; 14:00 on the eve of a 23-hour day is too late."""
    start = local_instant(STARTS[1].day, STARTS[1].at, "Europe/Paris")
    eve_at_13 = local_instant(
        STARTS[1].day - timedelta(days=1), STARTS[1].at.replace(hour=13), "Europe/Paris"
    )
    eve_at_14 = eve_at_13 + timedelta(hours=1)
    assert judge_notice(eve_at_13, start, TERMS, exception=False).ground is Ground.TIMELY_NOTICE
    assert judge_notice(eve_at_14, start, TERMS, exception=False).ground is Ground.LATE_NOTICE


@pytest.mark.parametrize("zone", ["Europe/Paris", "America/New_York", "Asia/Kathmandu", "UTC"])
@every_start
def test_abuse_27_the_zone_an_instant_is_written_in_changes_nothing(start: Start, zone: str) -> None:
    shown = start.utc.astimezone(ZoneInfo(zone))
    for off in (-US, timedelta(0), US):
        received = (start.utc - DAY + off).astimezone(ZoneInfo(zone))
        plain = judge_notice(start.utc - DAY + off, start.utc, TERMS, exception=False)
        assert judge_notice(received, shown, TERMS, exception=False) == plain
    assert notice_deadline(shown, TERMS) == start.utc - DAY


def test_an_instant_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="no time zone"):
        judge_notice(datetime(2026, 3, 1), datetime(2026, 3, 3, tzinfo=UTC), TERMS, exception=False)


def test_2_4_an_accommodation_changes_the_notice_and_the_verdict_says_so() -> None:
    start, terms = STARTS[0].utc, TERMS.adapted(notice=timedelta(hours=2))
    in_time = judge_notice(start - timedelta(hours=2), start, terms, exception=False)
    late = judge_notice(start - timedelta(hours=2) + US, start, terms, exception=False)
    assert (in_time.ground, late.ground) == (Ground.TIMELY_NOTICE, Ground.LATE_NOTICE)
    for verdict in (in_time, late):
        assert {("notice_seconds", 7200), ("adapted_rule", "notice")} <= set(verdict.facts)


def test_2_4_a_rule_that_the_accommodation_leaves_alone_is_not_called_adapted() -> None:
    start, terms = STARTS[0].utc, TERMS.adapted(lateness=timedelta(minutes=30))
    facts = dict(judge_notice(start - DAY, start, terms, exception=False).facts)
    assert facts["notice_seconds"] == 86_400
    assert "adapted_rule" not in facts


def test_r1_a_verdict_on_a_notice_keeps_the_facts_it_rests_on() -> None:
    start = datetime(2026, 2, 3, 13, tzinfo=UTC)
    verdict = judge_notice(start - timedelta(hours=23, minutes=40), start, TERMS, exception=False)
    assert verdict.facts == (
        ("starts_at", "2026-02-03T13:00:00+00:00"),
        ("notice_at", "2026-02-02T13:20:00+00:00"),
        ("notice_seconds", 86_400),
    )


@pytest.mark.parametrize("reason", ["", " ", "\n\t "])
def test_a3_an_empty_reason_is_refused(reason: str) -> None:
    with pytest.raises(RuleError) as refused:
        check_reason(reason)
    assert (refused.value.field, refused.value.clause) == ("reason", "3.2")


def test_a3_a_reason_is_kept_without_the_space_around_it() -> None:
    assert check_reason(" Exam on that day. \n") == "Exam on that day."
