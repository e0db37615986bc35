"""Two requests for the same days, two decisions, and a decision against the student's change of mind (L2-L4, C2)."""

from __future__ import annotations

from datetime import date, timedelta
from functools import partial

import pytest

from accounts.models import Role
from mentoring.services import refuse_leave, request_leave, validate_leave, withdraw_leave
from mentoring.services.leaves import asking
from rulebook.errors import RuleError
from students.models import EndShift, Enrolment, Interruption, LeaveRequest, LeaveState
from tests.factories import at, make_user

from .meeting import meet

pytestmark = [pytest.mark.postgresql, pytest.mark.django_db(transaction=True)]

NOW = at("2026-03-02 09:00")
FIRST = date(2026, 3, 9)


def ask(mentorship, first: date = FIRST, days: int = 3):
    enrolment = mentorship.enrolment
    return partial(
        request_leave,
        enrolment_id=enrolment.pk,
        starts_on=first,
        ends_on=first + timedelta(days=days - 1),
        reason="",
        by=enrolment.student.user,
        now=NOW,
    )


@pytest.fixture
def leave(mentorship):
    make_user(Role.STUDENT_SUCCESS)
    return ask(mentorship)()


def test_l4_without_the_lock_the_database_refuses_the_days_that_two_ask_for(mentorship, unlock, monkeypatch):
    unlock(Enrolment)
    one, two = meet(
        monkeypatch, asking, "ask_funders", ask(mentorship), ask(mentorship, FIRST + timedelta(days=2))
    )
    assert sorted([one.error is None, two.error is None]) == [False, True]
    refused = one.error or two.error
    assert isinstance(refused, RuleError) and refused.field == "starts_on"
    assert LeaveRequest.objects.count() == 1


def test_l4_two_requests_for_the_same_days_stand_in_line(mentorship, monkeypatch):
    one, two = meet(
        monkeypatch, asking, "ask_funders", ask(mentorship), ask(mentorship, FIRST + timedelta(days=2))
    )
    assert one.error is None and two.waited
    assert isinstance(two.error, RuleError) and two.error.field == "starts_on"
    assert LeaveRequest.objects.count() == 1


def test_l4_two_validations_move_the_end_once(mentorship, leave, monkeypatch):
    validate = partial(validate_leave, leave_id=leave.pk, by=mentorship.mentor.user, now=NOW)
    one, two = meet(monkeypatch, asking, "missing", validate, validate)
    assert one.error is None and isinstance(two.error, RuleError)
    assert EndShift.objects.count() == Interruption.objects.count() == 1
    assert Enrolment.objects.get(pk=leave.enrolment_id).ends_on == date(2027, 1, 3)


def test_a_decision_and_a_withdrawal_do_not_both_hold(mentorship, leave, monkeypatch):
    validate = partial(validate_leave, leave_id=leave.pk, by=mentorship.mentor.user, now=NOW)
    withdraw = partial(withdraw_leave, leave_id=leave.pk, by=mentorship.enrolment.student.user, now=NOW)
    one, two = meet(monkeypatch, asking, "missing", validate, withdraw)
    assert (one.error, two.error) == (None, None) and two.waited
    leave.refresh_from_db()
    # Validated first, and then taken back with all that it moved.
    assert leave.state == LeaveState.WITHDRAWN
    assert sum(EndShift.objects.values_list("days", flat=True)) == 0
    assert Interruption.objects.get().lifted_at is not None


def test_a_refusal_after_a_validation_is_refused(mentorship, leave, monkeypatch):
    by = mentorship.mentor.user
    validate = partial(validate_leave, leave_id=leave.pk, by=by, now=NOW)
    refuse = partial(refuse_leave, leave_id=leave.pk, decision="No", by=by, now=NOW)
    one, two = meet(monkeypatch, asking, "missing", validate, refuse)
    assert one.error is None and isinstance(two.error, RuleError)
    leave.refresh_from_db()
    assert leave.state == LeaveState.VALIDATED
