"""What penalties do to a training's sessions (A9, B7): closed from the instant of effect, and neutral.

A penalty may be known to be in effect only after the fact: the receipt of a letter takes its time to come in. What
fell due before the effect is settled first; a session that should have taken place after it is cancelled by the
school, and an absence from one is withdrawn with all that it brought (A10).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.db.models import F, Q

from accounts.models import User
from mentoring.models import Absence, ReschedulingState, Session, SessionState
from record.services import write
from record.types import NewEntry
from rulebook.attendance import Ground, Outcome, Verdict
from rulebook.dates import local_date
from rulebook.marking import gettext_noop
from rulebook.penalties import begins_at, over_at
from rulebook.policy import policy_at
from students import services as students
from students.models import ChangeOfPath, Enrolment, EnrolmentState, IdentityFlag, Interruption, Student
from students.models.changes import OPEN_CHANGES, ChangeState
from students.services import identity, standing

from . import cancellations, defences, desk, generation, mentorships
from .changes import change
from .facts import iso
from .leaves.timing import lapse_open
from .locks import lock_counts

SUSPENDED = gettext_noop("The training is suspended on that day.")
ENDED = gettext_noop("The training has ended.")
VOID = (SessionState.UNAUTHORISED_ABSENCE, SessionState.UNATTENDED)
"""Verdicts on a session that nobody could hold any more."""


@dataclass(frozen=True, slots=True)
class Closing:
    """Why sessions are closed: the word of the record, the clause, the penalty behind it, and its words to people."""

    word: str
    clause: str
    about: str
    reason: str


@transaction.atomic
def suspend_training(
    *,
    enrolment: Enrolment,
    starts_on: date,
    ends_on: date,
    about: str,
    effective_at: datetime | None = None,
    by: User | None,
    now: datetime,
) -> Interruption:
    """Suspend a training for days of its own zone, both inclusive: mentoring closes, and generation pauses.

    Its last day stays where it was: the rule book moves it for leaves alone.
    """
    found = Interruption.objects.filter(enrolment=enrolment, about=about).first()
    if found is not None:
        return found
    opens = begins_at(starts_on, enrolment.time_zone)
    closing = Closing("suspension", standing.CLAUSE, about, SUSPENDED)
    close_sessions(
        enrolment=enrolment,
        since=max(opens, effective_at or opens),
        until=over_at(ends_on, enrolment.time_zone),
        closing=closing,
        by=by,
        now=now,
    )
    return standing.suspend(
        enrolment=enrolment,
        starts_on=starts_on,
        ends_on=ends_on,
        about=about,
        effective_at=effective_at,
        by=by,
        now=now,
    )


@transaction.atomic
def end_trainings_for_good(
    *,
    student: Student,
    on: date,
    cause: str,
    about: str,
    effective_at: datetime | None = None,
    by: User | None,
    now: datetime,
    starting_with: Enrolment | None = None,
) -> list[Enrolment]:
    """End every training of a person at once, by a penalty: ``cause`` is ``exclusion`` or ``discontinuation``.

    All of them, for the ban that comes with it leaves room for none. What is still open of them (leaves, a change of
    Path) lapses, and the person leaves the groups. ``starting_with`` is the penalty's own, also where it had ended.
    """
    at = effective_at or now
    own = Q(pk=starting_with.pk) if starting_with else Q(pk__in=())
    rows = Enrolment.objects.filter(
        Q(state=EnrolmentState.ACTIVE) | own, student=student, closed_at__isnull=True
    )
    enrolments = mentorships.lock_enrolments(list(rows))
    clause = standing.clause_of(cause)
    closing = Closing("training_ended", clause, about, ENDED)
    for enrolment in enrolments:
        generation.catch_up(mentor_ids=[], student_ids=[enrolment.student_id], now=now)
    mentorships.lock_mentorships(enrolments)
    # All of them at once: nobody locks a session once a chain is held, and the first one to be closed takes it.
    cancellations.lock(Session.objects.filter(enrolment__in=enrolments, falls_due_at__isnull=False))
    for enrolment in enrolments:
        close_sessions(enrolment=enrolment, since=at, until=None, closing=closing, by=by, now=now)
        lapse_open(enrolment, now)
        _drop_changes(enrolment, by, now)
    ending = cancellations.Cause("training_ended", clause, tells_mentor=True)
    mentorships.end_sessions(enrolments, on, cause=ending, by=by, now=now)
    closed = [
        standing.end_for_good(
            enrolment=enrolment, on=on, cause=cause, about=about, effective_at=at, by=by, now=now
        )
        for enrolment in enrolments
    ]
    students.leave_all_groups(student=student, now=now)
    return closed


def close_sessions(
    *,
    enrolment: Enrolment,
    since: datetime,
    until: datetime | None,
    closing: Closing,
    by: User | None,
    now: datetime,
) -> int:
    """Cancel, as the school, a training's sessions and defences that begin from ``since`` on, before ``until``.

    Neutral for the student (A9), also where one had been judged meanwhile as missed; one that was held stays held.
    A duty to book another that runs out only then waits (A8). Returns how many sessions were cancelled.
    """
    mentorships.lock_enrolments([enrolment])
    generation.catch_up(mentor_ids=[], student_ids=[enrolment.student_id], now=now)
    mentorships.lock_mentorships([enrolment])
    inside = Q(starts_at__gte=since) & (Q(starts_at__lt=until) if until else Q())
    booked = defences.hold(Q(work__enrolment=enrolment) & inside)
    # As of the effect, so that what it closes is not judged as if it had been open.
    pks = desk.hold([enrolment.pk], min(since, now), Q(enrolment=enrolment) & inside)
    duties = list(
        Absence.objects.select_for_update(no_key=True)
        .filter(
            Q(session__in=pks) | Q(rescheduling_state=ReschedulingState.OPEN, rescheduling_due_at__gte=since),
            enrolment=enrolment,
        )
        .order_by("pk")
        .values_list("pk", flat=True)
    )
    lock_counts([enrolment.pk], [enrolment.student.user_id])
    voided = _void(pks, closing, by, now)
    scheduled = list(
        Session.objects.filter(pk__in=pks, state=SessionState.SCHEDULED)
        .order_by("pk")
        .values_list("pk", flat=True)
    )
    cause = cancellations.Cause(
        closing.word, closing.clause, tells_mentor=True, facts={"because_of": closing.about}
    )
    cancellations.cancel(scheduled, cancellations.BY_SCHOOL, cause, by=by, now=now)
    defences.call_off(booked, closing.reason, closing.clause, by=by, now=now)
    Absence.objects.filter(
        pk__in=duties,
        withdrawn_at__isnull=True,
        rescheduling_state=ReschedulingState.OPEN,
        rescheduling_due_at__gte=since,
    ).update(rescheduling_state=ReschedulingState.WAITS, remind_at=None, revision=F("revision") + 1)
    return voided + len(scheduled)


def _void(pks: Sequence[int], closing: Closing, by: User | None, now: datetime) -> int:
    """Take back verdicts on sessions after the effect that counted against the student, or wait for a word."""
    rows = list(
        Session.objects.filter(pk__in=pks, state__in=VOID)
        .select_related("enrolment__path", "student__user", "mentor__user", "absence", "notice", "exception")
        .order_by("starts_at", "pk")
    )
    for session in rows:
        facts = (("starts_at", iso(session.starts_at)), ("because_of", closing.about))
        verdict = Verdict(
            Outcome.CANCELLED_BY_SCHOOL, Ground.NONE, closing.clause, now, policy_at(now).id, facts
        )
        change(session, verdict, cause=closing.word, by=by, now=now)
    return len(rows)


@transaction.atomic
def settle_identity(
    *, flag_id: int, same: bool, reasons: str, by: User, now: datetime, revision: int | None = None
) -> IdentityFlag:
    """A person decides whether somebody is the banned person they look like (B9); if so, their trainings end."""
    row = identity.settle_flag(flag_id=flag_id, same=same, reasons=reasons, by=by, now=now, revision=revision)
    if same:
        cause = "discontinuation" if row.ban.clause == standing.DISCONTINUATION_CLAUSE else "exclusion"
        rows = Enrolment.objects.filter(student=row.student, state=EnrolmentState.ACTIVE).order_by(
            "starts_on"
        )
        zone = next((each.time_zone for each in rows), row.ban.time_zone)
        end_trainings_for_good(
            student=row.student,
            on=local_date(now, zone),
            cause=cause,
            about=f"students.ban:{row.ban_id}",
            by=by,
            now=now,
        )
    return row


def _drop_changes(enrolment: Enrolment, by: User | None, now: datetime) -> None:
    """A change of Path that waits for its day has none any more."""
    rows = list(
        ChangeOfPath.objects.select_for_update(of=("self",), no_key=True)
        .filter(enrolment=enrolment, state__in=OPEN_CHANGES)
        .select_related("from_path", "to_path")
        .order_by("pk")
    )
    ChangeOfPath.objects.filter(pk__in=[row.pk for row in rows]).update(
        state=ChangeState.WITHDRAWN, falls_due_at=None, remind_at=None, revision=F("revision") + 1
    )
    entries = [
        NewEntry(
            subject_id=enrolment.student.user_id,
            kind="path_change_withdrawn",
            clause="2.8",
            policy_id=row.policy_id,
            happened_at=now,
            actor_id=by.pk if by else None,
            about=f"students.enrolment:{enrolment.pk}",
            facts={"change": row.pk, "path": row.from_path.title, "to_path": row.to_path.title},
        )
        for row in rows
    ]
    write(entries=entries, now=now)
