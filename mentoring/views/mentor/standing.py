"""Where one session stands for its mentor at this instant, and what can be done about it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from mentoring.models import Session, SessionState
from mentoring.services.joins import CLOSED
from mentoring.services.terms import SessionRow, terms_for_sessions
from rulebook.attendance import join_opens_at, lateness_limit, statement_closes_at
from rulebook.terms import AttendanceTerms

MISSED = (SessionState.UNAUTHORISED_ABSENCE, SessionState.UNATTENDED)


@dataclass(frozen=True, slots=True)
class Standing:
    """A session with its instants by the terms that judge it.

    ``now`` is the page's; ``late_from`` the last instant at which the student is in time.
    """

    session: Session
    opens_at: datetime
    late_from: datetime
    closes_at: datetime
    now: datetime

    @property
    def takes_place(self) -> bool:
        return self.session.state not in CLOSED and not hasattr(self.session, "notice")

    @property
    def started(self) -> bool:
        return self.session.starts_at <= self.now

    @property
    def over(self) -> bool:
        return self.session.ends_at <= self.now

    @property
    def live(self) -> bool:
        """It is on, or the video link is open."""
        return self.takes_place and self.opens_at <= self.now <= self.session.ends_at

    @property
    def missing(self) -> bool:
        """It has started and the student has not joined."""
        return self.live and self.started and self.session.student_joined_at is None

    @property
    def too_late(self) -> bool:
        """The student did not join in time."""
        joined_at = self.session.student_joined_at
        return self.live and (joined_at or self.now) > self.late_from

    @property
    def mentor_awaited(self) -> bool:
        """The mentor should be there and has not joined."""
        return self.live and self.session.mentor_joined_at is None

    @property
    def can_state(self) -> bool:
        """Whether the mentor's statement is taken now (A7)."""
        if not self.takes_place or self.session.decided_by_id is not None:
            return False
        return self.started and self.now <= self.closes_at

    @property
    def can_cancel(self) -> bool:
        return self.session.state == SessionState.SCHEDULED and not self.started

    @property
    def being_decided(self) -> bool:
        due_at = self.session.falls_due_at
        return due_at is not None and due_at < self.now

    @property
    def needs_a_word(self) -> bool:
        """Nobody attended it: the mentor can say what happened (A6)."""
        return self.session.state == SessionState.UNATTENDED and self.can_state


def standings(sessions: list[Session], now: datetime) -> list[Standing]:
    """Each session with its instants: one statement for all of them."""
    rows: list[SessionRow] = [
        (row.pk, row.enrolment_id, row.starts_at, row.enrolment.time_zone) for row in sessions
    ]
    terms = terms_for_sessions(rows)
    return [_standing(row, terms[row.pk], now) for row in sessions]


def _standing(session: Session, terms: AttendanceTerms, now: datetime) -> Standing:
    return Standing(
        session,
        join_opens_at(session.starts_at, terms),
        lateness_limit(session.starts_at, terms),
        statement_closes_at(session.ends_at, terms),
        now,
    )
