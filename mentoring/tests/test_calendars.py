"""Mentors' hours and time off, and sessions that are cancelled (A1, A6, A11)."""

from __future__ import annotations

import json
from datetime import time, timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection

from accounts.models import Role
from mentoring.models import Session, SessionState, WeeklySlot
from mentoring.services import (
    Slot,
    add_time_off,
    cancel_session,
    set_availability,
    start_mentorship,
    withdraw_time_off,
)
from mentoring.services.calendars import falls_out
from record.models import Entry, Message
from record.services import lock_chains
from rulebook.errors import RuleError
from tests.factories import at, make_enrolment, make_mentor, make_mentorship, make_session, make_user

pytestmark = pytest.mark.django_db

NOW = at("2026-03-02 08:00")
SESSION = at("2026-03-03 13:00")
TICK = timedelta(microseconds=1)
PARIS = "Europe/Paris"


@pytest.fixture
def mentor():
    return make_mentor(availability=[(1, time(9), time(12)), (3, time(9), time(12))])


MONDAY = Slot(1, time(9), time(12), PARIS)
TUESDAY = Slot(2, time(14), time(18), PARIS)


# Availability


def hours(mentor, **which):
    return set(WeeklySlot.objects.filter(mentor=mentor, **which).values_list("weekday", flat=True))


def test_hours_are_retired_and_recorded_and_never_edited(mentor):
    kept = WeeklySlot.objects.get(weekday=1)
    set_availability(mentor=mentor, slots=[MONDAY, TUESDAY], by=mentor.user, now=NOW)
    assert hours(mentor, retired_at__isnull=True) == {1, 2}
    assert hours(mentor, retired_at=NOW) == {3}
    assert hours(mentor, recorded_at=NOW) == {2}
    assert WeeklySlot.objects.get(weekday=1).recorded_at == kept.recorded_at
    entry = Entry.objects.get(kind="availability_set")
    assert entry.chain.subject_id == mentor.user_id
    assert [slot["weekday"] for slot in json.loads(entry.payload)["retired"]] == [3]


def test_saving_the_same_hours_records_nothing(mentor):
    set_availability(mentor=mentor, slots=[MONDAY], by=mentor.user, now=NOW)
    set_availability(mentor=mentor, slots=[MONDAY, MONDAY], by=mentor.user, now=NOW)
    assert Entry.objects.filter(kind="availability_set").count() == 1


@pytest.mark.parametrize(
    "slots",
    [
        [Slot(1, time(12), time(12), PARIS)],
        [Slot(1, time(13), time(12), PARIS)],
        [Slot(0, time(9), time(12), PARIS)],
        [Slot(8, time(9), time(12), PARIS)],
        [Slot(1, time(9), time(12), "Europe/Atlantis")],
        [MONDAY, Slot(1, time(11, 59), time(13), PARIS)],
        [MONDAY, Slot(2, time(9), time(12), "Asia/Kathmandu")],
    ],
)
def test_hours_that_make_no_sense_are_refused(mentor, slots):
    with pytest.raises(RuleError) as caught:
        set_availability(mentor=mentor, slots=slots, by=mentor.user, now=NOW)
    assert caught.value.field == "slots"
    assert hours(mentor, retired_at__isnull=True) == {1, 3}


def test_hours_of_a_day_may_touch(mentor):
    set_availability(
        mentor=mentor, slots=[MONDAY, Slot(1, time(12), time(13), PARIS)], by=mentor.user, now=NOW
    )
    assert WeeklySlot.objects.filter(retired_at__isnull=True).count() == 2


def test_only_the_mentor_and_staff_keep_a_calendar(mentor):
    for stranger in (make_user(Role.STUDENT), make_mentor().user):
        with pytest.raises(PermissionDenied):
            set_availability(mentor=mentor, slots=[], by=stranger, now=NOW)
        with pytest.raises(PermissionDenied):
            off(mentor, NOW, SESSION, by=stranger)
    set_availability(mentor=mentor, slots=[], by=make_user(Role.STUDENT_SUCCESS), now=NOW)


# Time off


def off(mentor, starts_at, ends_at, *, by=None, now=NOW, reason=""):
    return add_time_off(
        mentor=mentor, starts_at=starts_at, ends_at=ends_at, reason=reason, by=by or mentor.user, now=now
    )


@pytest.mark.parametrize(
    ("begins", "ends", "cancelled"),
    [
        (timedelta(0), timedelta(minutes=45), True),
        (-timedelta(hours=1), timedelta(0), False),
        (-timedelta(hours=1), TICK, True),
        (timedelta(minutes=45), timedelta(hours=2), False),
        (timedelta(minutes=45) - TICK, timedelta(hours=2), True),
    ],
)
def test_a11_time_off_cancels_what_it_covers_half_open(mentor, begins, ends, cancelled):
    session = make_session(SESSION, mentorship=make_mentorship(mentor=mentor))
    off(mentor, SESSION + begins, SESSION + ends)
    session.refresh_from_db()
    assert (session.state == SessionState.CANCELLED_BY_MENTOR) is cancelled
    assert (session.released_at == NOW) is cancelled


def test_a11_students_are_told_once_and_the_reason_stays_with_the_mentor(mentor):
    mentorship = make_mentorship(mentor=mentor)
    for weeks in range(3):
        make_session(SESSION + timedelta(weeks=weeks), mentorship=mentorship)
    off(mentor, NOW, NOW + timedelta(weeks=4), reason="An operation")
    message = Message.objects.get(kind="sessions_cancelled")
    assert message.recipient_id == mentorship.enrolment.student.user_id
    assert json.loads(message.context)["count"] == 3
    own = Entry.objects.filter(chain__subject=mentorship.enrolment.student.user)
    assert own.filter(kind="session_cancelled").count() == 3
    for text in [message.context, *own.values_list("payload", flat=True)]:
        assert "operation" not in text
    assert not Message.objects.filter(recipient=mentor.user).exists()


def test_a6_time_off_leaves_what_has_started_or_was_judged(mentor):
    mentorship = make_mentorship(mentor=mentor)
    running = make_session(NOW, mentorship=mentorship)
    judged = make_session(
        SESSION, mentorship=mentorship, state=SessionState.UNAUTHORISED_ABSENCE, decided_at=NOW
    )
    off(mentor, NOW - timedelta(hours=1), SESSION + timedelta(days=1))
    for session, state in ((running, "scheduled"), (judged, "unauthorised_absence")):
        session.refresh_from_db()
        assert session.state == state


@pytest.mark.parametrize(("begins", "ends"), [(1, 1), (1, 0), (-2, -1), (-1, 0)])
def test_time_off_lies_ahead_and_has_a_length(mentor, begins, ends):
    with pytest.raises(RuleError):
        off(mentor, NOW + timedelta(hours=begins), NOW + timedelta(hours=ends))


def test_a1_withdrawn_time_off_gives_the_weeks_back(mentor):
    row = off(mentor, NOW, NOW + timedelta(weeks=2))
    mentorship = start_mentorship(
        enrolment=make_enrolment(),
        mentor=mentor,
        weekday=2,
        local_time=time(14),
        starts_on=NOW.date(),
        by=None,
        now=NOW,
    )
    assert mentorship.sessions.count() == 3
    later = at("2026-03-04 08:00")
    withdraw_time_off(time_off_id=row.pk, by=mentor.user, now=later)
    starts = mentorship.sessions.order_by("starts_at").values_list("starts_at", flat=True)
    # Not the one of 3 March: it lies in the past by now.
    assert [start.day for start in starts] == [10, 17, 24, 31]
    assert mentorship.sessions.get(starts_at__day=10).booked_at == later
    with pytest.raises(RuleError):
        withdraw_time_off(time_off_id=row.pk, by=mentor.user, now=later)


def test_a1_what_time_off_cancelled_stays_cancelled_when_it_is_withdrawn(mentor):
    mentorship = start_mentorship(
        enrolment=make_enrolment(),
        mentor=mentor,
        weekday=2,
        local_time=time(14),
        starts_on=NOW.date(),
        by=None,
        now=NOW,
    )
    row = off(mentor, NOW, NOW + timedelta(weeks=2))
    withdraw_time_off(time_off_id=row.pk, by=mentor.user, now=NOW + timedelta(minutes=1))
    states = mentorship.sessions.order_by("starts_at").values_list("state", flat=True)
    assert list(states) == ["cancelled_by_mentor"] * 2 + ["scheduled"] * 3


@pytest.mark.parametrize("count", [1, 3])
def test_time_off_takes_a_constant_number_of_queries(mentor, count, django_assert_num_queries):
    for number in range(count):
        session = make_session(SESSION + timedelta(hours=number), mentorship=make_mentorship(mentor=mentor))
        lock_chains([session.student.user_id, mentor.user_id])
    # The record writes entries, messages and heads in one statement on PostgreSQL.
    with django_assert_num_queries(11 if connection.vendor == "postgresql" else 13):
        off(mentor, SESSION, SESSION + timedelta(days=1))
    assert Session.objects.filter(state="cancelled_by_mentor").count() == count


def test_the_sessions_that_time_off_would_cancel_can_be_shown_before(mentor):
    session = make_session(SESSION, mentorship=make_mentorship(mentor=mentor))
    assert list(falls_out(mentor, SESSION, SESSION + TICK, NOW)) == [session]
    assert list(falls_out(mentor, SESSION, SESSION + TICK, SESSION)) == []


# Cancelling one session


@pytest.mark.parametrize(
    ("role", "state", "told"),
    [
        (None, SessionState.CANCELLED_BY_MENTOR, 1),
        (Role.STUDENT_SUCCESS, SessionState.CANCELLED_BY_SCHOOL, 2),
    ],
)
def test_a6_mentor_or_school_cancel_and_the_student_is_told(mentor, role, state, told):
    session = make_session(SESSION, mentorship=make_mentorship(mentor=mentor))
    by = make_user(role) if role else mentor.user
    cancelled = cancel_session(session_id=session.pk, reason=" Ill ", by=by, now=NOW)
    assert (cancelled.state, cancelled.ground, cancelled.decided_at) == (state, "", NOW)
    assert (cancelled.released_at, cancelled.falls_due_at, cancelled.decided_by) == (NOW, None, by)
    assert json.loads(cancelled.facts)["reason"] == "Ill"
    assert not hasattr(cancelled, "absence")
    entry = Entry.objects.get(kind="session_cancelled")
    assert (entry.actor_id, entry.clause) == (by.pk, "3.2")
    assert Message.objects.filter(kind__startswith="sessions_cancelled").count() == told


@pytest.mark.parametrize(
    ("now", "field"), [(SESSION - TICK, None), (SESSION, "session"), (SESSION + TICK, "session")]
)
def test_a6_a_session_is_cancelled_before_its_start_only(mentor, now, field):
    session = make_session(SESSION, mentorship=make_mentorship(mentor=mentor))
    if field is None:
        assert cancel_session(session_id=session.pk, reason="Ill", by=mentor.user, now=now)
        return
    with pytest.raises(RuleError) as caught:
        cancel_session(session_id=session.pk, reason="Ill", by=mentor.user, now=now)
    assert caught.value.field == field


def test_a6_a_session_that_was_judged_cannot_be_cancelled(mentor):
    session = make_session(SESSION, mentorship=make_mentorship(mentor=mentor), state=SessionState.HELD)
    with pytest.raises(RuleError):
        cancel_session(session_id=session.pk, reason="Ill", by=mentor.user, now=NOW)


def test_cancelling_asks_for_a_reason(mentor):
    session = make_session(SESSION, mentorship=make_mentorship(mentor=mentor))
    with pytest.raises(RuleError) as caught:
        cancel_session(session_id=session.pk, reason="  ", by=mentor.user, now=NOW)
    assert caught.value.field == "reason"


def test_neither_the_student_nor_another_mentor_cancels(mentor):
    session = make_session(SESSION, mentorship=make_mentorship(mentor=mentor))
    for stranger in (session.student.user, make_mentor().user):
        with pytest.raises(PermissionDenied):
            cancel_session(session_id=session.pk, reason="Ill", by=stranger, now=NOW)
