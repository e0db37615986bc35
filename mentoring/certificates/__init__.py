"""The monthly attendance certificate of one student: hours, absences, leaves, as far as who pays may know."""

from .facts import Certificate, Line, month_of, parse_month
from .printing import render

__all__ = ["Certificate", "Line", "month_of", "parse_month", "render"]
