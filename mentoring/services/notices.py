"""The student's word that they will miss a session (A3, A4)."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.db.models import F

from accounts.models import User
from mentoring.models import Absence, Notice, Session, SessionState
from record.types import NewMessage
from rulebook.attendance import Ground, Verdict, check_reason, judge_notice
from rulebook.marking import gettext_noop
from students.permissions import check_standing

from . import desk
from .changes import change, terms_of
from .facts import iso

CLOSED = gettext_noop("This session is no longer scheduled, so no notice can be given for it.")


def preview_notice(*, session: Session, now: datetime) -> Verdict:
    """What a notice received at ``now`` would be: shown to the student before sending.

    Raises ``RuleError`` when none is taken.
    """
    if session.state != SessionState.SCHEDULED:
        raise desk.refuse("session", CLOSED)
    check_standing(session.enrolment, session.starts_at, "session")
    return judge_notice(now, session.starts_at, terms_of(session), _has_exception(session))


@transaction.atomic
def give_notice(*, session_id: int, reason: str, by: User, now: datetime) -> Session:
    """Take a notice of absence, received at ``now`` by the server's clock, and judge it at once.

    Raises ``RuleError`` on ``reason`` when it is empty, on ``session`` when it is not scheduled any
    more, and ``NoticeRefused`` at the start and after it.
    """
    text = check_reason(reason)
    session = desk.take(session_id, now)
    check_standing(session.enrolment, session.starts_at, "session")
    verdict = judge_notice(now, session.starts_at, terms_of(session), _has_exception(session))
    if session.state != SessionState.SCHEDULED:
        raise desk.refuse("session", CLOSED)
    Notice.objects.create(session=session, reason=text, received_at=now, given_by=by)
    if verdict.ground == Ground.TIMELY_NOTICE:
        # The mentor's hour is free for others from now on.
        Session.objects.filter(pk=session.pk).update(released_at=now, revision=F("revision") + 1)
        session.released_at = now
    change(
        session,
        verdict,
        cause="notice",
        by=by,
        now=now,
        facts={"reason": text},
        tell=False,
        messages=_messages(session, verdict, text),
    )
    # The notice carries the reasons that 3.2 asks for (A8).
    Absence.objects.filter(session=session).update(reasons=text, reasons_at=now, revision=F("revision") + 1)
    session.refresh_from_db()
    return session


def _has_exception(session: Session) -> bool:
    return hasattr(session, "exception")


def _messages(session: Session, verdict: Verdict, reason: str) -> list[NewMessage]:
    context = {
        "session": session.pk,
        "starts_at": iso(session.starts_at),
        "ends_at": iso(session.ends_at),
        "told_at": iso(verdict.decided_at),
        "student": session.student.user.full_name,
        "mentor": session.mentor.user.full_name,
        "reason": reason,
        "outcome": str(verdict.outcome),
        "ground": str(verdict.ground),
        "clause": verdict.clause,
        "policy": verdict.policy_id,
        "facts": dict(verdict.facts),
        "rescheduling_due_at": iso(session.starts_at + terms_of(session).rescheduling),
    }
    return [
        NewMessage(
            recipient_id=person.user_id,
            kind=kind,
            occasion=f"{kind.replace('_', '-')}:{session.pk}",
            due_at=verdict.decided_at,
            context=context,
        )
        for person, kind in (
            (session.student, "notice_received"),
            (session.mentor, "notice_received_mentor"),
        )
    ]
