"""The database itself refuses overlapping sessions of one mentor or one student (A3, "Must hold" 4)."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction

from mentoring.models import Session, SessionState
from tests.factories import at, make_enrolment, make_mentor, make_mentorship, make_session

pytestmark = pytest.mark.django_db

START = at("2026-03-03 13:00")
LENGTH = timedelta(minutes=45)
TICK = timedelta(microseconds=1)

OVERLAPS = [timedelta(0), LENGTH - TICK, TICK - LENGTH, timedelta(minutes=10)]
STATES = [SessionState.SCHEDULED, SessionState.HELD, SessionState.UNAUTHORISED_ABSENCE]


@pytest.fixture
def of_mentor():
    """Two mentorships of one mentor."""
    mentor = make_mentor()
    return [make_mentorship(mentor=mentor), make_mentorship(mentor=mentor)]


@pytest.fixture
def of_student():
    """Two mentorships of one student, on two Paths and with two mentors."""
    first = make_mentorship()
    return [first, make_mentorship(enrolment=make_enrolment(student=first.enrolment.student))]


@pytest.fixture(params=["of_mentor", "of_student"])
def pair(request):
    return request.getfixturevalue(request.param)


@pytest.mark.parametrize("shift", OVERLAPS)
def test_a3_the_database_refuses_an_overlap_at_insert(pair, shift):
    make_session(START, mentorship=pair[0])
    with pytest.raises(IntegrityError), transaction.atomic():
        make_session(START + shift, mentorship=pair[1])


@pytest.mark.parametrize("state", STATES)
def test_a3_a_judged_session_still_holds_its_time(pair, state):
    make_session(START, mentorship=pair[0], state=state)
    with pytest.raises(IntegrityError), transaction.atomic():
        make_session(START, mentorship=pair[1])
    with pytest.raises(IntegrityError), transaction.atomic():
        make_session(START, mentorship=pair[1], state=SessionState.HELD)


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("shift", [LENGTH, -LENGTH])
def test_a3_sessions_may_touch(pair, shift, state):
    make_session(START, mentorship=pair[0], state=state)
    make_session(START + shift, mentorship=pair[1])
    assert Session.objects.count() == 2


@pytest.mark.parametrize("state", STATES)
def test_a3_the_database_refuses_an_overlap_at_update(pair, state):
    make_session(START, mentorship=pair[0], state=state)
    other = make_session(START + LENGTH, mentorship=pair[1])
    with pytest.raises(IntegrityError), transaction.atomic():
        Session.objects.filter(pk=other.pk).update(starts_at=START + LENGTH - TICK)
    with pytest.raises(IntegrityError), transaction.atomic():
        Session.objects.filter(pk=other.pk).update(
            starts_at=START - LENGTH, ends_at=START + TICK, falls_due_at=START
        )


def test_a3_a_released_slot_is_in_nobodys_way(pair):
    first = make_session(START, mentorship=pair[0])
    Session.objects.filter(pk=first.pk).update(released_at=START - timedelta(days=2))
    make_session(START, mentorship=pair[1])
    # … and cannot be taken back once it is taken.
    with pytest.raises(IntegrityError), transaction.atomic():
        Session.objects.filter(pk=first.pk).update(released_at=None)


def test_a3_moving_a_session_onto_another_person_is_refused(of_mentor):
    make_session(START, mentorship=of_mentor[0])
    other = make_session(START, mentorship=make_mentorship())
    with pytest.raises(IntegrityError), transaction.atomic():
        Session.objects.filter(pk=other.pk).update(mentor=of_mentor[0].mentor)


def test_strangers_may_meet_at_the_same_time():
    make_session(START)
    make_session(START)
    assert Session.objects.count() == 2


def test_a_session_lasts_a_day_at_most():
    make_session(START, length=timedelta(days=1))
    with pytest.raises(IntegrityError), transaction.atomic():
        make_session(START, length=timedelta(days=1, seconds=2))


@pytest.mark.postgresql
def test_a_verdict_leaves_the_exclusion_constraints_alone():
    """Judging a session takes it out of the constraints' indexes: a verdict pays for no search in them."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_constraint JOIN pg_index ON indexrelid = conindid"
            " WHERE conrelid = 'mentoring_session'::regclass AND contype = 'x'"
            " AND pg_get_expr(indpred, indrelid) LIKE '%falls_due_at IS NOT NULL%'"
        )
        assert cursor.fetchone() == (2,)
