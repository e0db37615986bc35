"""All that changes a case: one act each, one transaction each."""

from .opening import open_cases
from .withdrawing import UNDONE, withdraw_cases

__all__ = ["UNDONE", "open_cases", "withdraw_cases"]
