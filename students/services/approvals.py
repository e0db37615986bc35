"""Funders' official written approvals (L3, C2): asked, received as a document each, checked, put on file.

Callers hold the enrolment's lock; what a missing approval stands in the way of, they decide.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.db.models import Q, QuerySet

from accounts.models import User
from record.documents.services import store_document
from record.models import StagedUpload
from record.services import write
from record.types import NewEntry, NewMessage
from rulebook.errors import RuleError
from rulebook.marking import gettext_noop
from rulebook.policy import policy_at
from rulebook.texts import written
from students.models import (
    ApprovalState,
    ChangeOfPath,
    Enrolment,
    FunderApproval,
    Funding,
    LeaveRequest,
    LeaveState,
)
from students.models.changes import ChangeState
from students.purposes import APPROVAL
from students.selectors import student_success_team

Asking = LeaveRequest | ChangeOfPath
Upload = UploadedFile | StagedUpload

CLAUSES = {LeaveRequest: "2.7", ChangeOfPath: "2.8"}


def funding_on(enrolment: Enrolment, day: date) -> QuerySet[Funding]:
    """Who pays for a training on a day or later: each of them is asked."""
    return (
        Funding.objects.filter(enrolment=enrolment)
        .filter(Q(ends_on__isnull=True) | Q(ends_on__gte=day))
        .select_related("funder")
    )


def ask_funders(asking: Asking, fundings: Iterable[Funding], now: datetime) -> list[FunderApproval]:
    """A row for each funder that is to approve a leave or a change, and an e-mail to each that has an address; one
    that is there is left as it is."""
    asked = list(fundings)
    FunderApproval.objects.bulk_create(
        (FunderApproval(funding=funding, asked_at=now, **_of(asking)) for funding in asked),
        ignore_conflicts=True,
    )
    rows = list(asking.approvals.select_related("funding__funder"))
    new = {funding.pk for funding in asked}
    letters = [_ask(row, asking, now) for row in rows if row.funding_id in new and row.funding.funder.email]
    write(entries=[], messages=letters, now=now)
    return rows


def _ask(row: FunderApproval, asking: Asking, now: datetime) -> NewMessage:
    """The e-mail that asks a funder, once: what is asked and of whom, and not why (abuse 14)."""
    leave = asking if isinstance(asking, LeaveRequest) else None
    change = asking if isinstance(asking, ChangeOfPath) else None
    return NewMessage(
        recipient_id=None,
        address=row.funding.funder.email,
        kind="funder_asked",
        occasion=f"funder-asked:{row.pk}",
        due_at=now,
        context={
            "addressee": row.funding.funder.name,
            "approval": row.pk,
            "reference": row.funding.reference,
            "student": asking.enrolment.student.user.full_name,
            "path": asking.enrolment.path.title,
            "starts_on": leave.starts_on.isoformat() if leave else "",
            "ends_on": leave.ends_on.isoformat() if leave else "",
            "days": leave.days if leave else 0,
            "to_path": change.to_path.title if change else "",
            "clause": CLAUSES[type(asking)],
        },
    )


def missing(asking: Asking, fundings: Iterable[Funding]) -> list[str]:
    """The names of those whose approval is not on file."""
    there = set(asking.approvals.filter(state=ApprovalState.ON_FILE).values_list("funding_id", flat=True))
    return [str(funding.funder) for funding in fundings if funding.pk not in there]


def receive(
    *, approval_id: int, upload: Upload, by: User | None, checked: bool, now: datetime
) -> FunderApproval:
    """An approval's document, from the student (to be checked), from staff, or (``by`` None) from the funder itself.

    The file is stored for this approval and nothing else (abuse 56, 57). In the caller's transaction.
    """
    row = _lock(approval_id)
    if row.state in (ApprovalState.ON_FILE, ApprovalState.REFUSED):
        raise _refuse(row, gettext_noop("This funder has answered already."))
    subject = row.funding.enrolment.student.user
    row.document = store_document(
        purpose=APPROVAL, upload=upload, subject=subject, about=_about(row), by=by, now=now
    )
    row.state = ApprovalState.ON_FILE if checked else ApprovalState.RECEIVED
    row.received_at, row.received_from, row.reasons = now, by, ""
    if checked:
        row.checked_at, row.checked_by = now, by
    row.save()
    _tell(row, "funder_approved" if checked else "funder_approval_received", by, now)
    return row


def confirm(*, approval_id: int, by: User, now: datetime) -> FunderApproval:
    """Student Success has looked at what the student sent: it is the funder's approval, and on file."""
    row = _lock(approval_id)
    if row.state != ApprovalState.RECEIVED:
        raise _refuse(row, gettext_noop("There is no document to check."))
    row.state, row.checked_at, row.checked_by = ApprovalState.ON_FILE, now, by
    row.save(update_fields=["state", "checked_at", "checked_by"])
    _tell(row, "funder_approved", by, now)
    return row


def send_back(*, approval_id: int, reasons: str, by: User, now: datetime) -> FunderApproval:
    """What the student sent is not the funder's approval; another document is asked for. The file stays on record."""
    row = _lock(approval_id)
    text = written(reasons)
    if not text:
        raise RuleError("reasons", _clause(row), gettext_noop("Say why: the student reads it."))
    if row.state != ApprovalState.RECEIVED:
        raise _refuse(row, gettext_noop("There is no document to check."))
    row.state, row.document, row.reasons = ApprovalState.ASKED, None, text
    row.checked_at, row.checked_by = now, by
    row.save()
    _tell(row, "funder_approval_sent_back", by, now)
    return row


def refuse_as_funder(
    *, approval_id: int, reasons: str, upload: Upload | None, now: datetime
) -> FunderApproval:
    """The funder itself says no, with a document where it has one."""
    row = _lock(approval_id)
    text = written(reasons)
    if not text:
        raise RuleError("reasons", _clause(row), gettext_noop("Say why."))
    if row.state in (ApprovalState.ON_FILE, ApprovalState.REFUSED):
        raise _refuse(row, gettext_noop("This funder has answered already."))
    if upload is not None:
        row.document = store_document(
            purpose=APPROVAL,
            upload=upload,
            subject=row.funding.enrolment.student.user,
            about=_about(row),
            by=None,
            now=now,
        )
    row.state, row.received_at, row.received_from, row.reasons = ApprovalState.REFUSED, now, None, text
    row.save()
    _tell(row, "funder_refused", None, now)
    return row


@transaction.atomic
def record_funding(
    *,
    enrolment: Enrolment,
    funder_id: int,
    reference: str,
    starts_on: date,
    ends_on: date | None,
    by: User | None,
    now: datetime,
) -> Funding:
    """Who pays for a training, from when to when. What waits for a decision waits for this funder too.

    Raises ``RuleError`` on ``funder`` when it pays for this training already and on ``ends_on``.
    """
    Enrolment.objects.select_for_update(no_key=True).get(pk=enrolment.pk)
    if ends_on is not None and ends_on < starts_on:
        raise RuleError("ends_on", "2.7", gettext_noop("The last day comes before the first."))
    if Funding.objects.filter(enrolment=enrolment, funder=funder_id).exists():
        raise RuleError("funder", "2.7", gettext_noop("They pay for this training already."))
    funding = Funding.objects.create(
        enrolment=enrolment,
        funder_id=funder_id,
        reference=reference.strip(),
        starts_on=starts_on,
        ends_on=ends_on,
        recorded_at=now,
        recorded_by=by,
    )
    open_leaves = LeaveRequest.objects.filter(
        enrolment=enrolment, state__in=(LeaveState.INCOMPLETE, LeaveState.REQUESTED)
    )
    for leave in open_leaves:
        if ends_on is None or ends_on >= leave.starts_on:
            ask_funders(leave, [funding], now)
    for change in ChangeOfPath.objects.filter(enrolment=enrolment, state=ChangeState.WAITING):
        ask_funders(change, [funding], now)
    facts = {
        "funder": funding.funder.name,
        "kind": funding.funder.kind,
        "starts_on": str(starts_on),
        "ends_on": str(ends_on) if ends_on else None,
    }
    write(entries=[_entry("funding_recorded", enrolment, "2.7", facts, by, now)], now=now)
    return funding


@transaction.atomic
def end_funding(*, funding_id: int, ends_on: date, by: User | None, now: datetime) -> Funding:
    """The last day of a funder's part. Raises ``RuleError`` on ``ends_on`` when it lies before the first."""
    row = (
        Funding.objects.select_for_update(of=("self",), no_key=True)
        .select_related("enrolment__student", "funder")
        .get(pk=funding_id)
    )
    if ends_on < row.starts_on:
        raise RuleError("ends_on", "2.7", gettext_noop("The last day comes before the first."))
    row.ends_on = ends_on
    row.save(update_fields=["ends_on"])
    facts = {"funder": row.funder.name, "starts_on": str(row.starts_on), "ends_on": str(ends_on)}
    write(entries=[_entry("funding_ended", row.enrolment, "2.7", facts, by, now)], now=now)
    return row


def _lock(approval_id: int) -> FunderApproval:
    """The approval, locked, of a request that still waits for it."""
    row = (
        FunderApproval.objects.select_for_update(of=("self",), no_key=True)
        .select_related("funding__funder", "funding__enrolment__student__user", "leave", "change")
        .get(pk=approval_id)
    )
    asking = row.leave or row.change
    waits = isinstance(asking, LeaveRequest) and asking.is_open
    waits = waits or (isinstance(asking, ChangeOfPath) and asking.state == ChangeState.WAITING)
    if not waits:
        raise _refuse(row, gettext_noop("Nothing waits for this approval any more."))
    return row


def _of(asking: Asking) -> dict[str, Asking]:
    return {"leave": asking} if isinstance(asking, LeaveRequest) else {"change": asking}


def _about(row: FunderApproval) -> str:
    if row.leave_id:
        return f"students.leaverequest:{row.leave_id}"
    return f"students.changeofpath:{row.change_id}"


def _clause(row: FunderApproval) -> str:
    return "2.7" if row.leave_id else "2.8"


def _refuse(row: FunderApproval, message: str) -> RuleError:
    return RuleError("approval", _clause(row), message)


def _tell(row: FunderApproval, kind: str, by: User | None, now: datetime) -> None:
    """The entry, and whom it concerns: Student Success of what the student sent, the student of everything else."""
    enrolment = row.funding.enrolment
    facts = {
        "approval": row.pk,
        "funder": row.funding.funder.name,
        "leave": row.leave_id,
        "change": row.change_id,
        "reasons": row.reasons,
        "document": row.document.sha256 if row.document else None,
    }
    context = {
        **facts,
        "event": kind,
        "student": enrolment.student.user.full_name,
        "clause": _clause(row),
    }
    student_id = enrolment.student.user_id
    people = [student_id]
    if kind == "funder_approval_received":
        people = student_success_team()
    elif by is None:  # straight from the funder: whoever decides can go on
        people = [student_id, *student_success_team()]
    messages = [
        NewMessage(
            recipient_id=person,
            kind="funder_answer",
            occasion=f"{kind.replace('_', '-')}:{row.pk}:{now.isoformat()}:{person}",
            due_at=now,
            context={**context, "is_student": person == student_id},
        )
        for person in dict.fromkeys(people)
    ]
    entry = _entry(kind, enrolment, _clause(row), facts, by, now)
    write(entries=[entry], messages=messages, now=now)


def _entry(
    kind: str,
    enrolment: Enrolment,
    clause: str,
    facts: Mapping[str, object],
    by: User | None,
    now: datetime,
) -> NewEntry:
    return NewEntry(
        subject_id=enrolment.student.user_id,
        kind=kind,
        clause=clause,
        policy_id=policy_at(now).id,
        happened_at=now,
        actor_id=by.pk if by else None,
        # By the training, so that who does not see the training does not read it (abuse 1).
        about=f"students.enrolment:{enrolment.pk}",
        facts=facts,
    )
