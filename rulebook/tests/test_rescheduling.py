"""A8: reasons and another session within 48 hours of the missed start."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from rulebook.attendance import Rescheduling, judge_rescheduling, reminder_at, rescheduling_deadline
from rulebook.tests.clocks import STARTS, TERMS, US, Start, repeated_hour

every_start = pytest.mark.parametrize("start", STARTS, ids=str)
ZERO = timedelta(0)
MET, BREACH, WAITS = Rescheduling.MET, Rescheduling.BREACH, Rescheduling.WAITS


@every_start
def test_a8_the_deadline_is_48_real_hours_after_the_missed_start(start: Start) -> None:
    shown = start.utc.astimezone(ZoneInfo(start.zone))
    assert rescheduling_deadline(shown, TERMS) == start.utc + timedelta(hours=48)
    assert reminder_at(shown, TERMS) == start.utc + timedelta(hours=24)


@every_start
@pytest.mark.parametrize(
    ("reasons", "rebooked", "result"),
    [
        (ZERO, ZERO, MET),
        (-US, -US, MET),
        (ZERO, US, BREACH),
        (US, ZERO, BREACH),
        (US, US, BREACH),
        (None, ZERO, BREACH),
        (ZERO, None, BREACH),
        (None, None, BREACH),
    ],
)
def test_a8_both_by_the_deadline_to_the_microsecond(
    start: Start, reasons: timedelta | None, rebooked: timedelta | None, result: Rescheduling
) -> None:
    deadline = rescheduling_deadline(start.utc, TERMS)

    def at(off: timedelta | None) -> datetime | None:
        return None if off is None else (deadline + off).astimezone(ZoneInfo(start.zone))

    shown = deadline.astimezone(ZoneInfo(start.zone))
    assert judge_rescheduling(shown, at(reasons), at(rebooked), slot_offered=True) is result


@pytest.mark.parametrize(
    ("reasons", "rebooked"), [(None, None), (ZERO, None), (None, ZERO), (US, US), (ZERO, US)]
)
def test_a8_without_a_free_slot_on_offer_the_duty_waits(
    reasons: timedelta | None, rebooked: timedelta | None
) -> None:
    deadline = rescheduling_deadline(STARTS[0].utc, TERMS)
    reasons_at = None if reasons is None else deadline + reasons
    rebooked_at = None if rebooked is None else deadline + rebooked
    assert judge_rescheduling(deadline, reasons_at, rebooked_at, slot_offered=False) is WAITS


def test_a8_what_was_done_in_time_is_met_whatever_was_on_offer() -> None:
    deadline = rescheduling_deadline(STARTS[0].utc, TERMS)
    assert judge_rescheduling(deadline, deadline, deadline, slot_offered=False) is MET


def test_a8_the_reasons_of_a_notice_count_from_before_the_session() -> None:
    start = STARTS[0].utc
    deadline = rescheduling_deadline(start, TERMS)
    assert judge_rescheduling(deadline, start - timedelta(days=2), deadline, slot_offered=True) is MET


def test_2_4_an_accommodation_moves_the_deadline() -> None:
    start, terms = STARTS[0].utc, TERMS.adapted(rescheduling=timedelta(hours=96))
    assert rescheduling_deadline(start, terms) == start + timedelta(hours=96)
    assert reminder_at(start, terms) == start + timedelta(hours=72)


def test_abuse_33_booking_again_after_the_deadline_cures_nothing() -> None:
    deadline = rescheduling_deadline(STARTS[0].utc, TERMS)
    for retry in (US, timedelta(seconds=1), timedelta(days=1)):
        assert judge_rescheduling(deadline, deadline, deadline + retry, slot_offered=True) is BREACH


def test_abuse_27_a_deadline_in_the_repeated_hour_is_an_instant() -> None:
    earlier, later = repeated_hour(30, fold=0), repeated_hour(10, fold=1)
    assert judge_rescheduling(later, earlier, earlier, slot_offered=True) is MET
    assert judge_rescheduling(earlier, later, later, slot_offered=True) is BREACH
