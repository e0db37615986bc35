"""Pages of cases."""

from .hub import case
from .listing import cases

__all__ = ["case", "cases"]
