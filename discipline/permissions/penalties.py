"""Who sets the day of a penalty whose letter nobody received (B7)."""

from __future__ import annotations

from accounts.models import User
from accounts.permissions import is_head_of_learning
from discipline.models import Penalty


def may_set_day(user: User, penalty: Penalty) -> bool:
    """The Head of Learning; not of their own penalty."""
    return bool(is_head_of_learning(user)) and penalty.student.user_id != user.pk
