"""The desk on which a file is opened: locked, and brought up to date before anything is written.

A fact that arrives after a deadline first settles what fell due before it. So what the record
says hangs on the facts and on when they arrived, never on when a worker ran (A10).

Lock order, everywhere: mentors → sessions → absences → streaks → the student's chain (what stands before
mentors: ``services.calendars``). Sweeps skip locked rows, and nobody locks a session, an absence or a streak
once a chain is held. Rows are locked against changes and not against references to them (``no_key``): a streak
that is written under the chain refers to absences that somebody else may hold.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db.models import Q, Subquery

from accounts.models import User
from mentoring.models import Absence, ReschedulingState, Session
from record.types import NewEntry
from rulebook.errors import RuleError

from . import rescheduling, verdicts
from .facts import iso


def take(session_id: int, now: datetime) -> Session:
    """The session, locked and fresh, its enrolment brought up to ``now``. Needs a transaction.

    Raises ``Session.DoesNotExist``.
    """
    _catch_up(_enrolment_of(session_id), now, session_id)
    # Read only now: what others wrote while this waited for the locks is in it.
    return Session.objects.select_related(
        "enrolment__path", "student__user", "mentor__user", "absence", "notice", "exception"
    ).get(pk=session_id)


def take_absence(absence_id: int, now: datetime) -> Absence:
    """The absence with its session, locked and fresh, its enrolment brought up to ``now``."""
    session_id = Absence.objects.values_list("session_id", flat=True).get(pk=absence_id)
    return take(session_id, now).absence


def catch_up(enrolment_id: int, now: datetime) -> None:
    """Settle what fell due strictly before ``now`` for this enrolment, as the sweeps would have."""
    _catch_up(enrolment_id, now, None)


def _enrolment_of(session_id: int) -> Subquery:
    return Subquery(Session.objects.filter(pk=session_id).values("enrolment_id"))


def _catch_up(enrolment: int | Subquery, now: datetime, session_id: int | None) -> None:
    due = list(
        Session.objects.select_for_update(no_key=True)
        .filter(Q(enrolment_id=enrolment, falls_due_at__lt=now) | Q(pk=session_id))
        .order_by("pk")
        .values_list("pk", "falls_due_at")
    )
    duties = _lock_duties(enrolment, now, session_id)
    late = [pk for pk, falls_due_at in due if falls_due_at is not None and falls_due_at < now]
    if late:
        verdicts.settle(late, now)
        # What was just settled may itself have brought duties that fell due since.
        duties = _lock_duties(enrolment, now, session_id)
    rescheduling.settle_reminders([pk for pk, remind_at, _ in duties if remind_at and remind_at < now], now)
    rescheduling.settle_deadlines([pk for pk, _, due_at in duties if due_at < now], now)


def _lock_duties(
    enrolment: int | Subquery, now: datetime, session_id: int | None
) -> list[tuple[int, datetime | None, datetime]]:
    is_open = Q(
        enrolment_id=enrolment,
        rescheduling_state=ReschedulingState.OPEN,
        withdrawn_at__isnull=True,
    )
    due = Q(remind_at__lt=now) | Q(rescheduling_due_at__lt=now)
    return list(
        Absence.objects.select_for_update(no_key=True)
        .filter((is_open & due) | Q(session_id=session_id))
        .order_by("pk")
        .values_list("pk", "remind_at", "rescheduling_due_at")
    )


def enter(
    kind: str,
    session: Session,
    *,
    by: User | None,
    now: datetime,
    facts: Mapping[str, Any] | None = None,
    happened_at: datetime | None = None,
    clause: str = "3.2",
    policy_id: str = "",
) -> NewEntry:
    """An entry about a session for its student's chain."""
    return NewEntry(
        subject_id=session.student.user_id,
        kind=kind,
        clause=clause,
        policy_id=policy_id or session.policy_id,
        happened_at=happened_at or now,
        actor_id=by.pk if by else None,
        about=f"mentoring.session:{session.pk}",
        facts={"session": session.pk, "starts_at": iso(session.starts_at), **(facts or {})},
    )


def refuse(field: str, message: str, clause: str = "3.2", **params: object) -> RuleError:
    """The error that pages show beside ``field`` and the API answers as problem+json."""
    return RuleError(field, clause, message, params)
