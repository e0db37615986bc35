"""What time does in mentoring: every rule here is one sweep."""

from .attendance import ATTENDANCE
from .generation import GENERATION
from .rescheduling import RESCHEDULING_DEADLINES, RESCHEDULING_REMINDERS

SWEEPS = [ATTENDANCE, RESCHEDULING_REMINDERS, RESCHEDULING_DEADLINES, GENERATION]
