"""Who is in training, on what, from when to when, and on which terms."""

from .acceptances import Acceptance, EquipmentCheck, Finding, TermsDocument
from .enrolments import DEFAULT_ZONE, Enrolment, EnrolmentState, Student
from .funding import Funder, FunderKind, Funding
from .groups import GroupPost, GroupResource, Membership, StudyGroup, StudySession
from .measures import Accommodation, Interruption, InterruptionKind
from .offsite import CheckIn, ConductReport, ConductReportKind, Place, PlaceRules, Stay
from .rosters import ExternalId, ExternalKind, RosterImport
from .training import Path, Project, Skill
from .works import ProjectWork, SkillApproval, WorkState

__all__ = [
    "DEFAULT_ZONE",
    "Acceptance",
    "Accommodation",
    "CheckIn",
    "ConductReport",
    "ConductReportKind",
    "Enrolment",
    "EnrolmentState",
    "EquipmentCheck",
    "ExternalId",
    "ExternalKind",
    "Finding",
    "Funder",
    "FunderKind",
    "Funding",
    "GroupPost",
    "GroupResource",
    "Interruption",
    "InterruptionKind",
    "Membership",
    "Path",
    "Place",
    "PlaceRules",
    "Project",
    "ProjectWork",
    "RosterImport",
    "Skill",
    "SkillApproval",
    "Stay",
    "Student",
    "StudyGroup",
    "StudySession",
    "TermsDocument",
    "WorkState",
]
