"""When collaborative tools are open to a student (4.2): in training, and not suspended."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from students.models import EnrolmentState, Interruption
from students.permissions import in_training, open_trainings
from tests.factories import at, make_enrolment, make_mentor

pytestmark = pytest.mark.django_db

FIRST = at("2026-01-01 00:00+01:00")
AFTER = at("2027-01-01 00:00+01:00")
MICRO = timedelta(microseconds=1)


def suspend(enrolment, first, last, kind="suspension", **fields):
    Interruption.objects.create(
        enrolment=enrolment, kind=kind, starts_on=first, ends_on=last, recorded_at=FIRST, **fields
    )


@pytest.mark.parametrize(
    ("now", "opened"), [(FIRST - MICRO, False), (FIRST, True), (AFTER - MICRO, True), (AFTER, False)]
)
def test_tools_are_open_from_the_first_to_the_last_local_day(now, opened):
    enrolment = make_enrolment()
    assert in_training(enrolment, now) is opened
    assert in_training(enrolment.student.user, now) is opened


def test_an_early_end_closes_them_on_its_date():
    enrolment = make_enrolment(ended_on=date(2026, 3, 31), state=EnrolmentState.ENDED)
    assert in_training(enrolment, at("2026-03-31 12:00"))
    assert not in_training(enrolment, at("2026-04-01 12:00"))


@pytest.mark.parametrize(
    ("now", "opened"),
    [
        (at("2026-03-29 00:00+01:00") - MICRO, True),
        (at("2026-03-29 00:00+01:00"), False),  # the clocks change on that day
        (at("2026-04-29 00:00+02:00") - MICRO, False),
        (at("2026-04-29 00:00+02:00"), True),
    ],
)
def test_a_suspension_closes_them_for_its_local_days_and_lifts_by_itself(now, opened):
    enrolment = make_enrolment()
    suspend(enrolment, date(2026, 3, 29), date(2026, 4, 28))
    assert in_training(enrolment, now) is opened


def test_a_leave_and_a_lifted_suspension_close_nothing():
    enrolment = make_enrolment()
    suspend(enrolment, date(2026, 3, 1), date(2026, 3, 31), kind="leave")
    suspend(enrolment, date(2026, 3, 1), date(2026, 3, 31), lifted_at=FIRST)
    assert in_training(enrolment, at("2026-03-15 12:00"))


def test_a_person_is_in_training_by_any_of_theirs(django_assert_num_queries):
    closed = make_enrolment()
    suspend(closed, date(2026, 3, 1), date(2026, 3, 31))
    running = make_enrolment(student=closed.student)
    user = type(closed.student.user).objects.prefetch_related("role_grants").get(pk=closed.student.user_id)
    with django_assert_num_queries(2):
        assert open_trainings(user, at("2026-03-15 12:00")) == [running]


def test_who_is_no_student_is_in_no_training():
    assert not in_training(make_mentor().user, at("2026-03-15 12:00"))
