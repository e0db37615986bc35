"""Mentorships begin, end and pass on (A1, A11); trainings are interrupted, adapted and ended (L4, L5, 2.4)."""

from __future__ import annotations

from datetime import date, time, timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection

from accounts.models import Role
from mentoring.models import Absence, Mentorship, ReschedulingState, Session, SessionState
from mentoring.services import (
    accept_accommodation,
    change_training_dates,
    end_mentorship,
    end_trainings,
    interrupt_training,
    mentor_leaves,
    replace_mentor,
    resume_training,
    start_mentorship,
    withdraw_accommodation,
)
from mentoring.services.mentorships import (
    NewMentorship,
    mentorship_refusals,
    start_mentorships,
)
from record.models import Entry, Message
from record.services import lock_chains
from rulebook.errors import RuleError
from students.models import EnrolmentState, InterruptionKind
from students.services import NewDates
from tests.factories import at, make_enrolment, make_mentor, make_session, make_user

pytestmark = pytest.mark.django_db

NOW = at("2026-03-02 08:00")  # Monday
TODAY = NOW.date()


@pytest.fixture
def staff():
    return make_user(Role.STUDENT_SUCCESS)


@pytest.fixture
def mentorship(staff):
    return start(make_enrolment(), staff)


def start(enrolment, by, *, mentor=None, starts_on=TODAY, now=NOW, weekday=2):
    return start_mentorship(
        enrolment=enrolment,
        mentor=mentor or make_mentor(),
        weekday=weekday,
        local_time=time(14),
        starts_on=starts_on,
        by=by,
        now=now,
    )


def days(mentorship, state="scheduled"):
    rows = Session.objects.filter(mentorship=mentorship, state=state).order_by("starts_at")
    return [start.strftime("%d %b") for start in rows.values_list("starts_at", flat=True)]


def field_of(call, **arguments):
    with pytest.raises(RuleError) as caught:
        call(**arguments)
    return caught.value.field


def test_a1_student_and_mentor_are_told_of_their_weekly_time(mentorship, staff):
    student = mentorship.enrolment.student.user
    told = Message.objects.filter(kind="mentorship_started").values_list("recipient", flat=True)
    assert set(told) == {student.pk, mentorship.mentor.user_id}
    entry = Entry.objects.get(kind="mentorship_started")
    assert (entry.chain.subject_id, entry.actor_id) == (student.pk, staff.pk)
    assert mentorship.length_minutes == 45  # the policy's


def test_a1_what_stands_against_a_mentorship(staff, mentorship):
    assert field_of(start, enrolment=mentorship.enrolment, by=staff) == "enrolment"
    ended = make_enrolment(state=EnrolmentState.ENDED, ended_on=date(2026, 2, 1))
    assert field_of(start, enrolment=ended, by=staff) == "enrolment"
    short = make_enrolment(ends_on=date(2026, 3, 1))
    assert field_of(start, enrolment=short, by=staff) == "starts_on"
    gone = make_mentor(left_on=date(2026, 3, 1))
    assert field_of(start, enrolment=make_enrolment(), by=staff, mentor=gone) == "mentor"


@pytest.mark.parametrize("count", [1, 3])
def test_a1_many_begin_in_a_constant_number_of_statements(staff, count, django_assert_num_queries):
    mentor = make_mentor()
    wanted = [
        NewMentorship(make_enrolment(), mentor, weekday, time(14), TODAY) for weekday in range(2, count + 2)
    ]
    lock_chains([new.enrolment.student.user_id for new in wanted])
    with django_assert_num_queries(21 if connection.vendor == "postgresql" else 23):
        made = start_mentorships(wanted=wanted, by=staff, now=NOW)
    assert [len(days(each)) for each in made] == [5] * count


def test_a1_two_mentorships_of_one_training_do_not_begin_together(staff):
    enrolment = make_enrolment()
    wanted = [NewMentorship(enrolment, make_mentor(), day, time(14), TODAY) for day in (1, 2)]
    assert list(mentorship_refusals(wanted)) == [1]
    assert field_of(start_mentorships, wanted=wanted, by=staff, now=NOW) == "enrolment"
    assert not Mentorship.objects.exists()


def test_only_staff_arrange_who_meets_whom(mentorship):
    for person in (mentorship.mentor.user, mentorship.enrolment.student.user):
        with pytest.raises(PermissionDenied):
            start(make_enrolment(), person)
        with pytest.raises(PermissionDenied):
            end_mentorship(mentorship_id=mentorship.pk, ends_on=NOW.date(), by=person, now=NOW)


def test_a1_ending_cancels_what_comes_after_the_last_day(mentorship, staff):
    end_mentorship(mentorship_id=mentorship.pk, ends_on=date(2026, 3, 10), by=staff, now=NOW)
    assert days(mentorship) == ["03 Mar", "10 Mar"]
    assert days(mentorship, "cancelled_by_school") == ["17 Mar", "24 Mar", "31 Mar"]
    assert field_of(end_mentorship, mentorship_id=mentorship.pk, ends_on=date(2026, 3, 10), by=staff, now=NOW)


def test_a1_a_mentorship_can_end_before_it_begins(staff):
    mentorship = start(make_enrolment(), staff, starts_on=date(2026, 3, 9))
    end_mentorship(mentorship_id=mentorship.pk, ends_on=NOW.date(), by=staff, now=NOW)
    assert days(mentorship) == []
    mentorship.refresh_from_db()
    assert (mentorship.ends_on, mentorship.generates_at) == (date(2026, 3, 9), None)


def test_a11_another_mentor_takes_over_and_history_stays(mentorship, staff):
    held = make_session(at("2026-02-24 13:00"), mentorship=mentorship, state=SessionState.HELD)
    other = make_mentor()
    new = replace_mentor(
        mentorship_id=mentorship.pk, mentor=other, starts_on=date(2026, 3, 16), by=staff, now=NOW
    )
    mentorship.refresh_from_db()
    assert mentorship.ends_on == date(2026, 3, 15)
    assert (new.weekday, new.local_time, new.mentor) == (2, time(14), other)
    assert days(mentorship) == ["03 Mar", "10 Mar"]
    assert days(new) == ["17 Mar", "24 Mar", "31 Mar"]
    held.refresh_from_db()
    assert (held.state, held.mentor) == (SessionState.HELD, mentorship.mentor)
    told = Message.objects.filter(kind="mentor_replaced").values_list("recipient", flat=True)
    student = mentorship.enrolment.student.user
    assert set(told) == {student.pk, mentorship.mentor.user_id, other.user_id}


def test_a11_what_stands_against_a_replacement(mentorship, staff):
    arguments = {"mentorship_id": mentorship.pk, "by": staff, "now": NOW}
    today = NOW.date()
    assert field_of(replace_mentor, mentor=mentorship.mentor, starts_on=today, **arguments) == "mentor"
    other = make_mentor()
    yesterday = today - timedelta(days=1)
    assert field_of(replace_mentor, mentor=other, starts_on=yesterday, **arguments) == "starts_on"
    assert Mentorship.objects.count() == 1


def test_a11_a_mentor_who_leaves_ends_their_mentorships(mentorship, staff):
    mentor = mentorship.mentor
    second = start(make_enrolment(), staff, mentor=mentor, weekday=4)
    open_ones = mentor_leaves(mentor=mentor, left_on=date(2026, 3, 10), by=staff, now=NOW)
    assert open_ones == [mentorship, second]
    assert (days(mentorship), days(second)) == (["03 Mar", "10 Mar"], ["05 Mar"])
    mentor.refresh_from_db()
    assert mentor.left_on == date(2026, 3, 10)
    assert Entry.objects.filter(kind="mentor_left", chain__subject=mentor.user).count() == 1
    # The student is free for another mentor.
    start(mentorship.enrolment, staff, starts_on=date(2026, 3, 11))


# From outside


def test_l4_an_interruption_cancels_its_sessions_and_no_others(mentorship, staff):
    interrupt_training(
        enrolment=mentorship.enrolment,
        kind=InterruptionKind.LEAVE,
        starts_on=date(2026, 3, 10),
        ends_on=date(2026, 3, 17),
        by=staff,
        now=NOW,
    )
    assert days(mentorship) == ["03 Mar", "24 Mar", "31 Mar"]
    assert days(mentorship, "cancelled_by_school") == ["10 Mar", "17 Mar"]
    assert {entry.clause for entry in Entry.objects.filter(kind="session_cancelled")} == {"2.7"}
    assert Message.objects.filter(kind="sessions_cancelled").count() == 1
    assert field_of(
        interrupt_training,
        enrolment=mentorship.enrolment,
        kind=InterruptionKind.LEAVE,
        starts_on=date(2026, 3, 17),
        ends_on=date(2026, 3, 18),
        by=staff,
        now=NOW,
    )


def test_l4_a_lifted_interruption_gives_weeks_back_that_had_no_session_yet(staff):
    enrolment = make_enrolment()
    interruption = interrupt_training(
        enrolment=enrolment,
        kind=InterruptionKind.LEAVE,
        starts_on=date(2026, 3, 9),
        ends_on=date(2026, 4, 8),
        by=staff,
        now=NOW,
    )
    mentorship = start(enrolment, staff)
    assert days(mentorship) == ["03 Mar"]
    resume_training(interruption_id=interruption.pk, by=staff, now=at("2026-03-19 08:00"))
    # The sweep had not run since: the week that entered the horizon meanwhile is still inside the leave
    # on time, and is given back with the others.
    assert days(mentorship) == ["03 Mar", "24 Mar", "31 Mar", "07 Apr", "14 Apr"]


def test_l5_an_ended_training_keeps_its_history_and_nothing_to_come(mentorship, staff):
    enrolment = mentorship.enrolment
    end_trainings(enrolments=[enrolment], ended_on=date(2026, 3, 10), reason="Moved", by=staff, now=NOW)
    assert days(mentorship) == ["03 Mar", "10 Mar"]
    enrolment.refresh_from_db()
    mentorship.refresh_from_db()
    assert (enrolment.state, enrolment.ended_on) == ("ended", date(2026, 3, 10))
    assert (mentorship.ends_on, mentorship.generates_at) == (date(2026, 3, 10), None)


def test_a1_other_dates_cancel_what_falls_out_and_lay_out_what_falls_in(staff):
    enrolment = make_enrolment(ends_on=date(2026, 3, 18))
    mentorship = start(enrolment, staff)
    assert days(mentorship) == ["03 Mar", "10 Mar", "17 Mar"]

    def change(ends_on):
        fresh = type(enrolment).objects.select_related("student", "path").get(pk=enrolment.pk)
        change_training_dates(changes=[NewDates(fresh, enrolment.starts_on, ends_on)], by=staff, now=NOW)

    change(date(2026, 3, 24))
    assert days(mentorship) == ["03 Mar", "10 Mar", "17 Mar", "24 Mar"]
    change(date(2026, 3, 9))
    assert days(mentorship) == ["03 Mar"]


def test_2_4_sessions_to_come_are_adapted_and_earlier_ones_are_not(mentorship, staff):
    now = at("2026-03-10 13:00:00.000001")  # the second session has just begun
    measure = accept_accommodation(
        enrolment=mentorship.enrolment,
        audio=True,
        lateness=timedelta(minutes=30),
        valid_from=date(2026, 3, 1),
        valid_until=date(2026, 3, 24),
        by=staff,
        now=now,
    )

    def adapted():
        rows = mentorship.sessions.filter(state="scheduled").order_by("starts_at")
        return {
            f"{row.starts_at:%d}": (row.medium, (row.falls_due_at - row.starts_at) // timedelta(minutes=1))
            for row in rows
        }

    assert adapted()["10"] == ("video", 15)
    assert adapted()["17"] == adapted()["24"] == ("audio", 30)
    assert adapted()["31"] == ("video", 15)
    withdraw_accommodation(accommodation_id=measure.pk, by=staff, now=at("2026-03-17 13:00:00.000001"))
    # The one of the 17th started under the measure, and is judged by it.
    assert adapted()["17"] == ("audio", 30)
    assert adapted()["24"] == ("video", 15)
    assert field_of(withdraw_accommodation, accommodation_id=measure.pk, by=staff, now=at("2026-03-18 08:00"))


# A10: what fell due before is judged before slots go away for good


@pytest.mark.parametrize("door", ["mentor_leaves", "end_trainings", "change_training_dates"])
def test_a10_slots_that_were_on_offer_count_although_the_sweep_is_late(mentorship, staff, door):
    missed = at("2026-03-03 13:00")
    Session.objects.filter(mentorship=mentorship, starts_at=missed).update(mentor_joined_at=missed)
    now = missed + timedelta(hours=48, microseconds=1)  # Thursday; no sweep has run
    enrolment = mentorship.enrolment
    last = date(2026, 3, 3)  # with this, nothing would have been on offer
    if door == "mentor_leaves":
        mentor_leaves(mentor=mentorship.mentor, left_on=last, by=staff, now=now)
    elif door == "end_trainings":
        end_trainings(enrolments=[enrolment], ended_on=last, reason="Moved", by=staff, now=now)
    else:
        changes = [NewDates(enrolment, enrolment.starts_on, last)]
        change_training_dates(changes=changes, by=staff, now=now)
    absence = Absence.objects.get(session__starts_at=missed)
    assert absence.rescheduling_state == ReschedulingState.BREACH
    assert days(mentorship) == []


@pytest.mark.parametrize(("ahead", "first"), [(timedelta(minutes=4), 7), (timedelta(hours=28), 0)])
def test_a3_a_mentorship_that_begins_leaves_the_student_time_for_a_notice(ahead, first):
    start = at("2026-03-03 13:00")
    enrolment = make_enrolment()
    begun = start_mentorship(
        enrolment=enrolment,
        mentor=make_mentor(),
        weekday=2,
        local_time=time(14),
        starts_on=date(2026, 3, 2),
        by=make_user(Role.STUDENT_SUCCESS),
        now=start - ahead,
    )
    earliest = begun.sessions.order_by("starts_at").values_list("starts_at", flat=True)[0]
    assert earliest == start + timedelta(days=first)
