"""The student portal: what is the matter, what must I do, by when, why."""

from .absences import absences, contest, reasons
from .booking import book
from .exceptions import exception
from .home import home
from .joining import join
from .kept import kept
from .notices import notice
from .record import record, record_export
from .sessions import session, sessions
from .training import notes, training

__all__ = [
    "absences",
    "book",
    "contest",
    "exception",
    "home",
    "join",
    "kept",
    "notes",
    "notice",
    "reasons",
    "record",
    "record_export",
    "session",
    "sessions",
    "training",
]
