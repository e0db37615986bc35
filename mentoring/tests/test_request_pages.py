"""A funded leave from the student's form to the funder's answer and Student Success's word, on pages; query counts."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from students.models import ApprovalState, FunderApproval, LeaveRequest, LeaveState
from tests.papers import make_funding, pdf

from .leaves.cast import FIRST, NOW, Cast

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast():
    with time_machine.travel(NOW, tick=False):
        yield Cast()


def browser(person) -> Client:
    http = Client()
    http.force_login(person, backend="accounts.backends.PrefetchingBackend")
    return http


def test_a_funded_leave_from_form_to_validation(cast):
    make_funding(cast.enrolment)
    student, office = browser(cast.student), browser(cast.success)
    ask = reverse("student-leave-ask", args=[cast.enrolment.pk])
    days = {"starts_on": str(FIRST), "ends_on": str(FIRST + timedelta(days=15)), "reason": "A move."}
    page = student.post(ask, days).content.decode()
    # Said before anything is sent: how long, who, the e-mail, the funder, the sessions, the end.
    for words in ("16 days", "Student Success", "more than 15 days", "Fund ", "Saturday 16 January 2027"):
        assert words in page, words
    assert not LeaveRequest.objects.exists()
    assert student.post(ask, {**days, "confirmed": "yes"}).status_code == 302
    leave = LeaveRequest.objects.get()
    assert leave.state == LeaveState.INCOMPLETE
    leave.emails.update(state="sent", sent_at=NOW)
    approval = FunderApproval.objects.get()
    sent = student.post(reverse("student-approval", args=[approval.pk]), {"document": pdf()})
    assert sent.status_code == 302
    validate = reverse("staff-leave-validate", args=[leave.pk])
    assert "written approval is on file" in office.post(validate, {"confirmed": "yes"}).content.decode()
    office.post(reverse("staff-approval-confirm", args=[approval.pk]), {"confirmed": "yes"})
    approval.refresh_from_db()
    assert approval.state == ApprovalState.ON_FILE
    assert office.post(validate, {"decision": "Good luck.", "confirmed": "yes"}).status_code == 302
    leave.refresh_from_db()
    assert (leave.state, leave.enrolment.ends_on) == (LeaveState.VALIDATED, date(2027, 1, 16))
    training = student.get(reverse("student-training")).content.decode()
    assert "Saturday 16 January 2027" in training and "16 days" in training
    person = office.get(reverse("staff-person", args=[cast.enrolment.student_id])).content.decode()
    assert "How the end moved" in person


def test_what_a_rule_refuses_stands_beside_its_field_and_keeps_what_was_typed(cast):
    ask = reverse("student-leave-ask", args=[cast.enrolment.pk])
    today = {"starts_on": "2026-03-02", "ends_on": "2026-03-04", "reason": "Ill"}
    answer = browser(cast.student).post(ask, today)
    assert answer.status_code == 422
    assert "asked for in advance" in answer.content.decode() and "Ill</textarea>" in answer.content.decode()


def test_a_file_that_is_no_paper_is_refused_on_the_page(cast):
    make_funding(cast.enrolment)
    leave = cast.ask(3)
    bad = pdf()
    bad.file.seek(0)
    bad.file.truncate(0)
    bad.file.write(b"<html><script>alert(1)</script></html>")
    bad.size = 38
    answer = browser(cast.student).post(
        reverse("student-approval", args=[leave.approvals.get().pk]), {"document": bad}
    )
    assert answer.status_code == 422
    assert leave.approvals.get().document is None


def test_the_mentor_finds_a_short_leave_on_the_home_page_and_decides(cast):
    leave = cast.ask(3)
    mentor = browser(cast.mentor)
    assert reverse("mentor-leave", args=[leave.pk]) in mentor.get(reverse("mentor-home")).content.decode()
    validate = reverse("mentor-leave-validate", args=[leave.pk])
    assert "Sunday 3 January 2027" in mentor.post(validate, {"decision": ""}).content.decode()
    mentor.post(validate, {"decision": "", "confirmed": "yes"})
    leave.refresh_from_db()
    assert leave.state == LeaveState.VALIDATED


def test_abuse_1_nobody_elses_leave_opens_and_messages_lead_each_to_their_page(cast):
    leave, other = cast.ask(3), Cast()
    for person in (other.student, other.mentor, other.manager):
        http = browser(person)
        for page in ("leave", "student-leave", "mentor-leave", "staff-leave"):
            assert http.get(reverse(page, args=[leave.pk])).status_code == 404, (page, person)
    door = reverse("leave", args=[leave.pk])
    for person, page in ((cast.student, "student"), (cast.mentor, "mentor"), (cast.success, "staff")):
        assert browser(person).get(door)["Location"] == reverse(f"{page}-leave", args=[leave.pk])


def test_the_overview_and_the_worklist_take_a_constant_number_of_queries(cast):
    def count(person, page: str) -> int:
        http = browser(person)
        http.get(reverse(page))
        with CaptureQueriesContext(connection) as seen:
            assert http.get(reverse(page)).status_code == 200
        return len(seen)

    make_funding(cast.enrolment)
    cast.ask(3)
    before = count(cast.student, "student-requests"), count(cast.success, "staff-home")
    for week in range(2, 6):
        cast.ask(3, first=FIRST + timedelta(weeks=week))
    assert (count(cast.student, "student-requests"), count(cast.success, "staff-home")) == before
