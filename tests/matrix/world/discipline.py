"""A case before the Disciplinary Board."""

from __future__ import annotations

from typing import Any

from discipline.models import Case, CaseKind
from tests.matrix.people import NOW

from .school import World


def rows(world: World) -> dict[str, Any]:
    return {
        "case": Case.objects.create(
            kind=CaseKind.ATTENDANCE,
            student=world.student,
            enrolment=world.enrolment,
            streak=world.rows["streak"],
            clause="3.2",
            policy_id="2026-01",
            opened_at=NOW,
            facts="{}",
        )
    }
