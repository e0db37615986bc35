"""Presence in time that becomes known between the lateness limit, where an absence was judged, and the end (A5, A7)."""

from __future__ import annotations

from datetime import timedelta

import pytest

from discipline.models import Case, CaseState
from discipline.sweeps import OPEN_CASES, WITHDRAW_CASES
from enforcement.runner import run
from mentoring.models import Join, JoinSource, Participant, Session, SessionState
from mentoring.services import record_join, record_reported_joins, state_presence
from mentoring.sweeps import ATTENDANCE
from record.models import Entry, Message
from tests.factories import at, make_absence, make_mentorship, make_session

pytestmark = pytest.mark.django_db

START = at("2026-03-03 13:00")
LIMIT = START + timedelta(minutes=15)
TICK = timedelta(microseconds=1)


def mentor_is_there(session: Session) -> None:
    Join.objects.create(
        session=session,
        participant=Participant.MENTOR,
        source=JoinSource.PORTAL,
        joined_at=START,
        recorded_at=START,
        recorded_by=session.mentor.user,
    )


@pytest.fixture
def judged() -> Session:
    """A no-show at the limit, the session still going on."""
    session = make_session(START, mentor_joined_at=START)
    mentor_is_there(session)
    run(ATTENDANCE, LIMIT + TICK)
    session.refresh_from_db()
    assert session.state == SessionState.UNAUTHORISED_ABSENCE
    return session


def state_of(session: Session) -> str:
    session.refresh_from_db()
    return session.state


def test_a7_the_mentor_states_a_presence_while_the_session_goes_on(judged):
    state_presence(
        session_id=judged.pk,
        present=True,
        arrived_at=START + timedelta(minutes=5),
        by=judged.mentor.user,
        now=START + timedelta(minutes=20),
    )
    assert state_of(judged) == SessionState.HELD
    assert judged.absence.withdrawn_at == START + timedelta(minutes=20)
    assert Message.objects.filter(kind="verdict_changed", recipient=judged.student.user).count() == 1


def test_a7_a_report_read_while_the_session_goes_on(judged):
    record_reported_joins(
        session_id=judged.pk,
        student_joined_at=LIMIT,
        mentor_joined_at=None,
        by=judged.mentor.user,
        now=START + timedelta(minutes=20),
    )
    assert state_of(judged) == SessionState.HELD


def test_a5_a_join_in_time_that_the_sweep_overtook_counts(judged):
    record_join(session_id=judged.pk, participant=Participant.STUDENT, by=judged.student.user, now=LIMIT)
    assert state_of(judged) == SessionState.HELD
    run(ATTENDANCE, judged.ends_at + TICK)
    assert state_of(judged) == SessionState.HELD


def test_a6_a_mentors_join_in_time_that_the_sweep_overtook_counts():
    session = make_session(START)
    run(ATTENDANCE, LIMIT + TICK)
    assert state_of(session) == SessionState.UNATTENDED
    record_join(session_id=session.pk, participant=Participant.MENTOR, by=session.mentor.user, now=LIMIT)
    assert state_of(session) == SessionState.UNAUTHORISED_ABSENCE


def test_a9_the_case_of_a_third_absence_that_was_none_is_withdrawn():
    mentorship = make_mentorship()
    for weeks in (2, 1):
        make_absence(START - timedelta(weeks=weeks), mentorship=mentorship)
    session = make_session(START, mentorship=mentorship, mentor_joined_at=START)
    mentor_is_there(session)
    run(ATTENDANCE, LIMIT + TICK)
    run(OPEN_CASES, LIMIT + TICK)
    now = START + timedelta(minutes=30)
    state_presence(session_id=session.pk, present=True, arrived_at=None, by=session.mentor.user, now=now)
    run(WITHDRAW_CASES, now + TICK)
    case = Case.objects.get()
    assert (case.state, case.withdrawn_at) == (CaseState.WITHDRAWN, now)
    assert Entry.objects.filter(kind="streak_undone").count() == 1
