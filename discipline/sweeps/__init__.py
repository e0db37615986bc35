"""What time and mentoring's facts bring before the Board: pulled, never pushed."""

from . import board
from .letters import FOLLOW_COPIES, PREPARE_LETTERS
from .opening import OPEN_CASES, WITHDRAW_CASES
from .penalties import PENALTIES_EFFECTIVE, SUSPENSIONS_LIFTED
from .printing import MAKE_FILES
from .proceedings import COMMITMENT_ALERTS, COMPLAINTS_SENT, CONDUCT_REPORTS

SWEEPS = [
    OPEN_CASES,
    WITHDRAW_CASES,
    CONDUCT_REPORTS,
    COMMITMENT_ALERTS,
    COMPLAINTS_SENT,
    *board.SWEEPS,
    PREPARE_LETTERS,
    FOLLOW_COPIES,
    PENALTIES_EFFECTIVE,
    SUSPENSIONS_LIFTED,
    MAKE_FILES,
]

__all__ = [
    "COMMITMENT_ALERTS",
    "COMPLAINTS_SENT",
    "CONDUCT_REPORTS",
    "FOLLOW_COPIES",
    "MAKE_FILES",
    "OPEN_CASES",
    "PENALTIES_EFFECTIVE",
    "PREPARE_LETTERS",
    "SUSPENSIONS_LIFTED",
    "SWEEPS",
    "WITHDRAW_CASES",
]
