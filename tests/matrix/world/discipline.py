"""A case before the Disciplinary Board."""

from __future__ import annotations

from typing import Any

from discipline.models import Case, CaseKind, CasePrint
from tests.matrix.people import NOW

from .school import World


def rows(world: World) -> dict[str, Any]:
    case = Case.objects.create(
        kind=CaseKind.ATTENDANCE,
        student=world.student,
        enrolment=world.enrolment,
        streak=world.rows["streak"],
        clause="3.2",
        policy_id="2026-01",
        opened_at=NOW,
        facts="{}",
    )
    asked = CasePrint.objects.create(
        case=case,
        asked_by=world.people["head_of_learning"],
        language="en",
        asked_at=NOW,
        next_attempt_at=NOW,
        total=1,
    )
    return {"case": case, "caseprint": asked}
