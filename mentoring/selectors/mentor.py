"""What the mentor dashboard reads. Only sessions that this mentor holds or held, and what belongs to the students
whom they mentor now, come out of here, whatever else the person is to the school."""

from __future__ import annotations

from datetime import datetime, time, timedelta

from django.db.models import Exists, OuterRef, Q, QuerySet

from accounts.models import User
from mentoring.models import (
    Absence,
    Join,
    JoinSource,
    Mentorship,
    Note,
    ReschedulingState,
    Session,
    TimeOff,
    WeeklySlot,
)
from record.models import Entry
from rulebook.dates import local_instant
from students.models import Accommodation

from .lasting import lasting
from .sessions import held_by, mentee_scope, mentees_absences, notes_for, sessions_for
from .student import with_story

NAME = ("student__user__given_name", "student__user__family_name")
LINE = (
    "starts_at",
    "ends_at",
    "state",
    "ground",
    "origin",
    "medium",
    "falls_due_at",
    "decided_at",
    "decided_by",
    "student_joined_at",
    "mentor_joined_at",
    "enrolment__time_zone",
    *NAME,
    "absence__session",
    "absence__reasons",
    "absence__reasons_at",
    "absence__withdrawn_at",
    "absence__rescheduling_state",
    "notice__session",
    "notice__reason",
    "notice__received_at",
)
"""What the home page shows of a session."""

TOLD = (
    "session_held",
    "absence_authorised",
    "absence_unauthorised",
    "session_unattended",
    "mentor_absent",
    "session_cancelled",
    "session_booked",
    "presence_stated",
    "joins_reported",
    "reasons_given",
    "rescheduling_met",
    "rescheduling_breach",
    "rescheduling_waits",
)
"""Entries of a session that its mentor reads. What a student wrote against an absence, and the circumstance that
Student Success accepted, stay between those two."""


def seen_sessions(user: User, now: datetime) -> QuerySet[Session]:
    """Sessions that this mentor holds or held, and all of the students whom they mentor now; newest first."""
    seen = Q(mentor__user=user) | mentee_scope(user, now)
    return sessions_for(user, now).filter(seen).order_by("-starts_at", "-pk")


def held_sessions(user: User) -> QuerySet[Session]:
    """Sessions of which this person is the mentor."""
    return held_by(user).order_by("-starts_at", "-pk")


def sessions_between(user: User, first: datetime, last: datetime) -> list[Session]:
    """A mentor's own sessions that start within a span, with what the home page tells of each: one statement."""
    rows = held_sessions(user).filter(starts_at__gte=first, starts_at__lt=last)
    reported = Join.objects.filter(session=OuterRef("pk"), source=JoinSource.REPORT)
    return list(
        rows.select_related("student__user", "enrolment", "absence", "notice")
        .only(*LINE)
        .annotate(
            reported=Exists(reported),
            replaced=Exists(Session.objects.filter(replaces_id=OuterRef("pk"), released_at__isnull=True)),
        )
        .order_by("starts_at", "pk")
    )


def waiting_for_a_slot(user: User, now: datetime) -> list[Absence]:
    """Absences of current students that wait because their mentor had no free slot to offer (A8)."""
    rows = mentees_absences(user, now).filter(rescheduling_state=ReschedulingState.WAITS)
    return list(
        rows.filter(withdrawn_at__isnull=True, rebooked_at__isnull=True)
        .select_related("session__student__user")
        .only("starts_at", "session__starts_at", *(f"session__{name}" for name in NAME))
        .order_by("starts_at", "pk")
    )


def mentees(user: User, now: datetime) -> QuerySet[Mentorship]:
    """The students whom this person mentors now: one mentorship for each, the one that comes first."""
    # A mentorship may end one day and another of the same two begin on the next.
    sooner = Mentorship.objects.filter(
        lasting(now), mentor=OuterRef("mentor"), enrolment=OuterRef("enrolment")
    )
    return (
        Mentorship.objects.filter(mentee_scope(user, now), lasting(now), mentor__user=user)
        .filter(~Exists(sooner.filter(starts_on__lt=OuterRef("starts_on"))))
        .select_related("enrolment__student__user", "enrolment__path")
        .order_by("enrolment__student__user__family_name", "enrolment__student__user__given_name", "pk")
    )


def mentee_names(user: User, now: datetime) -> dict[int, str]:
    """The students whom this person mentors now, by enrolment."""
    names = (
        mentees(user, now)
        .select_related(None)
        .values_list("enrolment_id", *(f"enrolment__{name}" for name in NAME))
    )
    return {pk: f"{given} {family}".strip() for pk, given, family in names}


def named(mentorships: QuerySet[Mentorship], words: str) -> QuerySet[Mentorship]:
    """Those whose student's name or address holds every word."""
    for word in words.split():
        person = "enrolment__student__user__"
        mentorships = mentorships.filter(
            Q(**{f"{person}given_name__icontains": word})
            | Q(**{f"{person}family_name__icontains": word})
            | Q(**{f"{person}email__icontains": word})
        )
    return mentorships


def strip_rows(
    enrolment_ids: list[int], first: datetime, last: datetime
) -> dict[int, list[dict[str, object]]]:
    """The sessions of some enrolments as marks of their strips: one statement for all."""
    found: dict[int, list[dict[str, object]]] = {pk: [] for pk in enrolment_ids}
    rows = Session.objects.filter(enrolment_id__in=enrolment_ids, starts_at__gte=first, starts_at__lt=last)
    for row in rows.order_by("starts_at", "pk").values("pk", "enrolment_id", "starts_at", "state", "ground"):
        found[row["enrolment_id"]].append(dict(row))
    return found


def story_of(enrolment_id: int, limit: int) -> list[Session]:
    """The newest sessions of one enrolment with their story."""
    rows = Session.objects.filter(enrolment_id=enrolment_id).order_by("-starts_at", "-pk")
    return list(with_story(rows)[:limit])


def measures(enrolment_id: int) -> list[Accommodation]:
    """What is adapted for a student: the measure alone, which is all that is kept here (2.4)."""
    rows = Accommodation.objects.filter(enrolment_id=enrolment_id, withdrawn_at__isnull=True)
    return list(rows.order_by("-valid_from", "-pk"))


def notes_about(user: User, enrolment_id: int, now: datetime) -> QuerySet[Note]:
    """A mentor's own notes about a student and what others shared, newest first."""
    return (
        notes_for(user, now)
        .filter(enrolment_id=enrolment_id)
        .select_related("author", "session")
        .order_by("-written_at", "-pk")
    )


def mentored_until(user: User, session: Session) -> datetime | None:
    """When this mentor's time with the student of a session ended; None while it lasts (A11)."""
    rows = Mentorship.objects.filter(mentor__user=user, enrolment_id=session.enrolment_id)
    ends = list(rows.values_list("ends_on", flat=True))
    last = max((day for day in ends if day is not None), default=None)
    if None in ends or last is None:
        return None
    return local_instant(last + timedelta(days=1), time(0), session.enrolment.time_zone)


def history(session: Session, until: datetime | None) -> QuerySet[Entry]:
    """What was recorded of a session that the mentor may see, oldest first; for a former mentor, until they left.

    ``session`` comes from ``seen_sessions``: the record itself is not the mentor's to read.
    """
    rows = Entry.objects.filter(
        chain__subject_id=session.student.user_id, about=f"mentoring.session:{session.pk}", kind__in=TOLD
    )
    if until is not None:
        rows = rows.filter(recorded_at__lt=until)
    return rows.select_related("actor").order_by("seq")


def standing_hours(user: User) -> list[WeeklySlot]:
    """The weekly hours in force of this mentor."""
    return list(WeeklySlot.objects.filter(mentor__user=user, retired_at__isnull=True))


def time_off_ahead(user: User, now: datetime) -> list[TimeOff]:
    """Time off that is not over."""
    rows = TimeOff.objects.filter(mentor__user=user, withdrawn_at__isnull=True, ends_at__gt=now)
    return list(rows.order_by("starts_at", "pk"))
