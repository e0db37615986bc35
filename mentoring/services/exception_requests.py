"""Asking for an exception: a circumstance that Student Success may authorise for one session (A4)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction

from accounts.models import Role, User
from accounts.selectors import holders_of
from mentoring import permissions
from mentoring.models import ExceptionRequest, Session, SessionState
from record.services import write
from record.types import NewMessage
from rulebook.attendance import check_reason
from rulebook.errors import RuleError
from rulebook.marking import gettext_noop
from students.permissions import check_standing

from . import desk
from .changes import terms_of
from .facts import iso

OPEN = (SessionState.SCHEDULED, SessionState.UNAUTHORISED_ABSENCE)
"""States in which an exception can still be asked for: to come, or lost by a notice that came late."""


def why_not(session: Session, now: datetime) -> RuleError | None:
    """Why no exception can be asked for this session, or None when one can."""
    if session.state not in OPEN or now >= session.starts_at:
        return desk.refuse(
            "session",
            gettext_noop(
                "An exception is asked for before the session. An absence can be contested afterwards."
            ),
        )
    if hasattr(session, "exception"):
        return desk.refuse("session", gettext_noop("A circumstance is authorised for this session already."))
    if hasattr(session, "exception_request"):
        return desk.refuse("session", gettext_noop("An exception was asked for already."))
    return None


@transaction.atomic
def ask_exception(*, session_id: int, reason: str, by: User, now: datetime) -> ExceptionRequest:
    """The student, or their mentor for them, asks Student Success to authorise a circumstance before the session.

    Once a session. It is no notice, and changes nothing by itself. Raises ``RuleError`` on ``reason`` when it is empty
    and on ``session`` when it is too late.
    """
    text = check_reason(reason)
    session = desk.take(session_id, now)
    if not permissions.can_ask_exception(by, session):
        raise PermissionDenied
    check_standing(session.enrolment, session.starts_at, "session")
    if refusal := why_not(session, now):
        raise refusal
    request = ExceptionRequest.objects.create(session=session, reason=text, asked_at=now, asked_by=by)
    facts = {"reason": text, "asked_by_mentor": by.pk != session.student.user_id}
    policy_id = terms_of(session).policy_id
    entry = desk.enter("exception_asked", session, by=by, now=now, facts=facts, policy_id=policy_id)
    write(entries=[entry], messages=list(_asked(request, session, now)), now=now)
    return request


@transaction.atomic
def decline_exception(*, session_id: int, reasons: str, by: User, now: datetime) -> ExceptionRequest:
    """Student Success declines what was asked for, with reasons; whoever asked is told.

    Granting it is ``authorise_exception``. Raises ``RuleError`` on ``reasons`` when they are empty and on ``session``
    when nothing waits.
    """
    text = check_reason(reasons, "reasons")
    session = desk.take(session_id, now)
    if not permissions.can_authorise_exception(by, session):
        raise PermissionDenied
    request = ExceptionRequest.objects.select_for_update().filter(session=session).first()
    if request is None or request.decided_at is not None:
        raise desk.refuse("session", gettext_noop("No request waits for this session."))
    request.granted, request.answer, request.decided_at, request.decided_by = False, text, now, by
    request.save()
    policy_id = terms_of(session).policy_id
    entry = desk.enter(
        "exception_declined", session, by=by, now=now, facts={"reasons": text}, policy_id=policy_id
    )
    people = dict.fromkeys([session.student.user_id, request.asked_by_id])
    messages = [
        _message(
            "exception_declined", pk, session, now, {"reasons": text, "own": pk == session.student.user_id}
        )
        for pk in people
    ]
    write(entries=[entry], messages=messages, now=now)
    return request


def grant(session: Session, by: User, now: datetime) -> None:
    """Close what was asked for a session whose circumstance has been authorised, within that transaction."""
    ExceptionRequest.objects.filter(session=session, decided_at__isnull=True).update(
        granted=True, decided_at=now, decided_by=by
    )


def _asked(request: ExceptionRequest, session: Session, now: datetime) -> Iterator[NewMessage]:
    facts = {"reason": request.reason, "by": request.asked_by.full_name}
    yield _message("exception_asked", session.student.user_id, session, now, facts)
    for pk in holders_of(Role.STUDENT_SUCCESS):
        yield _message("exception_to_decide", pk, session, now, facts)


def _message(
    kind: str, recipient_id: int, session: Session, now: datetime, facts: dict[str, Any]
) -> NewMessage:
    return NewMessage(
        recipient_id=recipient_id,
        kind=kind,
        occasion=f"{kind.replace('_', '-')}:{session.pk}:{recipient_id}",
        due_at=now,
        context={
            "session": session.pk,
            "starts_at": iso(session.starts_at),
            "student": session.student.user.full_name,
            "clause": "3.2",
            **facts,
        },
    )
