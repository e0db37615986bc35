"""What time does to leaves, and what the record keeps of them."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

import pytest

from enforcement.runner import run
from mentoring import services
from mentoring.sweeps.leaves import LEAVE_LAPSES, LEAVE_REMINDERS
from record.models import Entry
from students.models import (
    Enrolment,
    LeaveState,
)
from tests.factories import at
from tests.papers import make_funding

from .cast import DAY, NOW, Cast, refused

pytestmark = pytest.mark.django_db


def test_a_request_that_nobody_decides_lapses_with_its_last_day(cast):
    leave = cast.ask(7)
    over = at("2026-03-15 23:00")  # midnight after the 15th, in Paris
    assert run(LEAVE_LAPSES, over - timedelta(microseconds=1)) == 0
    assert run(LEAVE_LAPSES, over + 3 * DAY) == 1
    leave.refresh_from_db()
    assert (leave.state, leave.decided_at) == (LeaveState.LAPSED, over)
    assert Entry.objects.get(kind="leave_lapsed").happened_at == over


def test_a10_a_decision_after_the_last_day_finds_it_lapsed_without_the_sweep(cast):
    leave = cast.ask(7)
    with refused("leave"):
        cast.validate(leave, now=at("2026-03-16 09:00"))


def test_who_is_waited_for_is_reminded_once(cast):
    leave = cast.ask(7)
    due = NOW + timedelta(hours=72)
    assert run(LEAVE_REMINDERS, due - timedelta(microseconds=1)) == 0
    assert run(LEAVE_REMINDERS, due + DAY) == 1
    assert run(LEAVE_REMINDERS, due + 2 * DAY) == 0
    assert cast.told(cast.mentor) == ["leave-to_decide", "leave-reminder"]
    assert leave.pk


def test_the_student_is_reminded_of_a_funder(cast):
    make_funding(cast.enrolment)
    cast.ask(7)
    run(LEAVE_REMINDERS, NOW + timedelta(hours=72))
    assert cast.told(cast.student)[-1] == "leave-reminder"
    assert "leave-reminder" not in cast.told(cast.mentor)


def test_every_step_stands_in_the_students_record(cast):
    leave = cast.ask(14)
    cast.validate(leave, by=cast.success)
    services.return_from_leave(
        leave_id=leave.pk, back_on=date(2026, 3, 16), by=cast.student, now=at("2026-03-11 09:00")
    )
    kinds = list(
        Entry.objects.filter(chain__subject=cast.student, clause="2.7")
        .exclude(kind="session_cancelled")
        .order_by("seq")
        .values_list("kind", flat=True)
    )
    assert kinds == [
        "leave_requested",
        "training_interrupted",
        "leave_validated",
        "interruption_shortened",
        "leave_returned",
    ]


def test_local_midnight_rules_in_another_zone():
    cast = Cast()
    Enrolment.objects.update(time_zone="America/Martinique")
    cast.enrolment.refresh_from_db()
    # 03:00 UTC of the 9th is still the 8th in Martinique.
    assert cast.ask(3, now=at("2026-03-09 03:00")).lapses_at == datetime.combine(
        date(2026, 3, 12), time(4), tzinfo=NOW.tzinfo
    )
