"""What time does in mentoring: every rule here is one sweep."""

from .attendance import ATTENDANCE
from .generation import GENERATION
from .leaves import CHANGE_REMINDERS, CHANGES_OF_PATH, LEAVE_EMAILS, LEAVE_LAPSES, LEAVE_REMINDERS
from .policies import POLICY_VERSIONS
from .rescheduling import RESCHEDULING_DEADLINES, RESCHEDULING_REMINDERS

SWEEPS = [
    # First: when a session is judged hangs on it.
    POLICY_VERSIONS,
    ATTENDANCE,
    RESCHEDULING_REMINDERS,
    RESCHEDULING_DEADLINES,
    GENERATION,
    LEAVE_EMAILS,
    LEAVE_LAPSES,
    LEAVE_REMINDERS,
    CHANGES_OF_PATH,
    CHANGE_REMINDERS,
]
