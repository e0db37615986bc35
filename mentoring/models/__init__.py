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
from .defences import Defence, DefenceState, SkillAssessment
from .feeds import CalendarFeed
from .monitoring import (
    CommitmentAlert,
    Conduct,
    Followup,
    MonitoringReport,
    Progress,
    ReportAddition,
    ReportKind,
    ReportState,
)
from .recordings import FilmingConsent, Hold, HoldReason, Recording
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
    "CalendarFeed",
    "CommitmentAlert",
    "Conduct",
    "ConferenceReport",
    "Contest",
    "ContestOutcome",
    "DateOrder",
    "Defence",
    "DefenceState",
    "ExceptionalCircumstance",
    "FilmingConsent",
    "Followup",
    "Ground",
    "Hold",
    "HoldReason",
    "Join",
    "JoinSource",
    "Medium",
    "Mentor",
    "Mentorship",
    "MonitoringReport",
    "Note",
    "Notice",
    "Origin",
    "Participant",
    "Problem",
    "Progress",
    "Recording",
    "ReportAddition",
    "ReportKind",
    "ReportRow",
    "ReportState",
    "ReschedulingState",
    "Session",
    "SessionState",
    "SkillAssessment",
    "Streak",
    "StreakAbsence",
    "TimeOff",
    "WeeklySlot",
]
