"""Pages of cases."""

from .copies import copy_again
from .hub import case
from .listing import cases
from .numbers import export as statistics_export
from .numbers import statistics
from .penalties import penalty_day
from .printing import case_file, case_print
from .situation import situation

__all__ = [
    "case",
    "case_file",
    "case_print",
    "cases",
    "copy_again",
    "penalty_day",
    "situation",
    "statistics",
    "statistics_export",
]
