"""Three unauthorised absences in a row, from the sessions to the case (A9, A7)."""

from __future__ import annotations

import json
from datetime import UTC, datetime, time, timedelta

import pytest

from accounts.models import Role, RoleGrant, User
from discipline.models import Case, CaseState
from discipline.sweeps import SWEEPS as DISCIPLINE
from enforcement.runner import run
from mentoring import services
from mentoring.models import (
    Absence,
    ContestOutcome,
    Mentor,
    Mentorship,
    Participant,
    Session,
    SessionState,
    WeeklySlot,
)
from mentoring.sweeps import SWEEPS as MENTORING
from record.models import Entry, Message
from students.models import Enrolment, Path, Student

pytestmark = pytest.mark.django_db
START = datetime(2026, 3, 2, 10, 0, tzinfo=UTC)
WEEK = timedelta(days=7)


def sweep(now: datetime) -> None:
    for each in (*MENTORING, *DISCIPLINE):
        run(each, now)


@pytest.fixture
def people():
    users = {
        role: User.objects.create_user(f"{role}@example.org", given_name=role.title())
        for role in ("student", "mentor", "student_success", "head_of_learning")
    }
    for role, user in users.items():
        RoleGrant.objects.create(user=user, role=Role(role), granted_at=START)
    return users


@pytest.fixture
def sessions(people):
    student = Student.objects.create(user=people["student"])
    mentor = Mentor.objects.create(user=people["mentor"], video_link="https://video.example.org/m")
    # Free on Thursdays: another session can be booked within the 48 hours.
    WeeklySlot.objects.create(
        mentor=mentor, weekday=4, starts=time(9), ends=time(12), recorded_at=START - WEEK
    )
    path = Path.objects.create(code="web", title="Web")
    enrolment = Enrolment.objects.create(
        student=student, path=path, starts_on=START.date(), ends_on=START.date() + timedelta(365)
    )
    mentorship = Mentorship.objects.create(
        mentor=mentor,
        enrolment=enrolment,
        weekday=1,
        local_time=time(11),
        starts_on=START.date(),
    )
    return [
        Session.objects.create(
            mentorship=mentorship,
            enrolment=enrolment,
            student=student,
            mentor=mentor,
            starts_at=START + n * WEEK,
            ends_at=START + n * WEEK + timedelta(minutes=45),
            for_week=(START + n * WEEK).date(),
            video_link="https://video.example.org/m",
            booked_at=START - WEEK,
            falls_due_at=START + n * WEEK + timedelta(minutes=15),
        )
        for n in range(5)
    ]


def mentor_comes(session, people):
    services.record_join(
        session_id=session.pk,
        participant=Participant.MENTOR,
        by=people["mentor"],
        now=session.starts_at,
    )


def miss(session, people):
    mentor_comes(session, people)
    sweep(session.starts_at + timedelta(minutes=15, microseconds=1))
    session.refresh_from_db()
    assert session.state == SessionState.UNAUTHORISED_ABSENCE


def test_a9_three_in_a_row_open_one_case(sessions, people):
    for session in sessions[:3]:
        miss(session, people)
        sweep(session.starts_at + timedelta(days=5))
    case = Case.objects.get()
    third = sessions[2].starts_at + timedelta(minutes=15)
    assert case.opened_at == third
    assert [each["session"] for each in json.loads(case.facts)["absences"]] == [
        session.pk for session in sessions[:3]
    ]
    told = Message.objects.filter(recipient=people["student"])
    counts = [
        json.loads(m.context).get("count") for m in told.filter(kind="absence_recorded").order_by("due_at")
    ]
    assert counts == [1, 2, None]  # the third is told by the case
    assert told.filter(kind="case_opened").count() == 1
    assert told.filter(kind="rescheduling_reminder").count() == 3
    assert told.filter(kind="rescheduling_breach").count() == 3
    assert Entry.objects.filter(kind="case_opened").count() == 1


def test_a9_the_fourth_counts_from_one(sessions, people):
    for session in sessions[:4]:
        miss(session, people)
    assert Case.objects.count() == 1
    last = Message.objects.filter(kind="absence_recorded").latest("due_at")
    assert json.loads(last.context)["count"] == 1


def test_a7_a_contest_upheld_withdraws_the_case(sessions, people):
    for session in sessions[:3]:
        miss(session, people)
    now = sessions[2].starts_at + timedelta(days=1)
    contest = services.contest_absence(
        absence_id=Absence.objects.get(session=sessions[1]).pk,
        statement="I was there",
        by=people["student"],
        now=now,
    )
    services.decide_contest(
        contest_id=contest.pk,
        outcome=ContestOutcome.PRESENT,
        reasons="The log shows it",
        by=people["student_success"],
        now=now + timedelta(hours=1),
    )
    sweep(now + timedelta(days=5))
    case = Case.objects.get()
    assert case.state == CaseState.WITHDRAWN
    assert case.withdrawn_at == now + timedelta(hours=1)
    assert case.withdrawal_reason == "A contest of one of the absences was upheld."
    miss(sessions[3], people)
    assert Case.objects.count() == 1


def test_a5_joining_late_is_kept_with_the_actual_time(sessions, people):
    session = sessions[0]
    mentor_comes(session, people)
    late = session.starts_at + timedelta(minutes=15, microseconds=1)
    services.record_join(
        session_id=session.pk, participant=Participant.STUDENT, by=people["student"], now=late
    )
    session.refresh_from_db()
    assert (session.state, session.ground) == ("unauthorised_absence", "late_arrival")
    assert session.student_joined_at == late
    assert list(Entry.objects.order_by("seq").values_list("kind", flat=True)) == [
        "absence_unauthorised",
        "absence_unauthorised",
    ]


def test_a5_joining_at_exactly_15_minutes_is_in_time(sessions, people):
    session = sessions[0]
    mentor_comes(session, people)
    services.record_join(
        session_id=session.pk,
        participant=Participant.STUDENT,
        by=people["student"],
        now=session.starts_at + timedelta(minutes=15),
    )
    sweep(session.ends_at)
    session.refresh_from_db()
    assert session.state == SessionState.SCHEDULED
    sweep(session.ends_at + timedelta(microseconds=1))
    session.refresh_from_db()
    assert session.state == SessionState.HELD


@pytest.mark.parametrize(
    ("early", "state"),
    [
        (timedelta(), "authorised_absence"),
        (timedelta(microseconds=1), "authorised_absence"),
        (timedelta(microseconds=-1), "unauthorised_absence"),
    ],
)
def test_abuse_26_notice_at_exactly_24h(sessions, people, early, state):
    session = services.give_notice(
        session_id=sessions[0].pk,
        reason="A job interview",
        by=people["student"],
        now=sessions[0].starts_at - timedelta(hours=24) - early,
    )
    assert session.state == state
    assert (session.released_at is not None) == (state == "authorised_absence")
    assert session.absence.reasons == "A job interview"
    assert session.absence.rescheduling_due_at == session.starts_at + timedelta(hours=48)
