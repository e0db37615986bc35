"""Interruptions (2.7, 4.2) and accommodations (2.4, 2.5) of an enrolment, recorded.

Sessions stand above this app: ``mentoring.services.adaptations`` calls these and adapts the sessions in the same
transaction.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta

from django.db import transaction

from accounts.models import User
from record.services import write
from record.types import NewEntry
from rulebook.errors import RuleError
from rulebook.marking import gettext_noop
from rulebook.policy import policy_at
from students.models import Accommodation, Enrolment, EnrolmentState, Interruption, InterruptionKind

INTERRUPTION_CLAUSES = {InterruptionKind.LEAVE: "2.7", InterruptionKind.SUSPENSION: "4.2"}
ACCOMMODATION_CLAUSE = "2.4"
SUSPENDED = gettext_noop("A suspension follows a decision of the Disciplinary Board, and lifts by itself.")


@transaction.atomic
def record_interruption(
    *,
    enrolment: Enrolment,
    kind: InterruptionKind,
    starts_on: date,
    ends_on: date,
    by: User | None,
    now: datetime,
) -> Interruption:
    """Days out of the training, both inclusive. Raises ``RuleError`` on ``enrolment`` and ``ends_on``.

    Not a suspension: that is a penalty and comes by ``services.standing`` alone (B1).
    """
    clause = INTERRUPTION_CLAUSES[kind]
    if kind == InterruptionKind.SUSPENSION:
        raise RuleError("kind", clause, SUSPENDED)
    # Locked, so that two interruptions of the same days are not recorded at once.
    standing = Enrolment.objects.select_for_update(no_key=True).get(pk=enrolment.pk)
    if standing.state != EnrolmentState.ACTIVE:
        raise RuleError("enrolment", clause, gettext_noop("This training has ended."))
    if ends_on < starts_on:
        raise RuleError("ends_on", clause, gettext_noop("The last day comes before the first."))
    overlapping = Interruption.objects.filter(
        enrolment=enrolment, kind=kind, lifted_at__isnull=True, starts_on__lte=ends_on, ends_on__gte=starts_on
    )
    if overlapping.exists():
        raise RuleError("starts_on", clause, gettext_noop("These days are interrupted already."))
    row = Interruption.objects.create(
        enrolment=enrolment,
        kind=kind,
        starts_on=starts_on,
        ends_on=ends_on,
        recorded_at=now,
        recorded_by=by,
    )
    facts = {"interruption": row.pk, "kind": str(kind), "starts_on": str(starts_on), "ends_on": str(ends_on)}
    write(entries=[_entry(enrolment, "training_interrupted", clause, facts, by, now)], now=now)
    return row


@transaction.atomic
def lift_interruption(*, interruption_id: int, by: User | None, now: datetime) -> Interruption:
    """End an interruption before its last day. Raises ``RuleError`` on ``interruption`` when it was lifted."""
    row = (
        Interruption.objects.select_for_update(of=("self",))
        .select_related("enrolment__student")
        .get(pk=interruption_id)
    )
    clause = INTERRUPTION_CLAUSES[InterruptionKind(row.kind)]
    _not_a_penalty(row)
    if row.lifted_at is not None:
        raise RuleError("interruption", clause, gettext_noop("This interruption was lifted already."))
    row.lifted_at = now
    row.save(update_fields=["lifted_at"])
    facts = {
        "interruption": row.pk,
        "kind": row.kind,
        "starts_on": str(row.starts_on),
        "ends_on": str(row.ends_on),
    }
    write(entries=[_entry(row.enrolment, "training_resumed", clause, facts, by, now)], now=now)
    return row


@transaction.atomic
def shorten_interruption(
    *, interruption_id: int, ends_on: date, by: User | None, now: datetime
) -> Interruption:
    """Give an interruption an earlier last day. Raises ``RuleError`` on ``interruption`` when it was lifted and on
    ``ends_on`` when that day is not one of its own.
    """
    row = (
        Interruption.objects.select_for_update(of=("self",))
        .select_related("enrolment__student")
        .get(pk=interruption_id)
    )
    clause = INTERRUPTION_CLAUSES[InterruptionKind(row.kind)]
    _not_a_penalty(row)
    if row.lifted_at is not None:
        raise RuleError("interruption", clause, gettext_noop("This interruption was lifted already."))
    if not row.starts_on <= ends_on < row.ends_on:
        raise RuleError("ends_on", clause, gettext_noop("Choose one of the days of the interruption."))
    facts = {
        "interruption": row.pk,
        "kind": row.kind,
        "starts_on": str(row.starts_on),
        "ends_on": str(ends_on),
        "ended_on_before": str(row.ends_on),
    }
    row.ends_on = ends_on
    row.save(update_fields=["ends_on"])
    write(entries=[_entry(row.enrolment, "interruption_shortened", clause, facts, by, now)], now=now)
    return row


@transaction.atomic
def record_accommodation(
    *,
    enrolment: Enrolment,
    audio: bool,
    notice: timedelta | None,
    lateness: timedelta | None,
    rescheduling: timedelta | None,
    valid_from: date,
    valid_until: date | None,
    by: User | None,
    now: datetime,
) -> Accommodation:
    """Accept a measure for a student with a disability; the proof itself is kept elsewhere.

    Raises ``RuleError`` on ``valid_until``, on a duration that makes no sense, and on ``audio`` when
    nothing at all is adapted.
    """
    durations = {"notice": notice, "lateness": lateness, "rescheduling": rescheduling}
    for name, value in durations.items():
        if value is not None and value < timedelta(0):
            raise RuleError(name, ACCOMMODATION_CLAUSE, gettext_noop("A length of time is not negative."))
    usual = policy_at(now).attendance.session_length
    if lateness is not None and lateness >= usual:
        raise RuleError("lateness", ACCOMMODATION_CLAUSE, gettext_noop("A session is not that long."))
    if not audio and all(value is None for value in durations.values()):
        raise RuleError("audio", ACCOMMODATION_CLAUSE, gettext_noop("Say what is adapted."))
    if valid_until is not None and valid_until < valid_from:
        raise RuleError(
            "valid_until", ACCOMMODATION_CLAUSE, gettext_noop("The last day comes before the first.")
        )
    row = Accommodation.objects.create(
        enrolment=enrolment,
        audio=audio,
        valid_from=valid_from,
        valid_until=valid_until,
        accepted_at=now,
        accepted_by=by,
        **durations,
    )
    write(entries=[_measure(row, enrolment, "accommodation_accepted", by, now)], now=now)
    return row


@transaction.atomic
def withdraw_accommodation(*, accommodation_id: int, by: User | None, now: datetime) -> Accommodation:
    """End a measure. Raises ``RuleError`` on ``accommodation`` when it was withdrawn already."""
    row = (
        Accommodation.objects.select_for_update(of=("self",))
        .select_related("enrolment__student")
        .get(pk=accommodation_id)
    )
    if row.withdrawn_at is not None:
        raise RuleError(
            "accommodation", ACCOMMODATION_CLAUSE, gettext_noop("This measure was withdrawn already.")
        )
    row.withdrawn_at = now
    row.save(update_fields=["withdrawn_at"])
    write(entries=[_measure(row, row.enrolment, "accommodation_withdrawn", by, now)], now=now)
    return row


def _not_a_penalty(row: Interruption) -> None:
    if row.kind == InterruptionKind.SUSPENSION:
        raise RuleError("interruption", INTERRUPTION_CLAUSES[InterruptionKind.SUSPENSION], SUSPENDED)


def _measure(row: Accommodation, enrolment: Enrolment, kind: str, by: User | None, now: datetime) -> NewEntry:
    facts: dict[str, object] = {
        "accommodation": row.pk,
        "audio": row.audio,
        "valid_from": str(row.valid_from),
        "valid_until": str(row.valid_until) if row.valid_until else None,
    }
    for name in ("notice", "lateness", "rescheduling"):
        value: timedelta | None = getattr(row, name)
        if value is not None:
            facts[f"{name}_seconds"] = int(value.total_seconds())
    return _entry(enrolment, kind, ACCOMMODATION_CLAUSE, facts, by, now)


def _entry(
    enrolment: Enrolment, kind: str, clause: str, facts: dict[str, object], by: User | None, now: datetime
) -> NewEntry:
    return NewEntry(
        subject_id=enrolment.student.user_id,
        kind=kind,
        clause=clause,
        policy_id=policy_at(now).id,
        happened_at=now,
        actor_id=by.pk if by else None,
        about=f"students.enrolment:{enrolment.pk}",
        facts=facts,
    )
