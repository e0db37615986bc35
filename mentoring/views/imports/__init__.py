"""What comes in from other systems: rosters (staff) and video-conference reports (mentors and staff)."""

from .reports import apply_report_page, read_report_again, report, report_discard, reports
from .rosters import roster, roster_apply, roster_discard, roster_rows, rosters

__all__ = [
    "apply_report_page",
    "read_report_again",
    "report",
    "report_discard",
    "reports",
    "roster",
    "roster_apply",
    "roster_discard",
    "roster_rows",
    "rosters",
]
