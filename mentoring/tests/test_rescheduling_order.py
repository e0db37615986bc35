"""The two sweeps of A8 overtake each other: nothing that fell due is lost (A10)."""

from __future__ import annotations

from datetime import timedelta

import pytest

from enforcement.runner import run
from mentoring.sweeps import RESCHEDULING_DEADLINES, RESCHEDULING_REMINDERS
from record.models import Message
from tests.factories import at, make_absence

pytestmark = pytest.mark.django_db
START = at("2026-03-03 14:00")


@pytest.mark.parametrize("reminders_first", [True, False])
def test_a10_the_reminder_is_written_whichever_sweep_comes_first(reminders_first):
    make_absence(START, remind_at=START + timedelta(hours=24))
    late = START + timedelta(days=5)
    order = [RESCHEDULING_REMINDERS, RESCHEDULING_DEADLINES]
    for sweep in order if reminders_first else reversed(order):
        run(sweep, late)
    told = Message.objects.filter(kind="rescheduling_reminder").values_list("due_at", flat=True)
    assert list(told) == [START + timedelta(hours=24)]
    assert Message.objects.filter(kind__in=["rescheduling_breach", "rescheduling_waits"]).count() == 1
