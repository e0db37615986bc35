"""What penalties do to trainings (4.2, PL): a suspension and its end, the end for good, and the ban (B7, B9).

Sessions stand above this app: ``mentoring.services.standing`` closes them in the same transaction and calls these.
Each is dated by when the penalty took effect, not by when that was learnt, and done once for each penalty
(``about``), however often it is asked.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime

from django.db import transaction

from accounts.models import User
from record.services import write
from record.types import NewEntry, NewMessage
from rulebook.dates import local_date
from rulebook.errors import RuleError
from rulebook.marking import gettext_noop
from rulebook.penalties import over_at
from rulebook.policy import policy_at
from students.models import Ban, Enrolment, EnrolmentState, Interruption, InterruptionKind, Student

CLAUSE = "4.2"
DISCONTINUATION_CLAUSE = "PL"


@transaction.atomic
def suspend(
    *,
    enrolment: Enrolment,
    starts_on: date,
    ends_on: date,
    about: str,
    effective_at: datetime | None = None,
    by: User | None,
    now: datetime,
) -> Interruption:
    """Suspend a training for days of its own zone, both inclusive; its last day stays where it was.

    ``about`` is the penalty behind it, without which nobody is suspended (B1). The fees of the days stay due.
    """
    if not about:
        raise RuleError("about", CLAUSE, gettext_noop("A suspension needs the penalty that it follows."))
    if ends_on < starts_on:
        raise RuleError("ends_on", CLAUSE, gettext_noop("The last day comes before the first."))
    Enrolment.objects.select_for_update(no_key=True).get(pk=enrolment.pk)
    found = Interruption.objects.filter(enrolment=enrolment, about=about).first()
    if found is not None:
        return found
    row = Interruption.objects.create(
        enrolment=enrolment,
        kind=InterruptionKind.SUSPENSION,
        starts_on=starts_on,
        ends_on=ends_on,
        about=about,
        recorded_at=now,
        recorded_by=by,
    )
    facts = {**_days(row), "fees_due": True}
    write(entries=[_entry(enrolment, "training_suspended", facts, by, effective_at or now)], now=now)
    return row


@transaction.atomic
def lift_suspension(*, interruption_id: int, now: datetime) -> Interruption | None:
    """Record and tell that a suspension is over, as of the first instant after its last day (4.2).

    It lifts by itself: access hangs on the days alone. None where there is nothing to tell: it is not over yet, it was
    told already, or the training has ended meanwhile, which no lifted suspension opens again (abuse 40).
    """
    row = (
        Interruption.objects.select_for_update(of=("self",), no_key=True)
        .select_related("enrolment__student__user", "enrolment__path")
        .get(pk=interruption_id)
    )
    enrolment = row.enrolment
    lifts_at = over_at(row.ends_on, enrolment.time_zone)
    if row.kind != InterruptionKind.SUSPENSION or row.told_over_at is not None or now < lifts_at:
        return None
    ended = enrolment.closed_at is not None or enrolment.last_day < local_date(lifts_at, enrolment.time_zone)
    if ended or banned_until(enrolment.student, lifts_at) is not None:
        return None
    row.told_over_at = lifts_at
    row.save(update_fields=["told_over_at"])
    entry = _entry(enrolment, "suspension_lifted", _days(row), None, lifts_at)
    message = NewMessage(
        recipient_id=enrolment.student.user_id,
        kind="suspension_lifted",
        occasion=f"suspension-lifted:{row.pk}",
        due_at=lifts_at,
        context={
            "enrolment": enrolment.pk,
            "path": enrolment.path.title,
            "starts_on": str(row.starts_on),
            "ends_on": str(row.ends_on),
            "clause": CLAUSE,
        },
    )
    write(entries=[entry], messages=[message], now=now)
    return row


@transaction.atomic
def end_for_good(
    *,
    enrolment: Enrolment,
    on: date,
    cause: str,
    about: str,
    effective_at: datetime | None = None,
    by: User | None,
    now: datetime,
) -> Enrolment:
    """End a training by a penalty, at once: ``cause`` is ``exclusion`` or ``discontinuation``. Nothing is deleted.

    One that had ended before keeps its last day. Nothing opens it again.
    """
    row = (
        Enrolment.objects.select_for_update(of=("self",), no_key=True)
        .select_related("student", "path")
        .get(pk=enrolment.pk)
    )
    at = effective_at or now
    if row.closed_at is not None:
        return row
    if row.state == EnrolmentState.ACTIVE:
        row.state, row.ended_on = EnrolmentState.ENDED, min(on, row.ends_on)
    row.closed_at = at
    row.save(update_fields=["state", "ended_on", "closed_at"])
    facts = {"path": row.path.code, "ended_on": str(row.last_day), "cause": cause, "because_of": about}
    write(entries=[_entry(row, "training_ended_by_penalty", facts, by, at, clause_of(cause))], now=now)
    return row


@transaction.atomic
def ban(
    *,
    student: Student,
    starts_on: date,
    until: date,
    time_zone: str,
    clause: str,
    about: str,
    effective_at: datetime | None = None,
    by: User | None,
    now: datetime,
) -> Ban:
    """Bar a person from every new training, up to and with the day ``until`` (B7)."""
    at = effective_at or now
    row, made = Ban.objects.get_or_create(
        student=student,
        about=about,
        defaults={
            "starts_on": starts_on,
            "until": until,
            "time_zone": time_zone,
            "clause": clause,
            "policy_id": policy_at(at).id,
            "imposed_at": at,
            "recorded_at": now,
            "recorded_by": by,
        },
    )
    if made:
        entry = NewEntry(
            subject_id=student.user_id,
            kind="ban_imposed",
            clause=clause,
            policy_id=row.policy_id,
            happened_at=at,
            actor_id=by.pk if by else None,
            about=f"students.ban:{row.pk}",
            facts={"starts_on": str(starts_on), "until": str(until), "because_of": about},
        )
        write(entries=[entry], now=now)
    return row


def banned_until(student: Student, now: datetime) -> Ban | None:
    """The ban that bars a person now, the one that lasts longest."""
    return next(
        (
            row
            for row in student.bans.filter(lifted_at__isnull=True)
            if now < over_at(row.until, row.time_zone)
        ),
        None,
    )


def clause_of(cause: str) -> str:
    """The clause on which a training ends: repeated plagiarism is the page's own (PL)."""
    return DISCONTINUATION_CLAUSE if cause == "discontinuation" else CLAUSE


def _days(row: Interruption) -> dict[str, object]:
    return {
        "interruption": row.pk,
        "starts_on": str(row.starts_on),
        "ends_on": str(row.ends_on),
        "because_of": row.about,
    }


def _entry(
    enrolment: Enrolment,
    kind: str,
    facts: Mapping[str, object],
    by: User | None,
    at: datetime,
    clause: str = CLAUSE,
) -> NewEntry:
    return NewEntry(
        subject_id=enrolment.student.user_id,
        kind=kind,
        clause=clause,
        policy_id=policy_at(at).id,
        happened_at=at,
        actor_id=by.pk if by else None,
        about=f"students.enrolment:{enrolment.pk}",
        facts=facts,
    )
