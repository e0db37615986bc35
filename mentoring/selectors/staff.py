"""What the school's staff read of sessions and absences; each starts at the door for staff,
``students.selectors.staff_scope``."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet

from mentoring.models import (
    Absence,
    Contest,
    ExceptionRequest,
    Ground,
    Join,
    JoinSource,
    Note,
    Session,
    SessionState,
)
from students.models import Enrolment
from students.selectors import staff_scope

from .sessions import Person

PEOPLE = ("student__user", "mentor__user", "enrolment__path__learning_manager")


def staff_enrolments(user: Person) -> QuerySet[Enrolment]:
    """The trainings that this person sees as staff, whatever else they are."""
    return (
        Enrolment.objects.filter(staff_scope(user))
        .select_related("student__user", "path__learning_manager")
        .order_by("-starts_on", "-pk")
    )


def staff_sessions(user: Person) -> QuerySet[Session]:
    """Sessions that this person sees as staff, with all that their page shows."""
    return Session.objects.filter(staff_scope(user, "enrolment__")).select_related(
        *PEOPLE, "absence__contest__decided_by", "notice", "exception__authorised_by"
    )


def staff_contests(user: Person) -> QuerySet[Contest]:
    """Contests that this person sees as staff."""
    session = tuple(f"absence__session__{each}" for each in PEOPLE)
    return Contest.objects.filter(staff_scope(user, "absence__enrolment__")).select_related(
        *session, "absence__session__notice", "decided_by"
    )


def open_contests(user: Person) -> QuerySet[Contest]:
    """Contests that wait for a decision, the oldest first (A7)."""
    return staff_contests(user).filter(decided_at__isnull=True).order_by("made_at", "pk")


def unattended_sessions(user: Person) -> QuerySet[Session]:
    """Sessions that nobody joined and that nobody has explained, the oldest first (A6)."""
    return (
        Session.objects.filter(staff_scope(user, "enrolment__"), state=SessionState.UNATTENDED)
        .select_related(*PEOPLE)
        .order_by("starts_at", "pk")
    )


def late_notices(user: Person, now: datetime) -> QuerySet[Absence]:
    """Notices that came too late, while the student may still reschedule: is the circumstance exceptional (A4)?

    One with an exception or a contest is not among them: it is decided, or waits in its own place.
    """
    session = tuple(f"session__{each}" for each in PEOPLE)
    return (
        Absence.objects.filter(
            staff_scope(user, "enrolment__"),
            withdrawn_at__isnull=True,
            ground=Ground.LATE_NOTICE,
            session__state=SessionState.UNAUTHORISED_ABSENCE,
            rescheduling_due_at__gt=now,
            session__exception__isnull=True,
            session__exception_request__isnull=True,
            contest__isnull=True,
        )
        .select_related(*session, "session__notice")
        .order_by("starts_at", "pk")
    )


def exception_requests(user: Person) -> QuerySet[ExceptionRequest]:
    """Requests for an exception that wait for an answer, by the start of their session (A4)."""
    session = tuple(f"session__{each}" for each in PEOPLE)
    return (
        ExceptionRequest.objects.filter(
            staff_scope(user, "session__enrolment__"),
            decided_at__isnull=True,
            session__state__in=(
                SessionState.SCHEDULED,
                SessionState.UNAUTHORISED_ABSENCE,
                SessionState.UNATTENDED,
            ),
        )
        .select_related(*session)
        .order_by("session__starts_at", "pk")
    )


@dataclass(frozen=True, slots=True)
class Evidence:
    """All that was said and measured about one session."""

    joins: Sequence[Join]
    notes: Sequence[Note]

    @property
    def statements(self) -> list[Join]:
        return [join for join in self.joins if join.source == JoinSource.STATEMENT]


def evidence_of(user: Person, session: Session) -> Evidence:
    """Joins from every source, and the notes on the session that were shared."""
    joins = Join.objects.filter(session=session).select_related("recorded_by").order_by("recorded_at", "pk")
    notes = Note.objects.filter(
        staff_scope(user, "enrolment__"), session=session, shared=True
    ).select_related("author")
    return Evidence(list(joins), list(notes))
