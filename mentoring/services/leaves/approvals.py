"""Funders' approvals as they come in: from the student, from staff, from the funder itself (L3, C2)."""

from __future__ import annotations

from datetime import datetime

from django.core.exceptions import PermissionDenied
from django.db import transaction

from accounts.models import User
from mentoring import permissions
from record.services import write
from rulebook.marking import gettext_noop
from students.models import (
    ApprovalState,
    FunderApproval,
    LeaveRequest,
    LeaveState,
)
from students.services.approvals import (
    Upload,
    confirm,
    funding_on,
    missing,
    receive,
    refuse_as_funder,
    send_back,
)

from .telling import (
    ROW,
    current_mentor,
    deciders_of,
    lock_training,
    message,
    refuse,
)
from .timing import take


@transaction.atomic
def send_approval(*, approval_id: int, upload: Upload, by: User, now: datetime) -> FunderApproval:
    """The student sends a funder's approval, which Student Success checks; staff put it on file at once (L3, C2)."""
    approval = _approval(approval_id, now)
    enrolment = approval.funding.enrolment
    if not permissions.can_ask_leave(by, enrolment):
        raise PermissionDenied
    own = enrolment.student.user_id == by.pk
    return _after(receive(approval_id=approval_id, upload=upload, by=by, checked=not own, now=now), now)


@transaction.atomic
def confirm_approval(*, approval_id: int, by: User, now: datetime) -> FunderApproval:
    """Staff found that what the student sent is the funder's approval."""
    approval = _approval(approval_id, now)
    if not permissions.can_check_approval(by, approval.funding.enrolment):
        raise PermissionDenied
    return _after(confirm(approval_id=approval_id, by=by, now=now), now)


@transaction.atomic
def send_back_approval(*, approval_id: int, reasons: str, by: User, now: datetime) -> FunderApproval:
    """Staff found that it is not: another document is asked for."""
    approval = _approval(approval_id, now)
    if not permissions.can_check_approval(by, approval.funding.enrolment):
        raise PermissionDenied
    return send_back(approval_id=approval_id, reasons=reasons, by=by, now=now)


@transaction.atomic
def answer_as_funder(
    *, approval_id: int, approve: bool, upload: Upload | None, reasons: str, now: datetime
) -> FunderApproval:
    """The funder's own answer over the API. An approval is a document (L3): without one there is none."""
    _approval(approval_id, now)
    if not approve:
        return refuse_as_funder(approval_id=approval_id, reasons=reasons, upload=upload, now=now)
    if upload is None:
        raise refuse("document", gettext_noop("An approval is a document: send it with your answer."))
    return _after(receive(approval_id=approval_id, upload=upload, by=None, checked=True, now=now), now)


def _approval(approval_id: int, now: datetime) -> FunderApproval:
    """The approval with its training locked and its leave brought up to date."""
    row = FunderApproval.objects.select_related("funding").get(pk=approval_id)
    row.funding.enrolment = lock_training(row.funding.enrolment_id)
    if row.leave_id:
        take(row.leave_id, now)
    return row


def _after(approval: FunderApproval, now: datetime) -> FunderApproval:
    """When the last approval is on file, a change is accepted for processing, and who decides a leave is told."""
    # Here, because changes of Path are built on the same approvals.
    from mentoring.services.path_changes import accept_if_whole

    if approval.change_id:
        accept_if_whole(approval.change_id, now)
    elif approval.leave_id and approval.state == ApprovalState.ON_FILE:
        leave = LeaveRequest.objects.select_related(*ROW).get(pk=approval.leave_id)
        if leave.state == LeaveState.REQUESTED and not missing(
            leave, funding_on(leave.enrolment, leave.starts_on)
        ):
            deciders = deciders_of(leave, current_mentor(leave.enrolment, now))
            messages = [message(leave, "approved", person, now) for person in deciders]
            write(entries=[], messages=messages, now=now)
    return approval
