"""Who decides on a leave, and when a request is complete (L1, L2)."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction

from enforcement.runner import run
from mentoring.models import Mentorship
from mentoring.services import plan_leave
from mentoring.sweeps.leaves import LEAVE_EMAILS
from mentoring.views.describing import plan_rows
from record.models import Entry, Message
from rulebook.policy import policy_at
from students.models import (
    LeaveRequest,
    LeaveState,
)

from .cast import DAY, FIRST, NOW, refused, send

pytestmark = pytest.mark.django_db


def test_l1_seven_days_are_the_mentors_to_decide(cast):
    leave = cast.ask(7)
    assert (leave.state, leave.approver, leave.days) == (LeaveState.REQUESTED, "mentor", 7)
    assert cast.told(cast.mentor) == ["leave-to_decide"]
    assert cast.told(cast.success) == []
    for other in (cast.success, cast.student, cast.manager):
        with pytest.raises(PermissionDenied):
            cast.validate(leave, by=other)
    assert cast.validate(leave).state == LeaveState.VALIDATED


def test_l2_eight_days_are_student_successs_and_the_mentor_is_told(cast):
    leave = cast.ask(8)
    assert (leave.state, leave.approver) == (LeaveState.REQUESTED, "student_success")
    assert cast.told(cast.success) == ["leave-to_decide"]
    assert cast.told(cast.mentor) == ["leave-told"]
    with pytest.raises(PermissionDenied):
        cast.validate(leave, by=cast.mentor)
    assert cast.validate(leave, by=cast.success).state == LeaveState.VALIDATED


def test_l2_fifteen_days_need_no_email(cast):
    leave = cast.ask(15)
    assert not leave.needs_email and leave.state == LeaveState.REQUESTED
    assert not Message.objects.filter(kind="leave_email").exists()


def test_l2_sixteen_days_are_complete_once_the_email_was_sent(cast):
    leave = cast.ask(16)
    assert (leave.needs_email, leave.state, leave.complete_at) == (True, LeaveState.INCOMPLETE, None)
    email = Message.objects.get(kind="leave_email")
    assert email.recipient == cast.success and list(leave.emails.all()) == [email]
    assert cast.told(cast.mentor) == []
    with refused("leave"):
        cast.validate(leave, by=cast.success)
    assert run(LEAVE_EMAILS, NOW + DAY) == 0
    send(email, NOW + timedelta(minutes=3))
    assert run(LEAVE_EMAILS, NOW + timedelta(minutes=2)) == 0
    # However late the worker: complete as of when it was sent (A10).
    assert run(LEAVE_EMAILS, NOW + 2 * DAY) == 1
    assert run(LEAVE_EMAILS, NOW + 2 * DAY) == 0
    leave.refresh_from_db()
    assert (leave.state, leave.complete_at) == (LeaveState.REQUESTED, NOW + timedelta(minutes=3))
    assert Entry.objects.get(kind="leave_complete").happened_at == leave.complete_at
    assert cast.told(cast.success) == ["leave-email", "leave-to_decide"]
    assert cast.told(cast.mentor) == ["leave-told"]


def test_l2_a_decision_finds_the_email_sent_without_waiting_for_the_sweep(cast):
    leave = cast.ask(16)
    send(Message.objects.get(kind="leave_email"), NOW + timedelta(minutes=3))
    decided = cast.validate(leave, by=cast.success, now=NOW + timedelta(hours=1))
    assert decided.state == LeaveState.VALIDATED
    assert decided.complete_at == NOW + timedelta(minutes=3)


def test_l2_the_database_keeps_an_incomplete_request_from_being_validated(cast):
    leave = cast.ask(16)
    with pytest.raises(IntegrityError), transaction.atomic():
        LeaveRequest.objects.filter(pk=leave.pk).update(state=LeaveState.REQUESTED)


def test_l1_without_a_mentor_student_success_decides(cast):
    Mentorship.objects.update(ends_on=date(2026, 2, 28))
    leave = cast.ask(3)
    assert leave.approver == "student_success"
    assert cast.validate(leave, by=cast.success).state == LeaveState.VALIDATED


def test_l2_a_long_absence_in_four_parts_is_still_a_long_absence(cast):
    first, second, third, fourth = (cast.ask(7, first=FIRST + n * 7 * DAY) for n in range(4))
    assert [leave.approver for leave in (first, second, third, fourth)] == [
        "mentor",
        *["student_success"] * 3,
    ]
    assert [leave.needs_email for leave in (first, second, third, fourth)] == [False, False, True, True]
    assert (third.state, third.days) == (LeaveState.INCOMPLETE, 7)
    with pytest.raises(PermissionDenied):
        cast.validate(second)


def test_l2_a_leave_that_was_withdrawn_joins_nothing(cast):
    LeaveRequest.objects.filter(pk=cast.ask(7).pk).update(state=LeaveState.REFUSED)
    assert cast.ask(7, first=FIRST + 7 * DAY).approver == "mentor"


def test_l2_the_page_says_so_before_anything_is_sent(cast):
    cast.ask(7)
    days = (FIRST + 7 * DAY, FIRST + 13 * DAY)
    plan = plan_leave(enrolment=cast.enrolment, starts_on=days[0], ends_on=days[1], by=cast.student, now=NOW)
    shown = {str(name): str(value) for name, value in plan_rows(*days, plan, policy_at(NOW).leave)}
    assert "14" in shown["With the leaves next to it"] and "Student Success" in shown["Who decides"]
