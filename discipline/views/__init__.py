"""Pages of cases."""

from .hub import case
from .listing import cases
from .numbers import export as statistics_export
from .numbers import statistics
from .situation import situation

__all__ = ["case", "cases", "situation", "statistics", "statistics_export"]
