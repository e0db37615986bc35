"""The platform's own machinery."""

from __future__ import annotations

from typing import Any

from enforcement.models import Heartbeat, SweepFailure
from tests.matrix.people import NOW

from .school import World


def rows(world: World) -> dict[str, Any]:
    return {
        "user": world.student.user,
        "path": world.path,
        "student": world.student,
        "enrolment": world.enrolment,
        "mentor": world.mentor,
        "mentorship": world.mentorship,
        "heartbeat": Heartbeat.objects.create(sweep="x"),
        "sweepfailure": SweepFailure.objects.create(
            sweep="x", row_id=1, error="E", first_failed_at=NOW, last_failed_at=NOW, retry_at=NOW
        ),
    }
