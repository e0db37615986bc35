"""Funders' written approvals of a leave (L3)."""

from __future__ import annotations

from datetime import date

import pytest
from django.core import mail as post
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction

from enforcement.registry import get_sweep
from enforcement.runner import run
from mentoring import services
from record.models import Document, Message
from students.models import (
    ApprovalState,
    FunderApproval,
    LeaveState,
)
from tests.factories import make_enrolment
from tests.papers import make_funder, make_funding, pdf

from .cast import DAY, FIRST, NOW, Cast, refused

pytestmark = pytest.mark.django_db


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
