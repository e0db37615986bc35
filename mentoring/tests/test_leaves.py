"""Leaves from the request to the return (L1-L4): routing, the e-mail, funders, sessions, the training's end."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

import pytest
from django.core import mail as post
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction

from accounts.models import Role
from enforcement.registry import get_sweep
from enforcement.runner import run
from mentoring import services
from mentoring.models import Mentorship, Session, SessionState
from mentoring.services import generation
from mentoring.sweeps.leaves import LEAVE_EMAILS, LEAVE_LAPSES, LEAVE_REMINDERS
from record.models import Document, Entry, Message
from rulebook.errors import RuleError
from students.models import (
    ApprovalState,
    EndShift,
    Enrolment,
    FunderApproval,
    Interruption,
    LeaveRequest,
    LeaveState,
)
from tests.factories import at, make_enrolment, make_mentorship, make_path, make_user
from tests.papers import make_funder, make_funding, pdf

pytestmark = pytest.mark.django_db

NOW = at("2026-03-02 09:00")  # a Monday
DAY = timedelta(days=1)
FIRST = date(2026, 3, 9)  # the Monday after


class Cast:
    """A student in training with a mentor on Tuesdays, their sessions laid out, and the school's people."""

    def __init__(self) -> None:
        self.manager = make_user(Role.LEARNING_MANAGER)
        self.success = make_user(Role.STUDENT_SUCCESS)
        self.enrolment = make_enrolment(path=make_path(learning_manager=self.manager))
        self.student = self.enrolment.student.user
        self.mentorship = make_mentorship(enrolment=self.enrolment)
        self.mentor = self.mentorship.mentor.user
        generation.begin(self.mentorship, NOW)
        self.mentorship.save()
        generation.generate_now([self.mentorship], NOW)

    def ask(self, days: int, first: date = FIRST, now: datetime = NOW, by=None) -> LeaveRequest:
        return services.request_leave(
            enrolment_id=self.enrolment.pk,
            starts_on=first,
            ends_on=first + (days - 1) * DAY,
            reason="A family matter.",
            by=by or self.student,
            now=now,
        )

    def validate(self, leave: LeaveRequest, by=None, now: datetime = NOW) -> LeaveRequest:
        return services.validate_leave(leave_id=leave.pk, by=by or self.mentor, now=now)

    @property
    def end(self) -> date:
        return Enrolment.objects.get(pk=self.enrolment.pk).ends_on

    def told(self, person) -> list[str]:
        rows = Message.objects.filter(recipient=person, kind__in=("leave", "leave_email"))
        return [row.occasion.split(":")[0] for row in rows.order_by("pk")]


@pytest.fixture
def cast() -> Cast:
    return Cast()


def refused(field: str):
    return pytest.raises(RuleError, match="") if not field else _Refused(field)


class _Refused:
    def __init__(self, field: str) -> None:
        self.field = field

    def __enter__(self) -> _Refused:
        return self

    def __exit__(self, kind, error, trace) -> bool:
        assert isinstance(error, RuleError), f"not refused: {error!r}"
        assert error.field == self.field, (error.field, str(error))
        return True


def send(message: Message, when: datetime) -> None:
    Message.objects.filter(pk=message.pk).update(state=Message.State.SENT, sent_at=when)


# Who decides -----------------------------------------------------------------------------------


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


# In advance ------------------------------------------------------------------------------------


def test_l1_a_leave_is_asked_for_before_its_first_day_begins(cast):
    midnight = at("2026-03-08 23:00")  # 00:00 of the 9th in Paris
    with refused("starts_on"):
        cast.ask(3, now=midnight)
    assert cast.ask(3, now=midnight - timedelta(microseconds=1)).pk


def test_staff_may_enter_one_that_has_begun(cast):
    assert cast.ask(7, now=at("2026-03-10 09:00"), by=cast.success).pk


def test_nobody_asks_for_somebody_else(cast):
    other = make_mentorship()
    for person in (other.enrolment.student.user, other.mentor.user, cast.mentor):
        with pytest.raises(PermissionDenied):
            cast.ask(3, by=person)


def test_a_leave_begins_inside_of_the_training(cast):
    with refused("starts_on"):
        cast.ask(3, first=date(2027, 1, 1))
    with refused("ends_on"):
        cast.ask(0)


# Overlaps --------------------------------------------------------------------------------------


@pytest.mark.parametrize(("first", "days"), [(-1, 2), (0, 7), (6, 3), (2, 2), (-3, 30)])
def test_l4_days_that_another_leave_takes_are_refused(cast, first, days):
    cast.ask(7)
    with refused("starts_on"):
        cast.ask(days, first=FIRST + first * DAY)


@pytest.mark.parametrize(("first", "days"), [(-2, 2), (7, 7)])
def test_l4_leaves_may_touch(cast, first, days):
    cast.ask(7)
    assert cast.ask(days, first=FIRST + first * DAY).pk


def test_l4_days_of_another_interruption_are_refused(cast):
    Interruption.objects.create(
        enrolment=cast.enrolment, kind="suspension", starts_on=FIRST, ends_on=FIRST, recorded_at=NOW
    )
    with refused("starts_on"):
        cast.ask(2)


def test_l4_the_database_refuses_shared_days_whoever_writes(cast):
    leave = cast.ask(7)
    copy = LeaveRequest.objects.get(pk=leave.pk)
    copy.pk, copy.starts_on = None, leave.ends_on
    copy.ends_on = copy.asked_until = leave.ends_on + DAY
    with pytest.raises(IntegrityError), transaction.atomic():
        copy.save(force_insert=True)
    copy.pk, copy.starts_on = None, leave.ends_on + DAY
    copy.save(force_insert=True)
    with pytest.raises(IntegrityError), transaction.atomic():
        LeaveRequest.objects.filter(pk=copy.pk).update(starts_on=leave.ends_on)
    services.withdraw_leave(leave_id=leave.pk, by=cast.student, now=NOW)
    LeaveRequest.objects.filter(pk=copy.pk).update(starts_on=leave.ends_on)


# Validation: sessions and the training's end ---------------------------------------------------


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


# Taking back and coming back -------------------------------------------------------------------


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


# Funders ---------------------------------------------------------------------------------------


def test_l3_a_funded_leave_of_any_length_waits_for_every_funders_document(cast):
    first, second = make_funding(cast.enrolment), make_funding(cast.enrolment)
    make_funding(cast.enrolment, ends_on=FIRST - DAY)  # pays no more by then
    leave = cast.ask(1)
    assert {row.funding for row in leave.approvals.all()} == {first, second}
    with refused("approvals"):
        cast.validate(leave)
    one, two = leave.approvals.order_by("pk")
    services.send_approval(approval_id=one.pk, upload=pdf(), by=cast.success, now=NOW)
    with refused("approvals"):
        cast.validate(leave)
    services.send_approval(approval_id=two.pk, upload=pdf(), by=cast.student, now=NOW)
    two.refresh_from_db()
    assert two.state == ApprovalState.RECEIVED
    with refused("approvals"):  # somebody has to have looked at it
        cast.validate(leave)
    services.confirm_approval(approval_id=two.pk, by=cast.success, now=NOW)
    assert cast.told(cast.mentor)[-1] == "leave-approved"
    assert cast.validate(leave).state == LeaveState.VALIDATED


def test_l3_each_funder_with_an_address_is_asked_by_e_mail_once_and_not_told_why(cast):
    asked = make_funding(cast.enrolment, funder=make_funder(email="fund@example.org"), reference="FT-9")
    make_funding(cast.enrolment)  # one without an address
    leave = cast.ask(10)
    row = Message.objects.get(kind="funder_asked")
    assert (row.recipient, row.address) == (None, "fund@example.org")
    assert row.occasion == f"funder-asked:{leave.approvals.get(funding=asked).pk}"
    run(get_sweep("send_messages"), NOW)
    (sent,) = [mail for mail in post.outbox if mail.to == ["fund@example.org"]]
    assert (
        "Monday 9 March 2026" in sent.body and "Wednesday 18 March 2026" in sent.body and "FT-9" in sent.body
    )
    assert leave.reason not in sent.body + sent.alternatives[0][0]


def test_l3_a_funder_who_comes_in_meanwhile_is_asked_too(cast):
    from students.services.approvals import record_funding

    leave = cast.ask(3)
    funder = make_funding(make_enrolment()).funder
    record_funding(
        enrolment=cast.enrolment,
        funder_id=funder.pk,
        reference="",
        starts_on=date(2026, 1, 1),
        ends_on=None,
        by=cast.success,
        now=NOW,
    )
    assert leave.approvals.get().funding.funder == funder
    with refused("approvals"):
        cast.validate(leave)


def test_abuse_56_an_approval_serves_one_request_of_one_student(cast):
    make_funding(cast.enrolment)
    leave = cast.ask(1)
    approval = leave.approvals.get()
    services.send_approval(approval_id=approval.pk, upload=pdf(), by=cast.success, now=NOW)
    document = Document.objects.get()
    assert document.subject == cast.student and document.about == f"students.leaverequest:{leave.pk}"
    other = Cast()
    make_funding(other.enrolment)
    foreign = other.ask(1).approvals.get()
    with pytest.raises(PermissionDenied):
        services.send_approval(approval_id=foreign.pk, upload=pdf(), by=cast.student, now=NOW)
    with pytest.raises(IntegrityError), transaction.atomic():
        FunderApproval.objects.filter(pk=foreign.pk).update(document=document, state=ApprovalState.ON_FILE)
    with pytest.raises(IntegrityError), transaction.atomic():
        FunderApproval.objects.filter(pk=foreign.pk).update(state=ApprovalState.ON_FILE)


def test_l3_what_is_no_approval_is_sent_back_and_asked_for_again(cast):
    make_funding(cast.enrolment)
    approval = cast.ask(1).approvals.get()
    services.send_approval(approval_id=approval.pk, upload=pdf(), by=cast.student, now=NOW)
    services.send_back_approval(
        approval_id=approval.pk, reasons="This is your own letter.", by=cast.success, now=NOW
    )
    approval.refresh_from_db()
    assert (approval.state, approval.document) == (ApprovalState.ASKED, None)
    services.send_approval(approval_id=approval.pk, upload=pdf(), by=cast.student, now=NOW)
    assert Document.objects.count() == 2


def test_l3_a_funders_own_answer_is_a_document_and_closes_the_question(cast):
    make_funding(cast.enrolment)
    leave = cast.ask(1)
    approval = leave.approvals.get()
    with refused("document"):
        services.answer_as_funder(approval_id=approval.pk, approve=True, upload=None, reasons="", now=NOW)
    services.answer_as_funder(approval_id=approval.pk, approve=True, upload=pdf(), reasons="", now=NOW)
    approval.refresh_from_db()
    assert approval.state == ApprovalState.ON_FILE and approval.received_from is None
    with refused("approval"):
        services.answer_as_funder(approval_id=approval.pk, approve=False, upload=None, reasons="No", now=NOW)


def test_a_file_that_is_no_paper_is_refused_before_anything_is_stored(cast):
    make_funding(cast.enrolment)
    approval = cast.ask(1).approvals.get()
    page = SimpleUploadedFile("approval.pdf", b"<html><script>1</script>", "application/pdf")
    with refused("file"):
        services.send_approval(approval_id=approval.pk, upload=page, by=cast.success, now=NOW)
    assert not Document.objects.exists()


# Time ------------------------------------------------------------------------------------------


def test_a_request_that_nobody_decides_lapses_with_its_last_day(cast):
    leave = cast.ask(7)
    over = at("2026-03-15 23:00")  # midnight after the 15th, in Paris
    assert run(LEAVE_LAPSES, over - timedelta(microseconds=1)) == 0
    assert run(LEAVE_LAPSES, over + 3 * DAY) == 1
    leave.refresh_from_db()
    assert (leave.state, leave.decided_at) == (LeaveState.LAPSED, over)
    assert Entry.objects.get(kind="leave_lapsed").happened_at == over


def test_a10_a_decision_after_the_last_day_finds_it_lapsed_without_the_sweep(cast):
    leave = cast.ask(7)
    with refused("leave"):
        cast.validate(leave, now=at("2026-03-16 09:00"))


def test_who_is_waited_for_is_reminded_once(cast):
    leave = cast.ask(7)
    due = NOW + timedelta(hours=72)
    assert run(LEAVE_REMINDERS, due - timedelta(microseconds=1)) == 0
    assert run(LEAVE_REMINDERS, due + DAY) == 1
    assert run(LEAVE_REMINDERS, due + 2 * DAY) == 0
    assert cast.told(cast.mentor) == ["leave-to_decide", "leave-reminder"]
    assert leave.pk


def test_the_student_is_reminded_of_a_funder(cast):
    make_funding(cast.enrolment)
    cast.ask(7)
    run(LEAVE_REMINDERS, NOW + timedelta(hours=72))
    assert cast.told(cast.student)[-1] == "leave-reminder"
    assert "leave-reminder" not in cast.told(cast.mentor)


def test_every_step_stands_in_the_students_record(cast):
    leave = cast.ask(14)
    cast.validate(leave, by=cast.success)
    services.return_from_leave(
        leave_id=leave.pk, back_on=date(2026, 3, 16), by=cast.student, now=at("2026-03-11 09:00")
    )
    kinds = list(
        Entry.objects.filter(chain__subject=cast.student, clause="2.7")
        .exclude(kind="session_cancelled")
        .order_by("seq")
        .values_list("kind", flat=True)
    )
    assert kinds == [
        "leave_requested",
        "training_interrupted",
        "leave_validated",
        "interruption_shortened",
        "leave_returned",
    ]


def test_local_midnight_rules_in_another_zone():
    cast = Cast()
    Enrolment.objects.update(time_zone="America/Martinique")
    cast.enrolment.refresh_from_db()
    # 03:00 UTC of the 9th is still the 8th in Martinique.
    assert cast.ask(3, now=at("2026-03-09 03:00")).lapses_at == datetime.combine(
        date(2026, 3, 12), time(4), tzinfo=NOW.tzinfo
    )
