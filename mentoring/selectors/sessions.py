"""Who may see which sessions, absences, contests and notes: the only door from a request to rows."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from django.contrib.auth.models import AnonymousUser
from django.db.models import Exists, Model, OuterRef, Q, QuerySet

from accounts.models import Role, User
from mentoring.models import (
    Absence,
    Contest,
    Mentor,
    Mentorship,
    Note,
    Notice,
    Session,
    SessionState,
    StreakAbsence,
)
from rulebook.attendance import Mark, count_streak
from rulebook.policy import Policy
from students.models import Enrolment
from students.selectors import NOTHING, either, own_scope, staff_scope

from .lasting import lasting

Person = User | AnonymousUser
M = TypeVar("M", bound=Model)


def mentor_of(user: Person) -> Mentor | None:
    """The mentor that this person is; an assessor has hours and a room as mentors do."""
    if not isinstance(user, User) or not user.has_role(Role.MENTOR, Role.ASSESSOR):
        return None
    return Mentor.objects.filter(user=user).first()


def mentee_scope(user: Person, now: datetime, enrolment: str = "enrolment_id") -> Q:
    """Rows of the enrolments that this person mentors now, to the last day of the mentorship; a former mentor sees
    nothing new."""
    if not isinstance(user, User) or not user.is_active or not user.has_role(Role.MENTOR):
        return NOTHING
    current = Mentorship.objects.filter(lasting(now), mentor__user=user)
    return Q(**{f"{enrolment}__in": current.values("enrolment_id")})


def _held_scope(user: Person, session: str = "") -> Q:
    """Rows of the sessions that this mentor held or should have held, whoever mentors now."""
    if not isinstance(user, User) or not user.is_active or not user.has_role(Role.MENTOR):
        return NOTHING
    # By the mentor's id and not through a join: beside other scopes, a join would be made for every row first.
    return Q(**{f"{session}mentor__in": Mentor.objects.filter(user=user).values("pk")})


def _seen(rows: QuerySet[M], *scopes: Q) -> QuerySet[M]:
    """Rows that one of these scopes opens; an empty one opens all.

    Each scope finds its rows by itself, through an index of its own. Joined by OR in one condition they have none,
    and a page would be looked for through the sessions of the whole school.
    """
    if any(not scope for scope in scopes):
        return rows
    seen = [scope for scope in scopes if scope is not NOTHING]
    if len(seen) < 2:
        return rows.filter(*seen or [NOTHING])
    first, *others = [rows.filter(scope).order_by().values("pk") for scope in seen]
    return rows.filter(pk__in=first.union(*others))


def sessions_for(user: Person, now: datetime) -> QuerySet[Session]:
    """Sessions that this person may see."""
    return _seen(
        Session.objects.all(),
        _own_sessions(user),
        _held_scope(user),
        mentee_scope(user, now),
        staff_scope(user, "enrolment__"),
    )


def held_by(user: Person) -> QuerySet[Session]:
    """Sessions that this person holds or held as their mentor: through the mentor's own index in time."""
    return Session.objects.filter(_held_scope(user))


def attended_by(user: Person) -> QuerySet[Session]:
    """The sessions of which this person is the student."""
    return Session.objects.filter(_own_sessions(user))


def mentees_absences(user: Person, now: datetime) -> QuerySet[Absence]:
    """Absences of the students whom this person mentors now."""
    return Absence.objects.filter(mentee_scope(user, now))


def _own_sessions(user: Person) -> Q:
    # Through the session's own student, whose index is the one in time.
    own = own_scope(user)
    return own if own is NOTHING else Q(student__user=user)


def absences_for(user: Person, now: datetime) -> QuerySet[Absence]:
    """Absences that this person may see, those withdrawn included; a former mentor sees none any more (abuse 11)."""
    return _seen(
        Absence.objects.all(),
        own_scope(user, "enrolment__"),
        mentee_scope(user, now),
        staff_scope(user, "enrolment__"),
    )


def contests_for(user: Person, now: datetime) -> QuerySet[Contest]:
    """Contests that this person may see. A mentor learns where one stands, on the session; what the student wrote
    against the absence stays between the student and Student Success.
    """
    return _seen(
        Contest.objects.all(),
        own_scope(user, "absence__enrolment__"),
        staff_scope(user, "absence__enrolment__"),
    )


def notices_for(user: Person, now: datetime) -> QuerySet[Notice]:
    """Notices of the sessions that this person may see."""
    return _seen(
        Notice.objects.all(),
        own_scope(user, "session__enrolment__"),
        _held_scope(user, "session__"),
        mentee_scope(user, now, "session__enrolment_id"),
        staff_scope(user, "session__enrolment__"),
    )


def enrolments_looked_after_by(user: Person, now: datetime) -> QuerySet[Enrolment]:
    """Enrolments that this person may write notes about: those they mentor now, or as staff."""
    return Enrolment.objects.filter(either(mentee_scope(user, now, "pk"), staff_scope(user)))


def enrolments_seen_by(user: Person, now: datetime) -> QuerySet[Enrolment]:
    """Enrolments that this person may see: their own, those they mentor now, or as staff."""
    return Enrolment.objects.filter(either(own_scope(user), mentee_scope(user, now, "pk"), staff_scope(user)))


def notes_for(user: Person, now: datetime) -> QuerySet[Note]:
    """Notes: one's own; shared ones of one's own training, of current mentees, or as staff.

    A private note is seen by nobody but its author.
    """
    if not isinstance(user, User) or not user.is_active:
        return Note.objects.none()
    shared = either(own_scope(user, "enrolment__"), mentee_scope(user, now), staff_scope(user, "enrolment__"))
    return Note.objects.filter(Q(author=user) | (Q(shared=True) & shared))


def with_people(sessions: QuerySet[Session]) -> QuerySet[Session]:
    """Sessions with all that a list shows of them, in one statement."""
    return sessions.select_related("student__user", "mentor__user", "enrolment__path")


@dataclass(frozen=True, slots=True)
class StreakStatus:
    """How many unauthorised absences in a row count now, and how many remain before a case (A9)."""

    session_ids: tuple[int, ...]
    size: int

    @property
    def count(self) -> int:
        return len(self.session_ids)

    @property
    def remaining(self) -> int:
        return self.size - self.count


def streaks_of(enrolment_ids: list[int], policy: Policy) -> dict[int, StreakStatus]:
    """The open streak of each enrolment: one statement for all of them."""
    held_by = StreakAbsence.objects.filter(absence__session_id=OuterRef("pk"), released_at__isnull=True)
    later_held = Session.objects.filter(
        enrolment_id=OuterRef("enrolment_id"),
        state=SessionState.HELD,
        starts_at__gt=OuterRef("starts_at"),
    )
    marks: dict[int, list[Mark]] = {pk: [] for pk in enrolment_ids}
    rows = (
        Session.objects.filter(enrolment_id__in=enrolment_ids, state=SessionState.UNAUTHORISED_ABSENCE)
        .filter(~Exists(later_held))
        .order_by()
        .values_list("enrolment_id", "pk", "starts_at", "state", Exists(held_by))
    )
    for enrolment_id, pk, starts_at, state, held in rows:
        marks[enrolment_id].append(Mark(pk, starts_at, state, held))
    size = policy.attendance.streak
    return {pk: StreakStatus(count_streak(own, size).current, size) for pk, own in marks.items()}


def next_session(sessions: QuerySet[Session]) -> Session | None:
    """The earliest session that is still to be judged."""
    return with_people(sessions).filter(falls_due_at__isnull=False).order_by("starts_at", "pk").first()
