"""The desk on which a file is opened: locked, and brought up to date before anything is written.

A fact that arrives after a deadline first settles what fell due before it. So what the record
says hangs on the facts and on when they arrived, never on when a worker ran (A10).

Lock order, everywhere: enrolments → mentorships → mentors → sessions → absences → streaks → chains; rows of one
table by their id, and in one statement (``take``, ``hold``). Sweeps skip locked rows, and nobody locks a
session, an absence or a streak once a chain is held (``services.locks``). Rows are locked against changes and not
against references to them (``no_key``): a streak that is written under the chain refers to absences that
somebody else may hold. A contest, a case and time off are locked by whoever holds what they belong to.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet, Subquery

from accounts.models import User
from mentoring.models import Absence, ReschedulingState, Session
from record.types import NewEntry
from rulebook.errors import RuleError

from . import rescheduling, verdicts
from .facts import iso
from .locks import lock_counts

NONE = Q(pk__in=())


def take(session_id: int, now: datetime) -> Session:
    """The session, locked and fresh, its enrolment brought up to ``now``. Needs a transaction.

    Raises ``Session.DoesNotExist``.
    """
    its = Subquery(Session.objects.filter(pk=session_id).values("enrolment_id"))
    _catch_up(Q(enrolment_id=its), now, Q(pk=session_id), Q(session_id=session_id))
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
    _catch_up(Q(enrolment_id=enrolment_id), now, NONE, NONE)


def hold(
    enrolments: Iterable[int] | QuerySet[Any], now: datetime, sessions: Q, subjects: Collection[int] = ()
) -> list[int]:
    """Lock these sessions together with what fell due before ``now`` for these enrolments, and settle the latter.

    In one go, by their ids: whoever takes one of them later stands in the same line. ``subjects`` are people other
    than the students whose chains are written as well. Returns the sessions that are still as ``sessions`` says.
    """
    known = enrolments if isinstance(enrolments, QuerySet) else list(enrolments)
    locked = _catch_up(Q(enrolment_id__in=known), now, sessions, NONE, subjects)
    return list(Session.objects.filter(sessions, pk__in=locked).order_by("pk").values_list("pk", flat=True))


def _catch_up(mine: Q, now: datetime, sessions: Q, absences: Q, subjects: Collection[int] = ()) -> list[int]:
    """Lock ``sessions`` and ``absences`` beside what is due of ``mine``, a condition on either; settle that."""
    due = list(
        Session.objects.select_for_update(no_key=True)
        .filter((mine & Q(falls_due_at__lt=now)) | sessions)
        .order_by("pk")
        .values_list("pk", "falls_due_at")
    )
    duties = _lock_duties(mine, now, absences)
    late = [pk for pk, falls_due_at in due if falls_due_at is not None and falls_due_at < now]
    if late or duties:
        # What is settled is written now, and what the caller does afterwards: all chains are locked at once.
        touched = Q(pk__in=[pk for pk, _ in due]) | Q(absence__in=[duty[0] for duty in duties])
        people = set(Session.objects.filter(touched).values_list("enrolment_id", "student__user_id"))
        lock_counts({row[0] for row in people}, {row[1] for row in people}.union(subjects))
    if late:
        verdicts.settle(late, now)
        # What was just settled may itself have brought duties that fell due since: rows of this transaction.
        duties = _lock_duties(mine, now, absences)
    rescheduling.settle_reminders([pk for pk, remind_at, _ in duties if remind_at and remind_at < now], now)
    rescheduling.settle_deadlines([pk for pk, _, due_at in duties if due_at < now], now)
    return [pk for pk, _ in due]


def _lock_duties(mine: Q, now: datetime, absences: Q) -> list[tuple[int, datetime | None, datetime]]:
    """Lock ``absences`` and the duties of ``mine`` that fell due; returns those that are due."""
    is_open = Q(rescheduling_state=ReschedulingState.OPEN, withdrawn_at__isnull=True)
    is_due = Q(remind_at__lt=now) | Q(rescheduling_due_at__lt=now)
    rows = (
        Absence.objects.select_for_update(no_key=True)
        .filter((mine & is_open & is_due) | absences)
        .order_by("pk")
        .values_list("pk", "remind_at", "rescheduling_due_at", "rescheduling_state", "withdrawn_at")
    )
    return [
        (pk, remind_at, due_at)
        for pk, remind_at, due_at, state, withdrawn_at in rows
        if state == ReschedulingState.OPEN
        and withdrawn_at is None
        and (due_at < now or (remind_at is not None and remind_at < now))
    ]


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
