"""A student asks that the programme be adapted, with a proof that Student Success alone reads (2.4, 2.5)."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction

from accounts.models import User
from mentoring import permissions
from record.documents.services import store_document
from record.services import write
from record.types import NewEntry, NewMessage
from rulebook.errors import RuleError
from rulebook.marking import gettext_noop
from rulebook.policy import policy_at
from rulebook.texts import written
from students.models import AccommodationRequest, AccommodationState, Enrolment, EnrolmentState
from students.purposes import PROOF
from students.selectors import student_success_team
from students.services.approvals import Upload

from . import adaptations, mentorships

CLAUSE = "2.4"
ROW = ("enrolment__student__user", "enrolment__path")


@transaction.atomic
def request_adaptation(
    *, enrolment_id: int, audio: bool, wishes: str, proof: Upload, by: User, now: datetime
) -> AccommodationRequest:
    """Ask for an adaptation; the record says that one was asked for, and neither the wishes nor the proof.

    Raises ``RuleError`` on ``wishes`` when nothing is asked for, on ``file`` and on ``enrolment``.
    """
    enrolment = mentorships.lock_enrolments([Enrolment(pk=enrolment_id)])[0]
    if not permissions.can_ask_adaptation(by, enrolment):
        raise PermissionDenied
    if enrolment.state != EnrolmentState.ACTIVE:
        raise RuleError("enrolment", CLAUSE, gettext_noop("This training has ended."))
    if not audio and not written(wishes):
        raise RuleError("wishes", CLAUSE, gettext_noop("Say what would help."))
    if AccommodationRequest.objects.filter(enrolment=enrolment, state=AccommodationState.REQUESTED).exists():
        raise RuleError("wishes", CLAUSE, gettext_noop("Student Success has a request of yours already."))
    document = store_document(
        purpose=PROOF,
        upload=proof,
        subject=enrolment.student.user,
        about=f"students.enrolment:{enrolment.pk}",
        by=by,
        now=now,
    )
    try:
        with transaction.atomic():
            row = AccommodationRequest.objects.create(
                enrolment=enrolment, audio=audio, wishes=wishes.strip(), proof=document, requested_at=now
            )
    except IntegrityError as twice:
        raise RuleError(
            "wishes", CLAUSE, gettext_noop("Student Success has a request of yours already.")
        ) from twice
    messages = [_message(row, "to_decide", person, now) for person in student_success_team()]
    write(entries=[_entry(row, "adaptation_requested", by, now)], messages=messages, now=now)
    return row


@transaction.atomic
def accept_adaptation(
    *,
    request_id: int,
    audio: bool,
    notice: timedelta | None,
    lateness: timedelta | None,
    rescheduling: timedelta | None,
    valid_from: date,
    valid_until: date | None,
    by: User,
    now: datetime,
) -> AccommodationRequest:
    """Student Success, having read the proof, accepts a measure; sessions to come are adapted at once (A2)."""
    row = _take(request_id, by)
    row.accommodation = adaptations.accept_accommodation(
        enrolment=row.enrolment,
        audio=audio,
        notice=notice,
        lateness=lateness,
        rescheduling=rescheduling,
        valid_from=valid_from,
        valid_until=valid_until,
        by=by,
        now=now,
    )
    return _decide(row, AccommodationState.ACCEPTED, "", by, now)


@transaction.atomic
def refuse_adaptation(*, request_id: int, decision: str, by: User, now: datetime) -> AccommodationRequest:
    """Say no, with reasons that the student reads. Raises ``RuleError`` on ``decision``."""
    if not written(decision):
        raise RuleError("decision", CLAUSE, gettext_noop("Say why: the student reads it."))
    return _decide(_take(request_id, by), AccommodationState.REFUSED, decision.strip(), by, now)


@transaction.atomic
def withdraw_request(*, request_id: int, by: User, now: datetime) -> AccommodationRequest:
    """The student takes the request back."""
    enrolment_id = AccommodationRequest.objects.values_list("enrolment_id", flat=True).get(pk=request_id)
    enrolment = mentorships.lock_enrolments([Enrolment(pk=enrolment_id)])[0]
    if not permissions.can_ask_adaptation(by, enrolment):
        raise PermissionDenied
    row = _open(request_id)
    row.state, row.decided_at, row.decided_by = AccommodationState.WITHDRAWN, now, by
    row.save()
    write(entries=[_entry(row, "adaptation_withdrawn", by, now)], now=now)
    return row


def _take(request_id: int, by: User) -> AccommodationRequest:
    enrolment_id = AccommodationRequest.objects.values_list("enrolment_id", flat=True).get(pk=request_id)
    enrolment = mentorships.lock_enrolments([Enrolment(pk=enrolment_id)])[0]
    if not permissions.can_read_proof(by, enrolment):
        raise PermissionDenied
    return _open(request_id)


def _open(request_id: int) -> AccommodationRequest:
    row = (
        AccommodationRequest.objects.select_for_update(of=("self",), no_key=True)
        .select_related(*ROW)
        .get(pk=request_id)
    )
    if row.state != AccommodationState.REQUESTED:
        raise RuleError("request", CLAUSE, gettext_noop("This request is decided already."))
    return row


def _decide(
    row: AccommodationRequest, state: AccommodationState, decision: str, by: User, now: datetime
) -> AccommodationRequest:
    row.state, row.decision, row.decided_at, row.decided_by = state, decision, now, by
    row.save()
    kind = "adaptation_accepted" if state == AccommodationState.ACCEPTED else "adaptation_refused"
    message = _message(row, kind.removeprefix("adaptation_"), row.enrolment.student.user_id, now)
    # An accepted one has its own entry, the measure's.
    entries = [] if state == AccommodationState.ACCEPTED else [_entry(row, kind, by, now)]
    write(entries=entries, messages=[message], now=now)
    return row


def _entry(row: AccommodationRequest, kind: str, by: User, now: datetime) -> NewEntry:
    return NewEntry(
        subject_id=row.enrolment.student.user_id,
        kind=kind,
        clause=CLAUSE,
        policy_id=policy_at(now).id,
        happened_at=now,
        actor_id=by.pk,
        about=f"students.enrolment:{row.enrolment_id}",
        # Neither what was asked for nor why: more people read the record than the proof.
        facts={"request": row.pk},
    )


def _message(row: AccommodationRequest, event: str, recipient_id: int, now: datetime) -> NewMessage:
    return NewMessage(
        recipient_id=recipient_id,
        kind="adaptation",
        occasion=f"adaptation-{event}:{row.pk}:{recipient_id}",
        due_at=now,
        context={
            "request": row.pk,
            "event": event,
            "student": row.enrolment.student.user.full_name,
            "decision": row.decision,
            "clause": CLAUSE,
        },
    )
