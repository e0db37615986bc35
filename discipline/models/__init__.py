"""Disciplinary proceedings: reports and suspicions, cases, complaints, Boards, meetings, decisions and penalties."""

from discipline.transitions import FINAL_STATES, OPEN_STATES, PENDING_STATES, CaseState, Step

from .boards import VOTING_ROLES, BoardMember, BoardRole, Companion, StudentRepresentative
from .cases import Case, CaseKind
from .complaints import CaseDocument, CaseFact, Complaint, Reply
from .decisions import CopyChannel, CopyState, Decision, DecisionCopy, PenaltyKind
from .excuses import Excuse, ExcuseGround, ExcuseState
from .meetings import (
    Advice,
    Meeting,
    MeetingAttendance,
    MeetingState,
    Summons,
    SummonsChannel,
    Vote,
    VoteChoice,
)
from .penalties import EffectiveBy, Penalty
from .prints import CasePrint, PrintState
from .reports import DisciplineReportKind, DisciplineReportState, Report
from .suspicions import Stage, Suspicion, SuspicionEvidence, SuspicionSource, SuspicionState

__all__ = [
    "FINAL_STATES",
    "OPEN_STATES",
    "PENDING_STATES",
    "VOTING_ROLES",
    "Advice",
    "BoardMember",
    "BoardRole",
    "Case",
    "CaseDocument",
    "CaseFact",
    "CaseKind",
    "CasePrint",
    "CaseState",
    "Companion",
    "Complaint",
    "CopyChannel",
    "CopyState",
    "Decision",
    "DecisionCopy",
    "DisciplineReportKind",
    "DisciplineReportState",
    "EffectiveBy",
    "Excuse",
    "ExcuseGround",
    "ExcuseState",
    "Meeting",
    "MeetingAttendance",
    "MeetingState",
    "Penalty",
    "PenaltyKind",
    "PrintState",
    "Reply",
    "Report",
    "Stage",
    "Step",
    "StudentRepresentative",
    "Summons",
    "SummonsChannel",
    "Suspicion",
    "SuspicionEvidence",
    "SuspicionSource",
    "SuspicionState",
    "Vote",
    "VoteChoice",
]
