"""What time and mentoring's facts bring before the Board: pulled, never pushed."""

from .opening import OPEN_CASES, WITHDRAW_CASES

SWEEPS = [OPEN_CASES, WITHDRAW_CASES]

__all__ = ["OPEN_CASES", "SWEEPS", "WITHDRAW_CASES"]
