"""Sessions that the mentor or the school cancels: neutral for the student (A6), the hour free again."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import F, Q, QuerySet

from accounts.models import User
from mentoring import permissions
from mentoring.models import Origin, Session, SessionState
from record.services import lock_chains, write
from record.types import NewEntry, NewMessage
from rulebook.marking import gettext_noop
from rulebook.policy import policy_at
from rulebook.texts import written

from . import desk
from .facts import dumps, iso

BY_MENTOR = SessionState.CANCELLED_BY_MENTOR
BY_SCHOOL = SessionState.CANCELLED_BY_SCHOOL


@dataclass(frozen=True, slots=True)
class Cause:
    """Why sessions are cancelled: a word for the record, the clause, and the reason given by a person.

    ``tells_mentor``: the mentor is told too, because someone else cancelled.
    """

    word: str
    clause: str
    reason: str = ""
    tells_mentor: bool = False
    facts: dict[str, Any] = field(default_factory=dict)


@transaction.atomic
def cancel_session(*, session_id: int, reason: str, by: User, now: datetime) -> Session:
    """The mentor, or staff for the school, cancels one session before it starts.

    The student is told and may book another (A3). Raises ``RuleError`` on ``reason`` when it is empty and on
    ``session`` when it is no longer scheduled or has started.
    """
    text = written(reason)
    if not text:
        raise desk.refuse("reason", gettext_noop("Say why you cancel: the student is told."))
    session = desk.take(session_id, now)
    own = session.mentor.user_id == by.pk
    if not permissions.can_cancel_session(by, session):
        raise PermissionDenied
    if session.state != SessionState.SCHEDULED:
        raise desk.refuse("session", gettext_noop("This session is no longer scheduled."))
    if now >= session.starts_at:
        raise desk.refuse(
            "session", gettext_noop("This session has started. State who was there instead of cancelling it.")
        )
    cause = Cause("cancelled", "3.2", text, tells_mentor=not own)
    cancel([session.pk], BY_MENTOR if own else BY_SCHOOL, cause, by=by, now=now)
    session.refresh_from_db()
    return session


def ahead(now: datetime) -> Q:
    """Sessions that are scheduled and have not started."""
    return Q(state=SessionState.SCHEDULED, starts_at__gt=now)


def to_come(now: datetime) -> QuerySet[Session]:
    return Session.objects.filter(ahead(now))


def inside(starts_at: datetime, ends_at: datetime) -> Q:
    """Sessions that share any moment with a half-open span."""
    return Q(starts_at__lt=ends_at, ends_at__gt=starts_at)


def lock(sessions: QuerySet[Session]) -> list[int]:
    """Lock these sessions in order; those that changed meanwhile are not among them."""
    return list(
        sessions.select_for_update(of=("self",), no_key=True).order_by("pk").values_list("pk", flat=True)
    )


def cancel(
    pks: Sequence[int],
    state: SessionState,
    cause: Cause,
    *,
    by: User | None,
    now: datetime,
    entries: Sequence[NewEntry] = (),
    messages: Sequence[NewMessage] = (),
) -> int:
    """Cancel locked sessions that have not started: a constant number of statements, one message a person.

    ``entries`` and ``messages`` tell what brought it about and are written first.
    """
    sessions = list(
        Session.objects.filter(pk__in=pks)
        .select_related("student__user", "mentor__user")
        .order_by("starts_at", "pk")
    )
    subjects = {session.student.user_id for session in sessions} | {entry.subject_id for entry in entries}
    chains = lock_chains(subjects)
    policy = policy_at(now)
    facts = {"cause": cause.word, "reason": cause.reason, **cause.facts}
    if sessions:
        Session.objects.filter(pk__in=pks).update(
            state=state,
            ground="",
            decided_at=now,
            decided_by=by,
            released_at=now,
            falls_due_at=None,
            clause=cause.clause,
            policy_id=policy.id,
            facts=dumps(facts),
            revision=F("revision") + 1,
        )
    own = [
        NewEntry(
            subject_id=session.student.user_id,
            kind="session_cancelled",
            clause=cause.clause,
            policy_id=policy.id,
            happened_at=now,
            actor_id=by.pk if by else None,
            about=f"mentoring.session:{session.pk}",
            facts={
                "session": session.pk,
                "outcome": str(state),
                "starts_at": iso(session.starts_at),
                **facts,
            },
        )
        for session in sessions
    ]
    told = [*messages, *_messages(sessions, state, cause, now)]
    write(entries=[*entries, *own], messages=told, now=now, chains=chains)
    return len(sessions)


def _messages(
    sessions: Sequence[Session], state: SessionState, cause: Cause, now: datetime
) -> Iterator[NewMessage]:
    for_student: dict[int, list[Session]] = defaultdict(list)
    for_mentor: dict[int, list[Session]] = defaultdict(list)
    for session in sessions:
        for_student[session.student.user_id].append(session)
        # Whoever cancels knows; what they were invited to by e-mail goes from their calendar by e-mail, too.
        if cause.tells_mentor or session.origin != Origin.WEEKLY:
            for_mentor[session.mentor.user_id].append(session)
    for kind, people in (("sessions_cancelled", for_student), ("sessions_cancelled_mentor", for_mentor)):
        for recipient_id, own in people.items():
            yield NewMessage(
                recipient_id=recipient_id,
                kind=kind,
                # A session is cancelled once in its life.
                occasion=f"{kind.replace('_', '-')}:{own[0].pk}:{recipient_id}",
                due_at=now,
                context={
                    "sessions": [
                        {
                            "session": session.pk,
                            "starts_at": iso(session.starts_at),
                            "ends_at": iso(session.ends_at),
                            "student": session.student.user.full_name,
                            "mentor": session.mentor.user.full_name,
                        }
                        for session in own
                    ],
                    "count": len(own),
                    "told_at": iso(now),
                    "by_mentor": state == BY_MENTOR,
                    "cause": cause.word,
                    "reason": cause.reason,
                    "clause": cause.clause,
                },
            )
