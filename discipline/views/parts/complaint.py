"""The complaint of a case (B1): what was sent, with its proof; the draft for those who write it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from accounts.models import User
from discipline.models import PENDING_STATES, Case
from discipline.permissions.proceedings import can_prosecute
from discipline.permissions.reading import OF_THE_SCHOOL, ReadsAs, reads_as
from discipline.selectors.whole import Whole


def part(case: Case, user: User, now: datetime) -> dict[str, Any] | None:
    """The student and the companion read what was sent; those who run the case also what is being written."""
    whole = Whole(case)
    seat = reads_as(user, whole)
    if seat == ReadsAs.NOBODY:
        return None
    school = seat in OF_THE_SCHOOL
    runs = can_prosecute(user, case)
    pending = case.state in PENDING_STATES
    issued = [row for row in whole.complaints if row.issued_at is not None]
    shown = issued if school else whole.sent_complaints
    if not shown and not runs:
        return None
    return {
        "complaints": shown,
        "school": school,
        "draft": whole.draft if runs else None,
        "runs": runs and pending,
        "notes": runs,
        "legal_note": case.legal_note if runs else "",
        "loose_facts": [row for row in whole.facts if row.complaint_id is None and row.told_at is None]
        if runs and pending
        else [],
        "loose_documents": [
            row
            for row in whole.documents
            if row.complaint_id is None and row.told_at is None and row.reply_id is None
        ]
        if runs and pending
        else [],
    }
