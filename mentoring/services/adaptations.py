"""What changes a training's sessions from outside: interruptions, accommodations, other dates, its end (A1, A2)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta

from django.db import transaction
from django.db.models import F, Q

from accounts.models import User
from mentoring.models import Medium, Session
from rulebook.attendance import SessionFacts, falls_due_at
from rulebook.dates import local_instant
from rulebook.marking import gettext_noop
from students import services as students
from students.models import Accommodation, Enrolment, Interruption, InterruptionKind

from . import calendars, cancellations, defences, desk, generation, mentorships
from .terms import adapted_for_sessions

INTERRUPTED = gettext_noop("The training is interrupted on that day.")
ENDED = gettext_noop("The training ends before that day.")
OUTSIDE = gettext_noop("The training has other dates: that day lies outside of them.")
CLAUSES = {InterruptionKind.LEAVE: "2.7", InterruptionKind.SUSPENSION: "4.2"}


@transaction.atomic
def interrupt_training(
    *,
    enrolment: Enrolment,
    kind: InterruptionKind,
    starts_on: date,
    ends_on: date,
    by: User | None,
    now: datetime,
) -> Interruption:
    """Days out of the training, both inclusive: its sessions to come inside are cancelled by the school (L4).

    Raises ``RuleError`` on ``starts_on`` and ``ends_on``.
    """
    enrolment = mentorships.lock_enrolments([enrolment])[0]
    generation.catch_up(mentor_ids=[], student_ids=[enrolment.student_id], now=now)
    begins = local_instant(starts_on, time(0), enrolment.time_zone)
    ends = local_instant(ends_on + timedelta(days=1), time(0), enrolment.time_zone)
    sessions = cancellations.to_come(now).filter(
        enrolment=enrolment, starts_at__gte=begins, starts_at__lt=ends
    )
    booked = defences.hold(Q(work__enrolment=enrolment, starts_at__gte=begins, starts_at__lt=ends))
    pks = cancellations.lock(sessions)
    interruption = students.record_interruption(
        enrolment=enrolment, kind=kind, starts_on=starts_on, ends_on=ends_on, by=by, now=now
    )
    cause = cancellations.Cause(
        str(kind), CLAUSES[kind], tells_mentor=True, facts={"interruption": interruption.pk}
    )
    cancellations.cancel(pks, cancellations.BY_SCHOOL, cause, by=by, now=now)
    defences.call_off(booked, INTERRUPTED, CLAUSES[kind], by=by, now=now)
    return interruption


@transaction.atomic
def resume_training(*, interruption_id: int, by: User | None, now: datetime) -> Interruption:
    """Lift an interruption: weeks that it left out get their session, cancelled ones stay cancelled.

    Raises ``RuleError`` on ``interruption`` when it was lifted, and ``Interruption.DoesNotExist``.
    """
    enrolment = mentorships.lock_enrolments([Enrolment.objects.get(interruptions=interruption_id)])[0]
    generation.catch_up(mentor_ids=[], student_ids=[enrolment.student_id], now=now)
    standing = mentorships.lock_mentorships([enrolment])
    interruption = students.lift_interruption(interruption_id=interruption_id, by=by, now=now)
    generation.generate_now(standing, now)
    return interruption


@transaction.atomic
def give_back_days(*, interruption_id: int, back_on: date, by: User | None, now: datetime) -> Interruption:
    """Days of a leave from ``back_on`` on that are not taken (L4): their weeks get their sessions again.

    A cancelled session that another was booked for stays as it is. Raises ``RuleError`` on ``interruption`` when it
    was lifted and on ``ends_on`` when ``back_on`` is not one of its days.
    """
    enrolment = mentorships.lock_enrolments([Enrolment.objects.get(interruptions=interruption_id)])[0]
    generation.catch_up(mentor_ids=[], student_ids=[enrolment.student_id], now=now)
    standing = mentorships.lock_mentorships([enrolment])
    row = Interruption.objects.get(pk=interruption_id)
    cancelled = Session.objects.filter(
        enrolment=enrolment,
        state=cancellations.BY_SCHOOL,
        clause=CLAUSES[InterruptionKind(row.kind)],
        for_week__isnull=False,
        starts_at__gt=now,
        starts_at__gte=local_instant(max(back_on, row.starts_on), time(0), enrolment.time_zone),
        starts_at__lt=local_instant(row.ends_on + timedelta(days=1), time(0), enrolment.time_zone),
    ).exclude(replacements__released_at__isnull=True, replacements__isnull=False)
    # The week is free for its session again; the cancelled one stays in the history.
    weeks = cancellations.lock(Session.objects.filter(pk__in=cancelled.values("pk")))
    Session.objects.filter(pk__in=weeks).update(for_week=None, revision=F("revision") + 1)
    if back_on <= row.starts_on:
        row = students.lift_interruption(interruption_id=row.pk, by=by, now=now)
    else:
        last = back_on - timedelta(days=1)
        row = students.shorten_interruption(interruption_id=row.pk, ends_on=last, by=by, now=now)
    generation.generate_now(standing, now)
    return row


@transaction.atomic
def accept_accommodation(
    *,
    enrolment: Enrolment,
    audio: bool = False,
    notice: timedelta | None = None,
    lateness: timedelta | None = None,
    rescheduling: timedelta | None = None,
    valid_from: date,
    valid_until: date | None = None,
    by: User | None,
    now: datetime,
) -> Accommodation:
    """A measure for a student with a disability (2.4, A2); sessions to come are adapted at once."""
    held = _hold_adapted(enrolment, now)
    accommodation = students.record_accommodation(
        enrolment=enrolment,
        audio=audio,
        notice=notice,
        lateness=lateness,
        rescheduling=rescheduling,
        valid_from=valid_from,
        valid_until=valid_until,
        by=by,
        now=now,
    )
    readapt(held, now)
    return accommodation


@transaction.atomic
def withdraw_accommodation(*, accommodation_id: int, by: User | None, now: datetime) -> Accommodation:
    """End a measure: it stays in force for what started before, and sessions to come are judged without it.

    Raises ``RuleError`` on ``accommodation`` when it was withdrawn, and ``Accommodation.DoesNotExist``.
    """
    enrolment = Enrolment.objects.get(accommodations=accommodation_id)
    held = _hold_adapted(enrolment, now)
    accommodation = students.withdraw_accommodation(accommodation_id=accommodation_id, by=by, now=now)
    readapt(held, now)
    return accommodation


@transaction.atomic
def end_trainings(
    *, enrolments: Sequence[Enrolment], ended_on: date, reason: str, by: User | None, now: datetime
) -> list[Enrolment]:
    """End trainings before their last day (L5): mentorships end with them, later sessions are cancelled."""
    mentorships.lock_enrolments(enrolments)
    booked = defences.hold(
        Q(work__enrolment__in=enrolments, starts_at__gt=now) & _after(enrolments, ended_on)
    )
    cause = cancellations.Cause("training_ended", students.END_CLAUSE, tells_mentor=True)
    mentorships.end_sessions(enrolments, ended_on, cause=cause, by=by, now=now)
    defences.call_off(booked, ENDED, students.END_CLAUSE, by=by, now=now)
    return students.end_enrolments(enrolments=enrolments, ended_on=ended_on, reason=reason, by=by, now=now)


def _after(enrolments: Sequence[Enrolment], day: date) -> Q:
    """Defences that begin after a day, in the zone of their training."""
    found = Q(pk__in=())
    for zone in {enrolment.time_zone for enrolment in enrolments}:
        over = local_instant(day + timedelta(days=1), time(0), zone)
        found |= Q(work__enrolment__time_zone=zone, starts_at__gte=over)
    return found


@transaction.atomic
def change_training_dates(*, changes: Sequence[students.NewDates], by: User | None, now: datetime) -> None:
    """Give trainings other dates: sessions that fall out are cancelled, weeks that fall in get theirs (A1)."""
    if not changes:
        return
    enrolments = [change.enrolment for change in changes]
    mentorships.lock_enrolments(enrolments)
    booked = defences.hold(_out_of(changes) & Q(starts_at__gt=now))
    generation.catch_up(mentor_ids=[], student_ids=[each.student_id for each in enrolments], now=now)
    standing = mentorships.lock_mentorships(enrolments)
    wanted = {change.enrolment.pk: change for change in changes}
    mine = cancellations.ahead(now) & Q(enrolment__in=list(wanted))
    held = desk.hold(wanted, now, mine)
    outside: list[int] = []
    for pk, enrolment_id, starts_at in Session.objects.filter(pk__in=held).values_list(
        "pk", "enrolment_id", "starts_at"
    ):
        change = wanted[enrolment_id]
        zone = change.enrolment.time_zone
        opens = local_instant(change.starts_on, time(0), zone)
        closes = local_instant(change.ends_on + timedelta(days=1), time(0), zone)
        if not opens <= starts_at < closes:
            outside.append(pk)
    students.change_enrolment_dates(changes=changes, by=by, now=now)
    cause = cancellations.Cause("dates_changed", students.ENROLMENT_CLAUSE, tells_mentor=True)
    cancellations.cancel(outside, cancellations.BY_SCHOOL, cause, by=by, now=now)
    defences.call_off(booked, OUTSIDE, students.ENROLMENT_CLAUSE, by=by, now=now)
    generation.generate_now(standing, now)


def _out_of(changes: Sequence[students.NewDates]) -> Q:
    """Defences that the new dates of their training leave outside, in its zone."""
    found = Q(pk__in=())
    for change in changes:
        zone = change.enrolment.time_zone
        opens = local_instant(change.starts_on, time(0), zone)
        closes = local_instant(change.ends_on + timedelta(days=1), time(0), zone)
        outside = Q(starts_at__lt=opens) | Q(starts_at__gte=closes)
        found |= Q(work__enrolment=change.enrolment) & outside
    return found


def _hold_adapted(enrolment: Enrolment, now: datetime) -> list[int]:
    """Lock the sessions that are adapted, and whoever could add one: generation and bookings."""
    mentorships.lock_enrolments([enrolment])
    calendars.lock_mentors({each.mentor_id for each in mentorships.lock_mentorships([enrolment])})
    mine = Q(enrolment=enrolment, falls_due_at__isnull=False, starts_at__gte=now)
    return desk.hold([enrolment.pk], now, mine)


def readapt(pks: Sequence[int], now: datetime) -> None:
    """When these locked sessions to come fall due, and by which medium, by the terms that hold now."""
    rows = list(Session.objects.filter(pk__in=pks).select_related("enrolment").order_by("pk"))
    adapted = adapted_for_sessions(
        [(row.pk, row.enrolment_id, row.starts_at, row.enrolment.time_zone) for row in rows]
    )
    for row in rows:
        facts = SessionFacts(
            starts_at=row.starts_at,
            ends_at=row.ends_at,
            known_until=now,
            student_joined_at=row.student_joined_at,
            mentor_joined_at=row.mentor_joined_at,
        )
        row.falls_due_at = falls_due_at(facts, adapted[row.pk].terms)
        row.medium = Medium.AUDIO if adapted[row.pk].audio else Medium.VIDEO
    Session.objects.bulk_update(rows, ["falls_due_at", "medium"])
    Session.objects.filter(pk__in=[row.pk for row in rows]).update(revision=F("revision") + 1)
