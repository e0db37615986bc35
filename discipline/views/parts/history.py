"""What the record holds about a case, in plain words (R1)."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from accounts.models import User
from discipline.models import Case
from record.selectors import entries_for
from record.words import tell


def part(case: Case, user: User, now: datetime) -> dict[str, Any] | None:
    own = case.student.user_id == user.pk
    entries = entries_for(user, case.student.user, about=f"discipline.case:{case.pk}").order_by("seq")
    told = [tell(entry, reader=user, own=own) for entry in entries]
    return {"history": told} if told else None
