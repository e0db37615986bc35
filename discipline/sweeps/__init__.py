"""What time and mentoring's facts bring before the Board: pulled, never pushed."""

from . import board
from .letters import FOLLOW_COPIES, PREPARE_LETTERS
from .opening import OPEN_CASES, WITHDRAW_CASES

SWEEPS = [OPEN_CASES, WITHDRAW_CASES, *board.SWEEPS, PREPARE_LETTERS, FOLLOW_COPIES]

__all__ = ["FOLLOW_COPIES", "OPEN_CASES", "PREPARE_LETTERS", "SWEEPS", "WITHDRAW_CASES"]
