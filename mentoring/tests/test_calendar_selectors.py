"""Who sees which mentors, hours, time off and mentorships."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.contrib.auth.models import AnonymousUser

from accounts.models import Role
from mentoring.models import TimeOff
from mentoring.selectors.calendars import (
    hours_of,
    mentors_for,
    mentorships_for,
    time_off_ahead,
    time_off_for,
    weekly_slots_for,
)
from tests.factories import at, make_mentorship, make_path, make_user
from tests.factories import make_enrolment as enrol

pytestmark = pytest.mark.django_db

NOW = at("2026-03-02 08:00")


@pytest.fixture
def two():
    """Two mentorships of people who have nothing to do with each other."""
    found = [make_mentorship(), make_mentorship()]
    for mentorship in found:
        TimeOff.objects.create(
            mentor=mentorship.mentor, starts_at=NOW, ends_at=NOW + timedelta(days=1), recorded_at=NOW
        )
    return found


def seen(user):
    return [
        set(rows.values_list(name, flat=True))
        for rows, name in (
            (mentors_for(user), "pk"),
            (weekly_slots_for(user), "mentor_id"),
            (time_off_for(user), "mentor_id"),
            (mentorships_for(user), "pk"),
        )
    ]


def test_a_mentor_sees_their_own(two):
    mentor = two[0].mentor
    assert seen(mentor.user) == [{mentor.pk}, {mentor.pk}, {mentor.pk}, {two[0].pk}]


def test_a_student_sees_their_mentor_but_neither_calendar_nor_time_off(two):
    assert seen(two[0].enrolment.student.user) == [{two[0].mentor_id}, set(), set(), {two[0].pk}]


def test_student_success_sees_everyone(two):
    mentors = {each.mentor_id for each in two}
    assert seen(make_user(Role.STUDENT_SUCCESS)) == [mentors, mentors, mentors, {each.pk for each in two}]


def test_a_learning_manager_sees_the_mentorships_of_their_paths(two):
    manager = make_user(Role.LEARNING_MANAGER)
    own = make_mentorship(enrolment=enrol(path=make_path(learning_manager=manager)))
    assert seen(manager)[3] == {own.pk}


@pytest.mark.parametrize("inactive", [True, False])
def test_strangers_and_closed_accounts_see_nothing(two, inactive):
    user = two[0].mentor.user if inactive else AnonymousUser()
    user.is_active = False if inactive else user.is_active
    assert seen(user) == [set(), set(), set(), set()]


def test_hours_and_time_off_that_stand_now(two):
    mentor = two[0].mentor
    gone = mentor.weekly_slots.get(weekday=1)
    gone.retired_at = NOW
    gone.save()
    assert [slot.weekday for slot in hours_of(mentor)] == [2, 3, 4, 5]
    ends_at = NOW + timedelta(days=1)
    assert time_off_ahead(mentor, ends_at - timedelta(microseconds=1)).exists()
    assert not time_off_ahead(mentor, ends_at).exists()
