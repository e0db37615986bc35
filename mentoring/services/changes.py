"""A verdict that a fact or a person brings about: first, or in place of an earlier one (A7)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from django.db.models import F

from accounts.models import User
from mentoring.models import Absence, ReschedulingState, Session, StreakAbsence
from record.services import write
from record.types import NewEntry, NewMessage
from rulebook.attendance import Outcome, Verdict
from rulebook.terms import AttendanceTerms

from .facts import dumps, iso
from .locks import lock_counts
from .store import note_excused
from .streaks import tally_of
from .terms import terms_for_sessions
from .verdicts import (
    ABSENCES,
    Judged,
    Row,
    entry_for,
    messages_for,
    new_absence,
    recount,
    session_verdict,
)


def terms_of(session: Session) -> AttendanceTerms:
    """The terms that this session is judged by: the policy at its start, adapted for the student. Asked once."""
    known: AttendanceTerms | None = session.__dict__.get("_terms")
    if known is None:
        row = (session.pk, session.enrolment_id, session.starts_at, session.enrolment.time_zone)
        known = session.__dict__["_terms"] = terms_for_sessions([row])[session.pk]
    return known


def change(
    session: Session,
    verdict: Verdict,
    *,
    cause: str,
    by: User | None,
    now: datetime,
    facts: dict[str, Any] | None = None,
    by_person: bool = False,
    tell: bool = True,
    terms: AttendanceTerms | None = None,
    entries: Sequence[NewEntry] = (),
    messages: Sequence[NewMessage] = (),
) -> None:
    """Put a verdict in force as of ``now`` with all that follows from it.

    ``session`` comes locked from ``desk.take``. ``cause`` names the fact (notice, late_join, statement,
    exception, contest, report, resolution); the verdict that it replaces stays in the record's facts.
    """
    terms = terms or terms_of(session)
    verdict = replace(verdict, decided_at=now)
    if (session.state, session.ground) == (verdict.outcome, verdict.ground):
        # The verdict stands; what it rests on may have become another arrival (A5: the actual time is kept).
        known = dict(verdict.facts)
        if "decided_by_person" not in known:
            session.facts = dumps(known)
            Session.objects.filter(pk=session.pk).update(facts=session.facts)
        write(entries=entries, messages=messages, now=now)
        return
    previous = _previous(session)
    was_unauthorised = session.state == Outcome.UNAUTHORISED_ABSENCE
    case = Judged(_row(session), verdict, terms)

    # Only a correction breaks a streak.
    chains = lock_counts([session.enrolment_id] if previous else [], [session.student.user_id])
    tally = tally_of(session.enrolment_id, now)
    fields = session_verdict(case)._asdict() | {"decided_at": now}
    del fields["session_id"]
    Session.objects.filter(pk=session.pk).update(**fields, falls_due_at=None, revision=F("revision") + 1)
    absence = _store_absence(session, case, by_person)
    if absence and hasattr(session, "exception"):
        note_excused([session.pk])
    tally.put(session.pk, session.starts_at, verdict.outcome, fields["ground"], fields["facts"])
    by_id = by.pk if by else None
    newly_absent = verdict.outcome is Outcome.UNAUTHORISED_ABSENCE and not was_unauthorised
    if newly_absent and previous and _held_by_a_case(session):
        tally.hold([session.pk])  # the Board has decided on it: it is not counted again (A9)
    counted, told = recount(case, tally, cause=cause, by_id=by_id, newly_absent=newly_absent)
    own_entry = entry_for(case, by_id, cause=cause, **previous, **(facts or {}))
    if tell:
        told = [*told, *_told(case, absence, bool(previous))]
    write(
        entries=[*entries, own_entry, *counted],
        messages=[*messages, *told],
        now=now,
        chains=chains,
    )
    session.refresh_from_db()


def _row(session: Session) -> Row:
    mentor = session.mentor.user
    return Row(
        pk=session.pk,
        enrolment_id=session.enrolment_id,
        time_zone=session.enrolment.time_zone,
        student_user_id=session.student.user_id,
        mentor_user_id=session.mentor.user_id,
        mentor_given_name=mentor.given_name,
        mentor_family_name=mentor.family_name,
        starts_at=session.starts_at,
        ends_at=session.ends_at,
        student_joined_at=session.student_joined_at,
        mentor_joined_at=session.mentor_joined_at,
        falls_due_at=session.falls_due_at or session.starts_at,
        exception_id=None,
        adapted=False,
    )


def _held_by_a_case(session: Session) -> bool:
    return StreakAbsence.objects.filter(absence__session=session, released_at__isnull=True).exists()


def _previous(session: Session) -> dict[str, Any]:
    if session.decided_at is None:
        return {}
    return {
        "previous_outcome": session.state,
        "previous_ground": session.ground,
        "previous_decided_at": iso(session.decided_at),
    }


def _store_absence(session: Session, case: Judged, by_person: bool) -> Absence | None:
    """The absence row after the verdict: made, changed, or withdrawn; its duties stay as they were."""
    absence = getattr(session, "absence", None)
    if case.verdict.outcome not in ABSENCES:
        if absence and absence.withdrawn_at is None:
            absence.withdrawn_at = case.verdict.decided_at
            absence.revision += 1
            absence.save(update_fields=["withdrawn_at", "revision"])
        return None
    fresh = new_absence(case, by_person).model()
    if absence is None:
        fresh.save()
        return fresh
    absence.kind, absence.ground = fresh.kind, fresh.ground
    absence.happened_at = fresh.happened_at
    if absence.withdrawn_at is not None and absence.rescheduling_state == ReschedulingState.OPEN:
        absence.rescheduling_due_at = fresh.rescheduling_due_at
        absence.remind_at = fresh.remind_at
    absence.withdrawn_at = None
    absence.revision += 1
    absence.save()
    return absence


def _told(case: Judged, absence: Absence | None, corrected: bool) -> list[NewMessage]:
    if not corrected:
        return list(messages_for(case))
    row, verdict = case.row, case.verdict
    context: dict[str, Any] = {
        "session": row.pk,
        "starts_at": iso(row.starts_at),
        "mentor": row.mentor_name,
        "outcome": str(verdict.outcome),
        "ground": str(verdict.ground),
        "clause": verdict.clause,
        "policy": verdict.policy_id,
    }
    if absence:
        context["rescheduling_due_at"] = iso(absence.rescheduling_due_at)
    return [
        NewMessage(
            recipient_id=row.student_user_id,
            kind="verdict_changed",
            occasion=f"verdict-changed:{row.pk}:{iso(verdict.decided_at)}",
            due_at=verdict.decided_at,
            context=context,
        )
    ]
