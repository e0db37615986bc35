"""What the student answered to the complaint, and the way to answer it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from accounts.models import User
from discipline.models import PENDING_STATES, Case
from discipline.permissions.proceedings import can_reply
from discipline.permissions.reading import ReadsAs, may_read_document, reads_as
from discipline.selectors.whole import Whole


def part(case: Case, user: User, now: datetime) -> dict[str, Any] | None:
    """Each reply with those of its documents that this reader may open."""
    whole = Whole(case)
    seat = reads_as(user, whole)
    if seat == ReadsAs.NOBODY:
        return None
    may = can_reply(user, case) and case.state in PENDING_STATES and bool(whole.sent_complaints)
    rows = [
        {
            "reply": row,
            "documents": [
                paper
                for paper in whole.documents
                if paper.reply_id == row.pk and may_read_document(seat, paper)
            ],
        }
        for row in whole.replies
    ]
    return {"replies": rows, "may": may} if rows or may else None
