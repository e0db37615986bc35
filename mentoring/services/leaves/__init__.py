"""Leaves (2.7): asked for, decided, taken back, ended early (L1-L4).

Lock order: the training, then its leaves, then what ``adaptations`` locks. Sweeps lock leaves alone.
"""

from .approvals import answer_as_funder, confirm_approval, send_approval, send_back_approval
from .asking import (
    LeavePlan,
    plan_leave,
    refuse_leave,
    request_leave,
    return_from_leave,
    validate_leave,
    withdraw_leave,
)
from .telling import current_mentor, current_mentors
from .timing import settle_emails, settle_lapses, settle_reminders

__all__ = [
    "LeavePlan",
    "answer_as_funder",
    "confirm_approval",
    "current_mentor",
    "current_mentors",
    "plan_leave",
    "refuse_leave",
    "request_leave",
    "return_from_leave",
    "send_approval",
    "send_back_approval",
    "settle_emails",
    "settle_lapses",
    "settle_reminders",
    "validate_leave",
    "withdraw_leave",
]
