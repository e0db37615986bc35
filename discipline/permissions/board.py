"""Who may do what about the Board of a case (B2–B5)."""

from __future__ import annotations

from accounts.models import User
from accounts.permissions import is_administrator, is_head_of_learning, is_learning_manager, is_student
from discipline.models import BoardMember, Case
from discipline.selectors.board import has_part, seat_of
from rulebook.board import NEEDED, Seat
from students.models import Path


def can_arrange_board(user: User, case: Case) -> bool:
    """Compose the Board and summon it: Head of Learning, the Path's Learning Manager, administrators.

    Not whoever the case is about or who has a part in it, and nobody who stepped back from it as biased.
    """
    office = (
        is_head_of_learning(user)
        or is_administrator(user)
        or (is_learning_manager(user) and case.enrolment.path.learning_manager_id == user.pk)
    )
    return bool(office) and not has_part(user, case)


def sits_to_decide(user: User, case: Case) -> BoardMember | None:
    """The seat of a chair or a Learning Manager of this Board, if it is theirs."""
    member = seat_of(user, case) if user.is_active else None
    return member if member is not None and member.role in NEEDED else None


def chairs(user: User, case: Case) -> BoardMember | None:
    member = sits_to_decide(user, case)
    return member if member is not None and member.role == Seat.CHAIR else None


def keeps_minutes(user: User, case: Case) -> bool:
    """State what happened at the meeting: chair or Learning Manager."""
    return sits_to_decide(user, case) is not None


def in_board_room(user: User, case: Case) -> bool:
    """Read votes and advice, and what is being drafted: the members of this Board alone."""
    return user.is_active and seat_of(user, case) is not None


def is_the_student(user: User, case: Case) -> bool:
    return bool(is_student(user)) and case.student.user_id == user.pk


def can_receive_by_hand(user: User, case: Case) -> bool:
    """Hand a summons over and file its receipt: whoever arranges the Board."""
    return can_arrange_board(user, case)


def can_keep_representatives(user: User, path: Path) -> bool:
    """Appoint the student representatives of a Path: Head of Learning, its Learning Manager, administrators."""
    own = is_learning_manager(user) and path.learning_manager_id == user.pk
    return bool(is_head_of_learning(user) or is_administrator(user) or own)
