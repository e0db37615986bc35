"""What the decision does, from when and until when (B7)."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.urls import reverse

from accounts.models import User
from discipline.models import Case
from discipline.permissions.penalties import may_set_day
from discipline.permissions.reading import knows_decision, reads_as
from discipline.selectors.penalties import effect_of, late_at
from discipline.selectors.whole import Whole


def part(case: Case, user: User, now: datetime) -> dict[str, Any] | None:
    """For whoever knows the decision; the student from its effect on."""
    whole = Whole(case)
    penalty = whole.penalty
    if penalty is None or not knows_decision(reads_as(user, whole), whole):
        return None
    waits = penalty.effective_at is None
    late = late_at(penalty) if waits else None
    settable = (
        late is not None
        and late <= now
        and penalty.set_for is None
        and may_set_day(user, penalty)
        and effect_of(penalty) is None
    )
    return {
        "penalty": penalty,
        "waits": waits,
        "late": late,
        "overdue": late is not None and late <= now,
        "url": reverse("penalty-day", args=[penalty.pk]) if settable else "",
        "own": case.student.user_id == user.pk,
    }
