"""A ban of the student that is over long ago, and another's, whom the student looked like."""

from __future__ import annotations

from datetime import date
from typing import Any

from discipline.tests.deciding import make_penalty
from students.models import Ban, IdentityFlag
from tests.factories import LONG_AGO, make_student
from tests.matrix.people import DAY, NOW

from .school import World


def rows(world: World) -> dict[str, Any]:
    days = {"clause": "4.2", "policy_id": "2026-01", "imposed_at": LONG_AGO, "recorded_at": LONG_AGO}
    over = {"starts_on": date(2024, 1, 1), "until": date(2024, 12, 31)}
    other = Ban.objects.create(student=make_student(), about="discipline.penalty:2", **days, **over)
    return {
        "penalty": make_penalty("suspension", held_at=NOW - 2 * DAY, enrolment=world.enrolment),
        "ban": Ban.objects.create(student=world.student, about="discipline.penalty:1", **days, **over),
        "identityflag": IdentityFlag.objects.create(
            student=world.student, ban=other, enrolment=world.enrolment, matched="name", raised_at=NOW
        ),
    }
