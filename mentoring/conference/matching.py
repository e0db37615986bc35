"""Which session a participant's presence belongs to, by e-mail and time; a constant number of statements a file."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

from django.db.models import Q

from accounts.models import User
from mentoring.models import Participant, Problem, Session, SessionState
from mentoring.services.terms import terms_for_sessions
from rulebook.attendance import join_opens_at

from .instants import Reading
from .reading import Participant as Line

CANCELLED = frozenset({SessionState.CANCELLED_BY_MENTOR, SessionState.CANCELLED_BY_SCHOOL})
# No participant is asked for further from a session than this; wider than any time that a video link is open before.
MARGIN = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Row:
    """A line of a report read: when, who of which session, and the join that counts; or why it tells nothing."""

    line: int
    name: str
    email: str
    joined_at: datetime | None
    left_at: datetime | None
    session_id: int | None = None
    participant: str = ""
    counted_at: datetime | None = None
    problem: str = ""
    detail: str = ""


@dataclass(slots=True)
class Candidate:
    """A session that somebody of the file may have been in."""

    session: Session
    opens_at: datetime
    people: dict[str, str] = field(default_factory=dict)  # address → student or mentor

    def joined_as_of(self, row: Row) -> datetime | None:
        """When this person's presence in the session begins, or None if the row is none of it.

        Whoever stays in the room from before is there when the link opens, not earlier.
        """
        joined_at, session = row.joined_at, self.session
        if joined_at is None or joined_at >= session.ends_at:
            return None
        stayed_into_it = row.left_at is not None and row.left_at > session.starts_at
        if stayed_into_it or joined_at >= self.opens_at:
            return max(joined_at, self.opens_at)
        return None

    def distance(self, row: Row) -> timedelta:
        """How far the joining is from the start."""
        return abs((row.joined_at or self.session.starts_at) - self.session.starts_at)


def read_rows(lines: Iterable[Line], reading: Reading) -> list[Row]:
    """The lines with their instants."""
    rows = []
    for line in lines:
        joined_at = reading.instant(line.joined)
        left_at = reading.instant(line.left)
        if joined_at and left_at and left_at < joined_at:
            left_at = None
        problem = ""
        if joined_at is None:
            problem = Problem.BAD_TIME
        elif not line.email:
            problem = Problem.NO_EMAIL
        rows.append(Row(line.line, line.name, line.email, joined_at, left_at, problem=problem))
    return rows


def match_rows(rows: Sequence[Row], *, by: User) -> list[Row]:
    """Each row with its sessions. For a mentor only their own count, and all else looks alike (abuse 1)."""
    own_only = not by.is_school_staff
    readable = [row for row in rows if not row.problem]
    users = _users({row.email for row in readable})
    candidates = _candidates(readable, users, mentor_user_id=by.pk if own_only else None)
    matched: list[Row] = []
    for row in rows:
        if row.problem:
            matched.append(row)
        else:
            matched.extend(_matched(row, users, candidates.get(row.email, ()), own_only))
    return sorted(matched, key=lambda row: (row.line, row.counted_at or datetime.min.replace(tzinfo=UTC)))


def _matched(row: Row, users: dict[str, int], candidates: Sequence[Candidate], own_only: bool) -> list[Row]:
    fitting = [(each, at) for each in candidates if (at := each.joined_as_of(row)) is not None]
    live = [(each, at) for each, at in fitting if each.session.state not in CANCELLED]
    if not live:
        problem = Problem.CANCELLED if fitting else Problem.NO_SESSION
        if row.email not in users:
            problem = Problem.UNKNOWN
        if own_only and not fitting:
            problem = Problem.NOT_YOURS
        return [replace(row, problem=problem)]
    # Two sessions in a row overlap by the time that the link opens before: who was not there when the later one
    # began belongs to the one whose start is nearest.
    during = [pair for pair in live if row.left_at is not None and _overlaps(row, pair[0].session)] or [
        min(live, key=lambda pair: pair[0].distance(row))
    ]
    return [
        replace(
            row,
            session_id=each.session.pk,
            participant=each.people[row.email],
            counted_at=at,
        )
        for each, at in during
    ]


def _overlaps(row: Row, session: Session) -> bool:
    return bool(
        row.joined_at and row.left_at and row.joined_at < session.ends_at and row.left_at > session.starts_at
    )


def _users(addresses: set[str]) -> dict[str, int]:
    return dict(User.objects.filter(email__in=addresses).values_list("email", "pk")) if addresses else {}


def _candidates(
    rows: Sequence[Row], users: dict[str, int], *, mentor_user_id: int | None
) -> dict[str, list[Candidate]]:
    """The sessions around these rows, by the address of each of their people."""
    ids = set(users.values())
    joins = [row.joined_at for row in rows if row.joined_at and row.email in users]
    if not ids or not joins:
        return {}
    latest = max([*joins, *(row.left_at for row in rows if row.left_at)])
    sessions = Session.objects.filter(
        Q(student__user__in=ids) | Q(mentor__user__in=ids),
        ends_at__gt=min(joins),
        starts_at__lt=latest + MARGIN,
    )
    if mentor_user_id is not None:
        sessions = sessions.filter(mentor__user=mentor_user_id)
    found = list(
        sessions.select_related("student__user", "mentor__user", "enrolment").order_by("starts_at", "pk")
    )
    terms = terms_for_sessions([(s.pk, s.enrolment_id, s.starts_at, s.enrolment.time_zone) for s in found])
    by_address: dict[str, list[Candidate]] = defaultdict(list)
    for session in found:
        candidate = Candidate(session, join_opens_at(session.starts_at, terms[session.pk]))
        candidate.people = {
            session.mentor.user.email: Participant.MENTOR,
            session.student.user.email: Participant.STUDENT,
        }
        for address in candidate.people:
            by_address[address].append(candidate)
    return by_address
