"""What the student portal reads. Only a student's own rows come out of here, whatever else they are to the
school."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Exists, OuterRef, QuerySet, Subquery

from accounts.models import User
from mentoring.models import (
    Absence,
    Mentorship,
    Note,
    ReschedulingState,
    Session,
    SessionState,
    StreakAbsence,
)
from rulebook.attendance import Mark, count_streak
from rulebook.dates import end_of_following_week
from rulebook.terms import AttendanceTerms
from students.models import Enrolment
from students.selectors import own_scope

from .sessions import attended_by

RECENT = 80  # sessions of the home page: about a year and a half of weeks
HOME_FIELDS = (
    "starts_at",
    "ends_at",
    "state",
    "ground",
    "origin",
    "medium",
    "student_joined_at",
    "mentor__user__given_name",
    "mentor__user__family_name",
    "enrolment__time_zone",
    "absence__session_id",
    "absence__withdrawn_at",
    "absence__reasons_at",
    "absence__rebooked_at",
    "absence__rescheduling_due_at",
    "absence__rescheduling_state",
    "absence__contest__absence_id",
    "absence__contest__decided_at",
)
DUTY_SHOWN = timedelta(days=14)
"""How long after its deadline a duty that was missed still stands among the tasks."""

CANCELLED = (SessionState.CANCELLED_BY_MENTOR, SessionState.CANCELLED_BY_SCHOOL, SessionState.MENTOR_ABSENT)


def own_sessions(user: User) -> QuerySet[Session]:
    """The sessions that this person attends as a student, newest first."""
    return attended_by(user).order_by("-starts_at", "-pk")


def own_absences(user: User) -> QuerySet[Absence]:
    return Absence.objects.filter(own_scope(user, "enrolment__"))


def own_notes(user: User) -> QuerySet[Note]:
    """The notes that mentors shared with this student."""
    return (
        Note.objects.filter(own_scope(user, "enrolment__"), shared=True)
        .select_related("author", "session")
        .order_by("-written_at", "-pk")
    )


def own_enrolments(user: User) -> list[Enrolment]:
    """The student's trainings, those that run first."""
    rows = Enrolment.objects.filter(student__user=user).select_related("path")
    return sorted(rows, key=lambda row: (row.state != "active", -row.starts_on.toordinal()))


def own_mentorships(user: User) -> QuerySet[Mentorship]:
    return (
        Mentorship.objects.filter(enrolment__student__user=user)
        .select_related("mentor__user", "enrolment__path")
        .order_by("-starts_on", "-pk")
    )


def with_story(sessions: QuerySet[Session]) -> QuerySet[Session]:
    """Sessions with their absence and contest, whether another was booked in their place
    (``replaced``), and the streak that holds the absence (``held_at``; ``case_at`` while undecided)."""
    holding = StreakAbsence.objects.filter(absence__session_id=OuterRef("pk"), released_at__isnull=True)
    return sessions.select_related("mentor__user", "enrolment", "absence__contest").annotate(
        replaced=Exists(Session.objects.filter(replaces_id=OuterRef("pk"), released_at__isnull=True)),
        held_at=Subquery(holding.values("streak__reached_at")[:1]),
        case_at=Subquery(holding.filter(streak__sealed_at__isnull=True).values("streak__reached_at")[:1]),
    )


def recent_sessions(user: User) -> list[Session]:
    """The sessions of the home page, newest first, with their story: one statement, and no column that the page
    does not show."""
    return list(with_story(own_sessions(user)).only(*HOME_FIELDS)[:RECENT])


def coming(sessions: Iterable[Session], now: datetime) -> list[Session]:
    """Sessions that are still to be held, the next one first; one that is on counts until its end."""
    ahead = [row for row in sessions if row.state == SessionState.SCHEDULED and row.ends_at > now]
    return sorted(ahead, key=lambda row: (row.starts_at, row.pk))


@dataclass(frozen=True, slots=True)
class Streak:
    """The absences in a row of one enrolment, and how many remain before a case (A9)."""

    session_ids: tuple[int, ...]
    remaining: int

    @property
    def count(self) -> int:
        return len(self.session_ids)


def streak_in(sessions: Iterable[Session], size: int) -> Streak:
    """The open streak in one enrolment's sessions, which come from ``with_story``."""
    marks = [
        Mark(row.pk, row.starts_at, row.state, getattr(row, "held_at", None) is not None) for row in sessions
    ]
    ids = tuple(pk for pk in count_streak(marks, size).current if isinstance(pk, int))
    return Streak(ids, size - len(ids))


@dataclass(frozen=True, slots=True)
class Duty:
    """Something that the student owes or may do after a session that was not held.

    ``what``: reasons, book, or contested (a decision that is awaited).
    """

    what: str
    session: Session
    due_at: datetime | None
    state: str


def duties(sessions: Sequence[Session], terms: AttendanceTerms, now: datetime) -> list[Duty]:
    """What is to be done after these sessions, the most pressing first."""
    found: list[Duty] = []
    for row in sessions:
        absence = getattr(row, "absence", None)
        if absence is not None and absence.withdrawn_at is None:
            found += _after_absence(row, absence, terms, now)
        elif row.state in CANCELLED and bookable(row, terms, now):
            found.append(Duty("book", row, None, "todo"))
    far = now + timedelta(days=365)
    return sorted(found, key=lambda duty: (duty.what == "contested", duty.due_at or far, duty.session.pk))


def _after_absence(row: Session, absence: Absence, terms: AttendanceTerms, now: datetime) -> Iterable[Duty]:
    contest = getattr(absence, "contest", None)
    if contest is not None and contest.decided_at is None:
        yield Duty("contested", row, None, "waiting")
    if absence.rescheduling_state == ReschedulingState.MET:
        return
    due = absence.rescheduling_due_at
    if due + DUTY_SHOWN < now and absence.rescheduling_state != ReschedulingState.WAITS:
        return
    if absence.reasons_at is None:
        yield Duty("reasons", row, due, "todo")
    if absence.rebooked_at is None and bookable(row, terms, now):
        waits = absence.rescheduling_state == ReschedulingState.WAITS
        yield Duty("book", row, None if waits else due, "todo")


def bookable(row: Session, terms: AttendanceTerms, now: datetime) -> bool:
    """Whether another session can still be put in the place of this one: once, until the end of the week that
    follows it (A3), or for as long as the duty waits for a free slot (A8)."""
    if getattr(row, "replaced", False):
        return False
    absence = getattr(row, "absence", None)
    if absence is not None and absence.rescheduling_state == ReschedulingState.WAITS:
        return True
    return now < end_of_following_week(row.starts_at, row.enrolment.time_zone, terms.postponement_weeks)


def with_session(absences: QuerySet[Absence]) -> QuerySet[Absence]:
    """Absences with their session, mentor and contest, newest first."""
    return absences.select_related("session__mentor__user", "session__enrolment__path", "contest").order_by(
        "-starts_at", "-pk"
    )
