"""As what somebody reads a case, and so what of it they are shown; pages, files and API ask the same."""

from __future__ import annotations

from enum import StrEnum

from accounts.models import User
from discipline.models import VOTING_ROLES, CaseDocument
from discipline.selectors.whole import Whole


class ReadsAs(StrEnum):
    """A reader's standing in one case."""

    STUDENT = "student"
    BOARD = "board"
    """Chair or Learning Manager of this Board: who decides."""
    STAFF = "staff"
    REPRESENTATIVE = "representative"
    COMPANION = "companion"
    NOBODY = "nobody"


def reads_as(user: User, whole: Whole) -> ReadsAs:
    """The reader's standing; whoever it concerns reads as the student, whatever else they are."""
    if whole.case.student.user_id == user.pk:
        return ReadsAs.STUDENT
    if not user.is_active:
        return ReadsAs.NOBODY
    own = [row for row in whole.members if row.user_id == user.pk]
    if any(row.role in VOTING_ROLES for row in own):
        return ReadsAs.BOARD
    if user.is_school_staff:
        return ReadsAs.STAFF
    if own:
        return ReadsAs.REPRESENTATIVE
    companion = whole.companion
    if companion is not None and companion.user_id == user.pk:
        return ReadsAs.COMPANION
    return ReadsAs.NOBODY


OF_THE_SCHOOL = frozenset({ReadsAs.BOARD, ReadsAs.STAFF})
MAY_PRINT = frozenset({ReadsAs.BOARD, ReadsAs.STAFF, ReadsAs.REPRESENTATIVE, ReadsAs.STUDENT})
"""Who takes the file away: no companion, whose reading ends with the case (abuse 4)."""


def may_read_document(seat: ReadsAs, row: CaseDocument) -> bool:
    """Whether a document of the case is shown to a reader of this standing (abuse 7)."""
    if row.restricted:
        return seat in (ReadsAs.STUDENT, ReadsAs.BOARD) and (row.visible_to_student or seat == ReadsAs.BOARD)
    if seat in OF_THE_SCHOOL or seat == ReadsAs.REPRESENTATIVE:
        return True
    return seat in (ReadsAs.STUDENT, ReadsAs.COMPANION) and row.visible_to_student


def knows_decision(seat: ReadsAs, whole: Whole) -> bool:
    """Whether a reader is shown the decision: its Board from the draft on, staff once it is confirmed, the student,
    the companion and the representative once it was notified (B6: nobody hears of it before the letter)."""
    decision = whole.decision
    if decision is None:
        return False
    if seat == ReadsAs.BOARD:
        return True
    if seat == ReadsAs.STAFF:
        return decision.confirmed_at is not None
    penalty = whole.penalty
    return penalty is not None and penalty.effective_at is not None


def in_board_room(seat: ReadsAs) -> bool:
    """Whether a reader is shown votes and advice: the members of this Board alone."""
    return seat in (ReadsAs.BOARD, ReadsAs.REPRESENTATIVE)
