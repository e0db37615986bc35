"""The facts of a case, and its documents, each with what it is worth as evidence: frozen, or told later (B1)."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from accounts.models import User
from discipline.models import Case, CaseDocument, CaseFact
from discipline.permissions.reading import OF_THE_SCHOOL, may_read_document, reads_as
from discipline.selectors.whole import Whole


def part(case: Case, user: User, now: datetime) -> dict[str, Any] | None:
    """The facts in their order."""
    whole = Whole(case)
    school = reads_as(user, whole) in OF_THE_SCHOOL
    rows = [
        {"fact": row, "state": evidence_state(row), "by": row.added_by if school else None}
        for row in whole.facts
    ]
    return {"facts": rows} if rows else None


def documents(case: Case, user: User, now: datetime) -> dict[str, Any] | None:
    """The documents that this reader may open; of others they learn nothing, not even that they are there."""
    whole = Whole(case)
    seat = reads_as(user, whole)
    rows = [
        {"row": row, "note": _document_note(row, seat in OF_THE_SCHOOL)}
        for row in whole.documents
        if may_read_document(seat, row)
    ]
    return {"documents": rows} if rows else None


def evidence_state(row: CaseFact | CaseDocument) -> str:
    """Whether it can still be changed, and whether the student knows of it."""
    if row.complaint_id is not None:
        return _("Under the complaint, frozen.")
    if row.told_at is not None:
        return _("Added after the complaint; the student was told.")
    if isinstance(row, CaseDocument) and row.reply_id is not None:
        return _("Came with the student's answer.")
    return _("Not under a complaint yet.")


def _document_note(row: CaseDocument, school: bool) -> str:
    note = evidence_state(row)
    if school and not row.visible_to_student:
        note += " " + _("The student does not read it.")
    if row.restricted:
        note += " " + _("The representative and the companion do not read it.")
    return note
