"""A leave that is validated, refused or taken back: its sessions and the training's end (L4)."""

from __future__ import annotations

from datetime import date

import pytest

from mentoring import services
from mentoring.models import Session, SessionState
from students.models import (
    EndShift,
    Enrolment,
    Interruption,
    LeaveRequest,
    LeaveState,
)
from tests.factories import at

from .cast import DAY, FIRST, NOW, refused

pytestmark = pytest.mark.django_db


def test_l4_a_validated_leave_cancels_its_sessions_and_moves_the_end_by_its_length(cast):
    before = cast.end
    inside = Session.objects.get(starts_at=at("2026-03-10 13:00"))
    outside = Session.objects.get(starts_at=at("2026-03-17 13:00"))
    cast.validate(cast.ask(8), by=cast.success)
    for row in (inside, outside):
        row.refresh_from_db()
    assert (inside.state, inside.clause) == (SessionState.CANCELLED_BY_SCHOOL, "2.7")
    assert outside.state == SessionState.SCHEDULED
    assert cast.end == before + 8 * DAY
    shift = EndShift.objects.get()
    assert (shift.days, shift.ends_on_before, shift.ends_on_after) == (8, before, before + 8 * DAY)
    assert shift.cause == "leave" and shift.leave_id
    interruption = Interruption.objects.get()
    assert (interruption.starts_on, interruption.ends_on) == (FIRST, FIRST + 7 * DAY)
    assert cast.told(cast.student) == ["leave-requested", "leave-validated"]
    assert cast.told(cast.mentor)[-1] == "leave-validated"


def test_l1_the_session_can_be_postponed_where_the_mentor_has_room(cast):
    cast.validate(cast.ask(7))
    missed = Session.objects.get(starts_at=at("2026-03-10 13:00"))
    booked = services.book_replacement(
        session_id=missed.pk, starts_at=at("2026-03-18 08:00"), by=cast.student, now=NOW
    )
    assert booked.origin == "postponed" and booked.replaces_id == missed.pk
    again = services.return_from_leave(
        leave_id=LeaveRequest.objects.get().pk, back_on=FIRST + DAY, by=cast.student, now=NOW
    )
    # The postponed session takes the week's place: it does not come twice.
    assert again.state == LeaveState.VALIDATED
    assert not Session.objects.filter(starts_at=at("2026-03-10 13:00"), state="scheduled").exists()


def test_a_validated_leave_is_not_validated_again(cast):
    leave = cast.ask(7)
    cast.validate(leave)
    with refused("leave"):
        cast.validate(leave)
    assert EndShift.objects.count() == 1


def test_a_refusal_has_reasons_and_leaves_everything_as_it_was(cast):
    before, leave = cast.end, cast.ask(7)
    with refused("decision"):
        services.refuse_leave(leave_id=leave.pk, decision="  ", by=cast.mentor, now=NOW)
    services.refuse_leave(leave_id=leave.pk, decision="Your defence is then.", by=cast.mentor, now=NOW)
    leave.refresh_from_db()
    assert (leave.state, leave.decision, cast.end) == (LeaveState.REFUSED, "Your defence is then.", before)
    assert Session.objects.get(starts_at=at("2026-03-10 13:00")).state == SessionState.SCHEDULED
    assert cast.ask(7).pk  # the days are free again


def test_l4_across_a_years_end_and_a_leap_day_the_end_moves_by_the_days(cast):
    Enrolment.objects.update(ends_on=date(2028, 12, 31))
    cast.enrolment.refresh_from_db()
    before = cast.end
    first = cast.ask(10, first=date(2026, 12, 28))
    cast.validate(first, by=cast.success)
    second = cast.ask(3, first=date(2028, 2, 28))
    cast.validate(second)
    assert second.ends_on == date(2028, 3, 1)
    assert cast.end == before + 13 * DAY


def test_a_request_is_withdrawn_and_so_is_a_validated_leave_before_it_begins(cast):
    before = cast.end
    leave = cast.ask(7)
    services.withdraw_leave(leave_id=leave.pk, by=cast.student, now=NOW)
    assert LeaveRequest.objects.get().state == LeaveState.WITHDRAWN
    leave = cast.ask(7)
    cast.validate(leave)
    services.withdraw_leave(leave_id=leave.pk, by=cast.student, now=NOW + DAY)
    assert cast.end == before
    assert [shift.days for shift in EndShift.objects.all()] == [7, -7]
    assert Interruption.objects.get().lifted_at == NOW + DAY
    session = Session.objects.get(starts_at=at("2026-03-10 13:00"), state=SessionState.SCHEDULED)
    assert session.for_week == FIRST


def test_one_that_has_begun_is_not_withdrawn(cast):
    leave = cast.ask(7)
    cast.validate(leave)
    with refused("leave"):
        services.withdraw_leave(leave_id=leave.pk, by=cast.student, now=at("2026-03-09 10:00"))


def test_l4_an_early_return_moves_the_end_back_and_brings_sessions_again(cast):
    before = cast.end
    leave = cast.ask(14)
    cast.validate(leave, by=cast.success)
    now = at("2026-03-11 09:00")
    back = services.return_from_leave(leave_id=leave.pk, back_on=date(2026, 3, 16), by=cast.student, now=now)
    assert (back.ends_on, back.asked_until, back.days) == (date(2026, 3, 15), date(2026, 3, 22), 7)
    assert cast.end == before + 7 * DAY
    assert [shift.days for shift in EndShift.objects.all()] == [14, -7]
    rows = Session.objects.filter(enrolment=cast.enrolment, state=SessionState.SCHEDULED)
    starts = [row.starts_at for row in rows.order_by("starts_at")]
    assert at("2026-03-17 13:00") in starts and at("2026-03-10 13:00") not in starts
    assert Interruption.objects.get().ends_on == date(2026, 3, 15)
    assert cast.told(cast.mentor)[-1] == "leave-returned"


@pytest.mark.parametrize("back_on", [date(2026, 3, 10), date(2026, 3, 23)])
def test_one_comes_back_today_or_on_another_day_of_the_leave(cast, back_on):
    leave = cast.ask(14)
    cast.validate(leave, by=cast.success)
    with refused("back_on"):
        services.return_from_leave(
            leave_id=leave.pk, back_on=back_on, by=cast.student, now=at("2026-03-11 09:00")
        )


def test_coming_back_on_the_first_day_is_no_leave_at_all(cast):
    before, leave = cast.end, cast.ask(7)
    cast.validate(leave)
    services.return_from_leave(leave_id=leave.pk, back_on=FIRST, by=cast.student, now=at("2026-03-09 08:00"))
    leave.refresh_from_db()
    assert (leave.state, cast.end) == (LeaveState.WITHDRAWN, before)
    assert Session.objects.filter(starts_at=at("2026-03-10 13:00"), state="scheduled").exists()
