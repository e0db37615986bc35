"""Pages of cases."""

from .hub import case
from .listing import cases
from .numbers import export as statistics_export
from .numbers import statistics
from .printing import case_file, case_print
from .situation import situation

__all__ = ["case", "case_file", "case_print", "cases", "situation", "statistics", "statistics_export"]
