"""What was sent about a case, with its proof: when it went out, when it arrived, when it was read (R2)."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.urls import reverse

from accounts.models import User
from discipline.models import Case
from discipline.permissions.reading import OF_THE_SCHOOL, ReadsAs, reads_as
from discipline.selectors.whole import Whole
from record.models import Message
from record.permissions import may_read_record


def part(case: Case, user: User, now: datetime) -> dict[str, Any] | None:
    """The school sees all of them, anyone else what was sent to themselves."""
    whole = Whole(case)
    seat = reads_as(user, whole)
    rows = [row for row in whole.messages if seat in OF_THE_SCHOOL or row.recipient_id == user.pk]
    if not rows:
        return None
    readable = user.is_school_staff and may_read_record(user, case.student.user)
    return {
        "everybody": seat in OF_THE_SCHOOL and seat != ReadsAs.STUDENT,
        "messages": [{"row": row, "url": _url(row, case, user, readable)} for row in rows],
    }


def _url(row: Message, case: Case, user: User, readable: bool) -> str:
    if row.state != Message.State.SENT:
        return ""
    if row.recipient_id == user.pk:
        return reverse("message", args=[row.pk])
    if readable and row.recipient_id == case.student.user_id:
        return reverse("staff-person-message", args=[case.student_id, row.pk])
    return ""
