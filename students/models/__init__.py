"""Who is in training, on what, from when to when, and on which terms."""

from .enrolments import DEFAULT_ZONE, Enrolment, EnrolmentState, Student
from .funding import Funder, FunderKind, Funding
from .measures import Accommodation, Interruption, InterruptionKind
from .rosters import ExternalId, ExternalKind, RosterImport
from .training import Path, Project, Skill
from .works import ProjectWork, SkillApproval, WorkState

__all__ = [
    "DEFAULT_ZONE",
    "Accommodation",
    "Enrolment",
    "EnrolmentState",
    "ExternalId",
    "ExternalKind",
    "Funder",
    "FunderKind",
    "Funding",
    "Interruption",
    "InterruptionKind",
    "Path",
    "Project",
    "ProjectWork",
    "RosterImport",
    "Skill",
    "SkillApproval",
    "Student",
    "WorkState",
]
