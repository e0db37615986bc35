"""Who meets whom each week: mentorships begin, end, and pass to another mentor (A1, A11)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Q, QuerySet, prefetch_related_objects

from accounts.models import User
from mentoring.models import Defence, DefenceState, Mentor, Mentorship
from record.services import write
from record.types import NewEntry, NewMessage
from rulebook.dates import local_date, local_instant
from rulebook.defences import DEFENCE
from rulebook.errors import RuleError
from rulebook.marking import gettext_noop
from rulebook.policy import policy_at
from students.models import Enrolment, EnrolmentState
from students.permissions import check_standing

from . import calendars, cancellations, defences, desk, followups, generation

CLAUSE = "3.2"
LEFT = gettext_noop("The assessor leaves the school before that day.")


@dataclass(frozen=True, slots=True)
class NewMentorship:
    """A mentorship before it has a row: a weekly local time of the enrolment's zone, from a day on."""

    enrolment: Enrolment
    mentor: Mentor
    weekday: int
    local_time: time
    starts_on: date
    length_minutes: int | None = None


def start_mentorship(
    *,
    enrolment: Enrolment,
    mentor: Mentor,
    weekday: int,
    local_time: time,
    starts_on: date,
    length_minutes: int | None = None,
    by: User | None,
    now: datetime,
) -> Mentorship:
    """A mentor and an enrolment meet every week from a day on, at a local time of the enrolment's zone (A1).

    Sessions up to the horizon are laid out at once. Raises the ``RuleError`` that ``mentorship_refusals`` finds.
    """
    wanted = NewMentorship(enrolment, mentor, weekday, local_time, starts_on, length_minutes)
    return start_mentorships(wanted=[wanted], by=by, now=now)[0]


@transaction.atomic
def start_mentorships(*, wanted: Sequence[NewMentorship], by: User | None, now: datetime) -> list[Mentorship]:
    """Start many at once, all or none, in a constant number of statements."""
    may_arrange(by)
    if not wanted:
        return []
    standing = {row.pk: row for row in lock_enrolments([new.enrolment for new in wanted])}
    mentor_ids = {new.mentor.pk for new in wanted}
    students = {row.student_id for row in standing.values()}
    generation.catch_up(mentor_ids=mentor_ids, student_ids=students, now=now)
    calendars.lock_mentors(mentor_ids)
    fresh = [replace(new, enrolment=standing[new.enrolment.pk]) for new in wanted]
    prefetch_related_objects(list(standing.values()), "interruptions")
    for enrolment in standing.values():
        check_standing(enrolment, now)
    for refusal in mentorship_refusals(fresh).values():
        raise refusal
    made = Mentorship.objects.bulk_create(_mentorship(new, now) for new in fresh)
    generation.generate_now(made, now)
    followups.follow(standing.values())
    started = [_started(mentorship, by, now) for mentorship in made]
    write(
        entries=[entry for entry, _ in started],
        messages=[message for _, messages in started for message in messages],
        now=now,
    )
    return made


def mentorship_refusals(wanted: Sequence[NewMentorship]) -> dict[int, RuleError]:
    """Why some of these mentorships may not begin, by their place in ``wanted``; one statement."""
    last: dict[int, date] = {}
    for enrolment_id, ends_on in Mentorship.objects.filter(
        enrolment__in={new.enrolment.pk for new in wanted}
    ).values_list("enrolment_id", "ends_on"):
        last[enrolment_id] = max(last.get(enrolment_id, date.min), ends_on or date.max)
    refusals: dict[int, RuleError] = {}
    for place, new in enumerate(wanted):
        refusal = _refusal(new, last.get(new.enrolment.pk, date.min))
        if refusal is not None:
            refusals[place] = refusal
        last[new.enrolment.pk] = date.max
    return refusals


def _refusal(new: NewMentorship, taken_until: date) -> RuleError | None:
    enrolment, mentor = new.enrolment, new.mentor
    if enrolment.state != EnrolmentState.ACTIVE:
        return desk.refuse("enrolment", gettext_noop("This training has ended."), "2.7")
    if not enrolment.starts_on <= new.starts_on <= enrolment.last_day:
        return desk.refuse("starts_on", gettext_noop("This day lies outside of the training."))
    if mentor.left_on is not None and mentor.left_on < new.starts_on:
        return desk.refuse("mentor", gettext_noop("This mentor has left by then."))
    if not 1 <= new.weekday <= 7:
        return desk.refuse("weekday", gettext_noop("There are seven days in a week."))
    if taken_until >= new.starts_on:
        return desk.refuse("enrolment", gettext_noop("This training has a mentor on that day already."))
    return None


@transaction.atomic
def end_mentorship(
    *, mentorship_id: int, ends_on: date, reason: str = "", by: User | None, now: datetime
) -> Mentorship:
    """The last day of a mentorship; sessions after it are cancelled by the school. History stays.

    Raises ``RuleError`` on ``mentorship`` when it has ended by that day already.
    """
    may_arrange(by)
    mentorship = _take(mentorship_id, now)
    if mentorship.ends_on is not None and mentorship.ends_on <= ends_on:
        raise desk.refuse("mentorship", gettext_noop("This mentorship has ended already."))
    pks = _close([mentorship], ends_on, now)
    cause = cancellations.Cause("mentorship_ended", CLAUSE, reason.strip(), tells_mentor=True)
    entry = _entry(
        mentorship, "mentorship_ended", by, now, {"ends_on": ends_on.isoformat(), "reason": cause.reason}
    )
    message = _message(
        mentorship, "mentorship_ended", mentorship.mentor.user_id, now, ends_on=ends_on.isoformat()
    )
    cancellations.cancel(
        pks, cancellations.BY_SCHOOL, cause, by=by, now=now, entries=[entry], messages=[message]
    )
    return mentorship


@transaction.atomic
def replace_mentor(
    *,
    mentorship_id: int,
    mentor: Mentor,
    starts_on: date,
    weekday: int | None = None,
    local_time: time | None = None,
    by: User | None,
    now: datetime,
) -> Mentorship:
    """Another mentor takes over from a day on (A11): a new mentorship, at the same weekly time unless told.

    The old one keeps its history and ends the day before; its sessions from that day on are cancelled by the
    school. Student and both mentors are told. Raises ``RuleError`` on ``mentor`` and ``starts_on``.
    """
    may_arrange(by)
    old = _take(mentorship_id, now, mentor_ids=[mentor.pk])
    if mentor.pk == old.mentor_id:
        raise desk.refuse("mentor", gettext_noop("This is the mentor they have now."))
    if old.ends_on is not None and old.ends_on < starts_on - timedelta(days=1):
        raise desk.refuse("mentorship", gettext_noop("This mentorship has ended already."))
    if starts_on < local_date(now, old.enrolment.time_zone):
        raise desk.refuse("starts_on", gettext_noop("Another mentor takes over today at the earliest."))
    calendars.lock_mentors({old.mentor_id, mentor.pk})
    pks = _close([old], starts_on - timedelta(days=1), now)
    wanted = NewMentorship(
        old.enrolment,
        mentor,
        weekday or old.weekday,
        local_time or old.local_time,
        starts_on,
        old.length_minutes,
    )
    for refusal in mentorship_refusals([wanted]).values():
        raise refusal
    new = _mentorship(wanted, now)
    new.save()
    entry = _entry(
        new,
        "mentor_replaced",
        by,
        now,
        {"from_mentor": old.mentor_id, "to_mentor": mentor.pk, "starts_on": starts_on.isoformat()},
    )
    context = {"former_mentor": old.mentor.user.full_name, "starts_on": starts_on.isoformat()}
    people = (new.enrolment.student.user_id, old.mentor.user_id, mentor.user_id)
    messages = [_message(new, "mentor_replaced", person, now, **context) for person in people]
    cause = cancellations.Cause("mentor_replaced", CLAUSE)
    cancellations.cancel(
        pks, cancellations.BY_SCHOOL, cause, by=by, now=now, entries=[entry], messages=messages
    )
    generation.generate_now([new], now)
    return new


@transaction.atomic
def mentor_leaves(*, mentor: Mentor, left_on: date, by: User | None, now: datetime) -> list[Mentorship]:
    """A mentor's last day (A11): mentorships end on it, sessions after it are cancelled by the school, and so are
    defences that they were to assess.

    Returns the mentorships that need another mentor. Raises ``RuleError`` on ``mentor`` when they have left.
    """
    may_arrange(by)
    booked = defences.hold(_assessed_after(mentor, left_on, now))
    generation.catch_up(mentor_ids=[mentor.pk], student_ids=[], now=now)
    mentorships = list(_locked(Q(mentor=mentor) & _open_after(left_on)))
    locked = calendars.lock_mentors({mentor.pk})[0]
    if locked.left_on is not None and locked.left_on <= left_on:
        raise desk.refuse("mentor", gettext_noop("This mentor has left already."))
    # Whoever books waits for the mentor's row: what came in before it was ours is called off as well.
    booked += defences.hold(_assessed_after(mentor, left_on, now) & ~Q(pk__in=booked))
    # Their last day is a plain date: what of all their students' fell due before is judged without it (A8, A10).
    theirs = Mentorship.objects.filter(mentor=mentor).values("enrolment_id")
    pks = _close(mentorships, left_on, now, theirs, [mentor.user_id])
    mentor.left_on = locked.left_on = left_on
    locked.save(update_fields=["left_on"])
    facts: dict[str, object] = {
        "left_on": left_on.isoformat(),
        "mentorships": [each.pk for each in mentorships],
    }
    entries = [calendars.entry(mentor, "mentor_left", by=by, now=now, facts=facts)]
    entries += [
        _entry(each, "mentorship_ended", by, now, {"ends_on": left_on.isoformat(), "reason": "mentor_left"})
        for each in mentorships
    ]
    cause = cancellations.Cause("mentor_left", CLAUSE)
    cancellations.cancel(pks, cancellations.BY_SCHOOL, cause, by=by, now=now, entries=entries)
    defences.call_off(booked, LEFT, DEFENCE, by=by, now=now)
    return mentorships


def _assessed_after(mentor: Mentor, day: date, now: datetime) -> Q:
    """Booked defences that a mentor was to assess after a day, in the zone of each training."""
    ahead = Defence.objects.filter(assessor=mentor, state=DefenceState.BOOKED, starts_at__gt=now)
    found = Q(pk__in=())
    for zone in set(ahead.values_list("work__enrolment__time_zone", flat=True)):
        midnight = local_instant(day + timedelta(days=1), time(0), zone)
        found |= Q(assessor=mentor, starts_at__gte=midnight, work__enrolment__time_zone=zone)
    return found & Q(starts_at__gt=now)


def end_sessions(
    enrolments: Sequence[Enrolment],
    ended_on: date,
    *,
    cause: cancellations.Cause,
    by: User | None,
    now: datetime,
) -> int:
    """End the mentorships of trainings that end, and cancel what was to come after (L5). In a transaction.

    Returns how many sessions were cancelled.
    """
    ids = [enrolment.pk for enrolment in enrolments]
    students = [enrolment.student_id for enrolment in enrolments]
    generation.catch_up(mentor_ids=[], student_ids=students, now=now)
    mentorships = list(_locked(Q(enrolment__in=ids) & _open_after(ended_on)))
    pks = _close(mentorships, ended_on, now, ids)
    return cancellations.cancel(pks, cancellations.BY_SCHOOL, cause, by=by, now=now)


def may_arrange(by: User | None) -> None:
    """Staff arrange who meets whom; so may the platform."""
    if by is not None and not by.is_school_staff:
        raise PermissionDenied


def lock_enrolments(enrolments: Sequence[Enrolment]) -> list[Enrolment]:
    """These enrolments, locked and fresh, not against references to them: two changes of one come in turn."""
    return list(
        Enrolment.objects.select_for_update(of=("self",), no_key=True)
        .filter(pk__in=[enrolment.pk for enrolment in enrolments])
        .select_related("student__user", "path")
        .order_by("pk")
    )


def lock_mentorships(enrolments: Sequence[Enrolment]) -> list[Mentorship]:
    """All mentorships of these enrolments, locked: no week of theirs is laid out meanwhile."""
    return list(
        Mentorship.objects.select_for_update(no_key=True)
        .filter(enrolment__in=[enrolment.pk for enrolment in enrolments])
        .order_by("pk")
    )


def _open_after(day: date) -> Q:
    return Q(ends_on__isnull=True) | Q(ends_on__gt=day)


def _locked(which: Q) -> QuerySet[Mentorship]:
    return (
        Mentorship.objects.select_for_update(of=("self",), no_key=True)
        .filter(which)
        .select_related("mentor__user", "enrolment__student__user", "enrolment__path")
        .order_by("pk")
    )


def _take(mentorship_id: int, now: datetime, mentor_ids: Sequence[int] = ()) -> Mentorship:
    """The mentorship, locked, its people's weeks laid out up to ``now``."""
    row = Mentorship.objects.select_related("enrolment").get(pk=mentorship_id)
    mentor_id, student_id = row.mentor_id, row.enrolment.student_id
    lock_enrolments([row.enrolment])
    generation.catch_up(mentor_ids=[mentor_id, *mentor_ids], student_ids=[student_id], now=now)
    return _locked(Q(pk=mentorship_id)).get()


def _close(
    mentorships: Sequence[Mentorship],
    ends_on: date,
    now: datetime,
    enrolments: Sequence[int] | QuerySet[Any] | None = None,
    subjects: Sequence[int] = (),
) -> list[int]:
    """Set the last day, stop generation after it, and lock the sessions that it leaves without ground.

    What fell due before ``now`` for these ``enrolments`` (those of the mentorships unless told) is settled first.
    """
    after: Q = Q(pk__in=[])
    for mentorship in mentorships:
        midnight = local_instant(ends_on + timedelta(days=1), time(0), mentorship.enrolment.time_zone)
        after |= Q(mentorship=mentorship, starts_at__gte=midnight)
        # One that ends before its first day keeps that day, and has no session on it.
        if ends_on < mentorship.starts_on:
            after |= Q(mentorship=mentorship)
        mentorship.ends_on, mentorship.end_recorded_at = max(ends_on, mentorship.starts_on), now
        following = (
            mentorship.generated_through or generation.monday_of(mentorship.starts_on)
        ) + generation.WEEK
        if mentorship.ends_on < following or ends_on < mentorship.starts_on:
            mentorship.generates_at = None
    Mentorship.objects.bulk_update(mentorships, ["ends_on", "end_recorded_at", "generates_at"])
    if enrolments is None:
        enrolments = [mentorship.enrolment_id for mentorship in mentorships]
    return desk.hold(enrolments, now, cancellations.ahead(now) & after, subjects)


def _mentorship(new: NewMentorship, now: datetime) -> Mentorship:
    usual = policy_at(now).attendance.session_length
    mentorship = Mentorship(
        mentor=new.mentor,
        enrolment=new.enrolment,
        weekday=new.weekday,
        local_time=new.local_time,
        length_minutes=new.length_minutes or int(usual.total_seconds() // 60),
        starts_on=new.starts_on,
        recorded_at=now,
    )
    generation.begin(mentorship, now)
    return mentorship


def _started(mentorship: Mentorship, by: User | None, now: datetime) -> tuple[NewEntry, list[NewMessage]]:
    facts = {
        "mentor": mentorship.mentor_id,
        "weekday": mentorship.weekday,
        "local_time": mentorship.local_time.isoformat("minutes"),
        "time_zone": mentorship.enrolment.time_zone,
        "length_minutes": mentorship.length_minutes,
        "starts_on": mentorship.starts_on.isoformat(),
    }
    people = (mentorship.enrolment.student.user_id, mentorship.mentor.user_id)
    messages = [_message(mentorship, "mentorship_started", person, now) for person in people]
    return _entry(mentorship, "mentorship_started", by, now, facts), messages


def _entry(
    mentorship: Mentorship, kind: str, by: User | None, now: datetime, facts: dict[str, object]
) -> NewEntry:
    return NewEntry(
        subject_id=mentorship.enrolment.student.user_id,
        kind=kind,
        clause=CLAUSE,
        policy_id=policy_at(now).id,
        happened_at=now,
        actor_id=by.pk if by else None,
        about=f"mentoring.mentorship:{mentorship.pk}",
        facts={"mentorship": mentorship.pk, **facts},
    )


def _message(
    mentorship: Mentorship, kind: str, recipient_id: int, now: datetime, ends_on: str = "", **context: object
) -> NewMessage:
    return NewMessage(
        recipient_id=recipient_id,
        kind=kind,
        occasion=f"{kind.replace('_', '-')}:{mentorship.pk}:{recipient_id}{':' if ends_on else ''}{ends_on}",
        due_at=now,
        context={
            "mentorship": mentorship.pk,
            "student": mentorship.enrolment.student.user.full_name,
            "mentor": mentorship.mentor.user.full_name,
            "path": mentorship.enrolment.path.title,
            "weekday": mentorship.weekday,
            "local_time": mentorship.local_time.isoformat("minutes"),
            "zone": mentorship.enrolment.time_zone,
            "starts_on": mentorship.starts_on.isoformat(),
            "ends_on": ends_on,
            "is_student": recipient_id == mentorship.enrolment.student.user_id,
            "clause": CLAUSE,
            **context,
        },
    )
