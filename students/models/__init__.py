"""Who is in training, on what, from when to when, on which terms, and who pays."""

from .acceptances import Acceptance, EquipmentCheck, Finding, TermsDocument
from .approvals import ApprovalState, FunderApproval
from .changes import ChangeOfPath, ChangeState, Consultation
from .deliverables import (
    Deliverable,
    DeliverableFile,
    Remark,
    Requirement,
    RequirementKind,
    Review,
    ReviewDecision,
)
from .enrolments import DEFAULT_ZONE, Enrolment, EnrolmentState, HolidayRegion, Student
from .funding import CopiesBy, Funder, FunderClient, FunderKind, FunderRequest, FunderToken, Funding
from .groups import GroupPost, GroupResource, Membership, StudyGroup, StudySession
from .leaves import EndShift, LeaveApprover, LeaveRequest, LeaveState, ShiftCause
from .measures import (
    Accommodation,
    AccommodationRequest,
    AccommodationState,
    Interruption,
    InterruptionKind,
)
from .offsite import CheckIn, ConductReport, ConductReportKind, Place, PlaceRules, Stay
from .postal import PostalAddress
from .rosters import ExternalId, ExternalKind, RosterImport
from .standing import Ban, FlagState, IdentityFlag
from .training import Path, Project, Skill
from .works import ProjectWork, SkillApproval, WorkState

__all__ = [
    "DEFAULT_ZONE",
    "Acceptance",
    "Accommodation",
    "AccommodationRequest",
    "AccommodationState",
    "ApprovalState",
    "Ban",
    "ChangeOfPath",
    "ChangeState",
    "CheckIn",
    "ConductReport",
    "ConductReportKind",
    "Consultation",
    "CopiesBy",
    "Deliverable",
    "DeliverableFile",
    "EndShift",
    "Enrolment",
    "EnrolmentState",
    "EquipmentCheck",
    "ExternalId",
    "ExternalKind",
    "Finding",
    "FlagState",
    "Funder",
    "FunderApproval",
    "FunderClient",
    "FunderKind",
    "FunderRequest",
    "FunderToken",
    "Funding",
    "GroupPost",
    "GroupResource",
    "HolidayRegion",
    "IdentityFlag",
    "Interruption",
    "InterruptionKind",
    "LeaveApprover",
    "LeaveRequest",
    "LeaveState",
    "Membership",
    "Path",
    "Place",
    "PlaceRules",
    "PostalAddress",
    "Project",
    "ProjectWork",
    "Remark",
    "Requirement",
    "RequirementKind",
    "Review",
    "ReviewDecision",
    "RosterImport",
    "ShiftCause",
    "Skill",
    "SkillApproval",
    "Stay",
    "Student",
    "StudyGroup",
    "StudySession",
    "TermsDocument",
    "WorkState",
]
