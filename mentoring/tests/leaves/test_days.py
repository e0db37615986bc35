"""Which days can be asked for: in advance, inside of the training, taken by nothing else."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction

from mentoring import services
from students.models import (
    Interruption,
    LeaveRequest,
)
from tests.factories import at, make_mentorship

from .cast import DAY, FIRST, NOW, refused

pytestmark = pytest.mark.django_db


def test_l1_a_leave_is_asked_for_before_its_first_day_begins(cast):
    midnight = at("2026-03-08 23:00")  # 00:00 of the 9th in Paris
    with refused("starts_on"):
        cast.ask(3, now=midnight)
    assert cast.ask(3, now=midnight - timedelta(microseconds=1)).pk


def test_staff_may_enter_one_that_has_begun(cast):
    assert cast.ask(7, now=at("2026-03-10 09:00"), by=cast.success).pk


def test_nobody_asks_for_somebody_else(cast):
    other = make_mentorship()
    for person in (other.enrolment.student.user, other.mentor.user, cast.mentor):
        with pytest.raises(PermissionDenied):
            cast.ask(3, by=person)


def test_a_leave_begins_inside_of_the_training(cast):
    with refused("starts_on"):
        cast.ask(3, first=date(2027, 1, 1))
    with refused("ends_on"):
        cast.ask(0)


@pytest.mark.parametrize(("first", "days"), [(-1, 2), (0, 7), (6, 3), (2, 2), (-3, 30)])
def test_l4_days_that_another_leave_takes_are_refused(cast, first, days):
    cast.ask(7)
    with refused("starts_on"):
        cast.ask(days, first=FIRST + first * DAY)


@pytest.mark.parametrize(("first", "days"), [(-2, 2), (7, 7)])
def test_l4_leaves_may_touch(cast, first, days):
    cast.ask(7)
    assert cast.ask(days, first=FIRST + first * DAY).pk


def test_l4_days_of_another_interruption_are_refused(cast):
    Interruption.objects.create(
        enrolment=cast.enrolment, kind="suspension", starts_on=FIRST, ends_on=FIRST, recorded_at=NOW
    )
    with refused("starts_on"):
        cast.ask(2)


def test_l4_the_database_refuses_shared_days_whoever_writes(cast):
    leave = cast.ask(7)
    copy = LeaveRequest.objects.get(pk=leave.pk)
    copy.pk, copy.starts_on = None, leave.ends_on
    copy.ends_on = copy.asked_until = leave.ends_on + DAY
    with pytest.raises(IntegrityError), transaction.atomic():
        copy.save(force_insert=True)
    copy.pk, copy.starts_on = None, leave.ends_on + DAY
    copy.save(force_insert=True)
    with pytest.raises(IntegrityError), transaction.atomic():
        LeaveRequest.objects.filter(pk=copy.pk).update(starts_on=leave.ends_on)
    services.withdraw_leave(leave_id=leave.pk, by=cast.student, now=NOW)
    LeaveRequest.objects.filter(pk=copy.pk).update(starts_on=leave.ends_on)
