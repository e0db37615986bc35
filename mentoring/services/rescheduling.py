"""The duties after an absence: reasons and another session within 48 h (A8)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import F

from accounts.models import Role, User
from accounts.selectors import holders_of
from mentoring.models import Absence, ReschedulingState
from mentoring.selectors.slots import Offer, offers, replacing_mentorship
from record.services import lock_chains, write
from record.types import NewEntry, NewMessage
from rulebook.attendance import check_reason, judge_rescheduling
from rulebook.marking import gettext_noop

from . import desk
from .facts import iso

OPEN = {"rescheduling_state": ReschedulingState.OPEN, "withdrawn_at__isnull": True}
ROW = ("session__student__user", "session__mentor__user", "session__enrolment")


@transaction.atomic
def give_reasons(*, absence_id: int, reasons: str, by: User, now: datetime) -> Absence:
    """The student tells the mentor why (A8); more can be added, the first instant counts.

    Raises ``RuleError`` on ``reasons`` when they are empty and on ``absence`` when it was withdrawn.
    """
    text = check_reason(reasons, "reasons")
    absence = desk.take_absence(absence_id, now)
    if absence.withdrawn_at is not None:
        raise desk.refuse("absence", gettext_noop("This absence was withdrawn; nothing is owed."))
    absence.reasons = f"{absence.reasons}\n\n{text}" if absence.reasons else text
    absence.reasons_at = absence.reasons_at or now
    absence.revision += 1
    absence.save(update_fields=["reasons", "reasons_at", "revision"])
    session = absence.session
    # Whoever is the mentor now: who has left the student is told nothing new (A11).
    standing = replacing_mentorship(session, now)
    write(
        entries=[desk.enter("reasons_given", session, by=by, now=now, facts={"reasons": text})],
        messages=[
            NewMessage(
                recipient_id=(standing or session).mentor.user_id,
                kind="reasons_given",
                occasion=f"reasons-given:{absence.pk}:{absence.revision}",
                due_at=now,
                context={
                    "session": session.pk,
                    "starts_at": iso(session.starts_at),
                    "student": session.student.user.full_name,
                    "reasons": text,
                },
            )
        ],
        now=now,
    )
    mark_if_met(absence, now)
    return absence


def mark_if_met(absence: Absence, now: datetime) -> None:
    """Close the duty once reasons and booking are both there. What was breached stays breached."""
    waiting = (ReschedulingState.OPEN, ReschedulingState.WAITS)
    if absence.rescheduling_state in waiting and absence.reasons_at and absence.rebooked_at:
        absence.rescheduling_state = ReschedulingState.MET
        absence.revision += 1
        absence.save(update_fields=["rescheduling_state", "revision"])
        write(entries=[_entry(absence, ReschedulingState.MET)], now=now)


def settle_reminders(pks: Sequence[int], now: datetime) -> int:
    """Write the reminders that fell due strictly before ``now``; the absences are locked."""
    if not pks:
        return 0
    rows = list(
        Absence.objects.filter(pk__in=pks, remind_at__lt=now, **OPEN)
        .select_related(*ROW)
        .order_by("remind_at", "pk")
    )
    if not rows:
        return 0
    Absence.objects.filter(pk__in=[row.pk for row in rows]).update(remind_at=None, revision=F("revision") + 1)
    write(entries=[], messages=[_reminder(row) for row in rows], now=now)
    return len(rows)


def settle_deadlines(pks: Sequence[int], now: datetime) -> int:
    """Judge the duties whose 48 h ended strictly before ``now``; the absences are locked (A8)."""
    if not pks:
        return 0
    rows = list(
        Absence.objects.filter(pk__in=pks, rescheduling_due_at__lt=now, **OPEN)
        .select_related(*ROW)
        .order_by("rescheduling_due_at", "pk")
    )
    if not rows:
        return 0
    offered = offers(rows)
    outcomes = {
        row.pk: ReschedulingState(
            judge_rescheduling(row.rescheduling_due_at, row.reasons_at, row.rebooked_at, offered[row.pk].made)
        )
        for row in rows
    }
    chains = lock_chains(sorted({row.session.student.user_id for row in rows}))
    for state in ReschedulingState:
        ids = [pk for pk, outcome in outcomes.items() if outcome == state]
        if ids:
            Absence.objects.filter(pk__in=ids).update(
                rescheduling_state=state, remind_at=None, revision=F("revision") + 1
            )
    told = [row for row in rows if outcomes[row.pk] != ReschedulingState.MET]
    team = holders_of(Role.STUDENT_SUCCESS) if told else []
    # A reminder fell due first; this sweep may overtake the one that writes it (A10).
    reminders = [_reminder(row) for row in rows if row.remind_at is not None]
    write(
        entries=[_entry(row, outcomes[row.pk]) for row in rows],
        messages=[
            *reminders,
            *(message for row in told for message in _messages(row, outcomes[row.pk], offered[row.pk], team)),
        ],
        now=now,
        chains=chains,
    )
    return len(rows)


def _context(absence: Absence) -> dict[str, Any]:
    session = absence.session
    return {
        "session": session.pk,
        "absence": absence.pk,
        "starts_at": iso(absence.starts_at),
        "rescheduling_due_at": iso(absence.rescheduling_due_at),
        "student": session.student.user.full_name,
        "mentor": session.mentor.user.full_name,
        "has_reasons": absence.reasons_at is not None,
        "has_booking": absence.rebooked_at is not None,
        "clause": "3.2",
    }


def _reminder(absence: Absence) -> NewMessage:
    assert absence.remind_at is not None
    return NewMessage(
        recipient_id=absence.session.student.user_id,
        kind="rescheduling_reminder",
        occasion=f"rescheduling-reminder:{absence.session_id}:{iso(absence.rescheduling_due_at)}",
        due_at=absence.remind_at,
        context=_context(absence),
    )


KINDS = {
    ReschedulingState.MET: "rescheduling_met",
    ReschedulingState.BREACH: "rescheduling_breach",
    ReschedulingState.WAITS: "rescheduling_waits",
}


def _entry(absence: Absence, outcome: ReschedulingState) -> NewEntry:
    """How the duty ended: at the deadline, or when reasons and booking were both there."""
    context = _context(absence)
    both = [at for at in (absence.reasons_at, absence.rebooked_at) if at is not None]
    met = outcome == ReschedulingState.MET
    facts: dict[str, Any] = {
        "reasons_at": iso(absence.reasons_at) if absence.reasons_at else None,
        "rebooked_at": iso(absence.rebooked_at) if absence.rebooked_at else None,
    }
    if not met:
        facts["slot_offered"] = outcome == ReschedulingState.BREACH
    return NewEntry(
        subject_id=absence.session.student.user_id,
        kind=KINDS[outcome],
        clause="3.2",
        policy_id=absence.session.policy_id,
        happened_at=max(both) if met else absence.rescheduling_due_at,
        about=f"mentoring.session:{absence.session_id}",
        facts={
            key: context[key]
            for key in ("session", "starts_at", "rescheduling_due_at", "has_reasons", "has_booking")
        }
        | facts,
    )


def _messages(
    absence: Absence, outcome: ReschedulingState, offer: Offer, team: Sequence[int]
) -> Iterator[NewMessage]:
    """The student, whoever is their mentor by then (A11) and Student Success are told of a breach, or that the duty
    waits."""
    session, context = absence.session, _context(absence)
    breach = outcome == ReschedulingState.BREACH
    kind = "rescheduling_breach" if breach else "rescheduling_waits"
    mentor = offer.mentor or session.mentor
    staff = {mentor.user_id, *team}
    to = [(session.student.user_id, kind), *((pk, f"{kind}_staff") for pk in sorted(staff))]
    for recipient_id, name in to:
        yield NewMessage(
            recipient_id=recipient_id,
            kind=name,
            occasion=(
                f"{name.replace('_', '-')}:{absence.session_id}:"
                f"{iso(absence.rescheduling_due_at)}:{recipient_id}"
            ),
            due_at=absence.rescheduling_due_at,
            context=context,
        )
