"""Mentors, their calendars, weekly sessions, and what became of each session."""

from .absences import (
    Absence,
    AbsenceKind,
    Contest,
    ContestOutcome,
    ReschedulingState,
    Streak,
    StreakAbsence,
)
from .calendars import Mentor, Mentorship, TimeOff, WeeklySlot
from .reports import ConferenceReport, DateOrder, Problem, ReportRow
from .sessions import (
    ExceptionalCircumstance,
    Ground,
    Join,
    JoinSource,
    Medium,
    Note,
    Notice,
    Origin,
    Participant,
    Session,
    SessionState,
)

__all__ = [
    "Absence",
    "AbsenceKind",
    "ConferenceReport",
    "Contest",
    "ContestOutcome",
    "DateOrder",
    "ExceptionalCircumstance",
    "Ground",
    "Join",
    "JoinSource",
    "Medium",
    "Mentor",
    "Mentorship",
    "Note",
    "Notice",
    "Origin",
    "Participant",
    "Problem",
    "ReportRow",
    "ReschedulingState",
    "Session",
    "SessionState",
    "Streak",
    "StreakAbsence",
    "TimeOff",
    "WeeklySlot",
]
