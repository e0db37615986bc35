"""The oldest deadline that somebody owes on a case, kept beside it for the list by deadline."""

from __future__ import annotations

from discipline.models import OPEN_STATES, Case, CaseState, MeetingState
from discipline.models.meetings import Meeting


def refresh_due(case: Case) -> None:
    """Reckon it anew for a locked case; one statement, two where a meeting is planned."""
    case.next_due_at = None
    if case.state in OPEN_STATES:
        case.next_due_at = case.decided_at or case.heard_at or case.informed_at or case.opened_at
    if case.state == CaseState.SUMMONED:
        planned = Meeting.objects.filter(case=case, state=MeetingState.PLANNED)
        case.next_due_at = planned.values_list("starts_at", flat=True).first()
    case.save(update_fields=["next_due_at"])
