"""The mentor dashboard: who is expected now, what waits for the mentor, and what became of each session."""

from .availability import availability, time_off, withdraw
from .booking import book
from .cancelling import cancel
from .exceptions import exception
from .home import home
from .joining import join
from .notes import note, session_note, student_note
from .presence import presence
from .recordings import recording
from .sessions import session, sessions
from .students import student, students

__all__ = [
    "availability",
    "book",
    "cancel",
    "exception",
    "home",
    "join",
    "note",
    "presence",
    "recording",
    "session",
    "session_note",
    "sessions",
    "student",
    "student_note",
    "students",
    "time_off",
    "withdraw",
]
