"""The oldest deadline that somebody owes on a case, kept beside it for the list by deadline."""

from __future__ import annotations

from datetime import datetime

from discipline.models import Case, CaseState, Meeting, MeetingState
from rulebook.decisions import letter_window
from rulebook.policy import get_policy


def refresh_due(case: Case) -> None:
    """Reckon it anew for a locked case; one statement, two where a meeting counts."""
    case.next_due_at = _deadline(case)
    case.save(update_fields=["next_due_at"])


def _deadline(case: Case) -> datetime | None:
    """The policy's limit for the step that is owed; None where it sets none (a complaint has no latest day).

    A meeting that is planned: its summons is sent in time; once it was: it begins. After the meeting: the letter with
    the decision arrives (B6).
    """
    board = get_policy(case.policy_id).board
    if case.state in (CaseState.INFORMED, CaseState.SUMMONED):
        planned = Meeting.objects.filter(case=case, state=MeetingState.PLANNED)
        starts_at = planned.values_list("starts_at", flat=True).first()
        if starts_at is None or case.state == CaseState.SUMMONED:
            return starts_at
        return starts_at - board.summons
    if case.state in (CaseState.HEARD, CaseState.DECIDED):
        held = Meeting.objects.filter(case=case, state=MeetingState.HELD)
        held_at = held.values_list("held_at", flat=True).first()
        if held_at is not None:
            return letter_window(held_at, case.enrolment.time_zone, board).late_at
    return None
