"""Juries (2.2, 2.3): candidates with their frozen records, juries and meetings, votes, decisions, certificates."""

from .candidacies import Candidacy
from .certificates import Certificate
from .decisions import JuryDecision, RemedialProject, SkillToImprove
from .dossiers import Addendum, Dossier, DossierExport, DossierPart, ExportKind, ExportState, PartKind
from .juries import ConflictOfInterest, Jury, JuryMember
from .meetings import (
    AgendaItem,
    ItemState,
    JuryMeeting,
    JuryVote,
    MeetingState,
    PanelSeat,
    PrivateNote,
    Question,
)

__all__ = [
    "Addendum",
    "AgendaItem",
    "Candidacy",
    "Certificate",
    "ConflictOfInterest",
    "Dossier",
    "DossierExport",
    "DossierPart",
    "ExportKind",
    "ExportState",
    "ItemState",
    "Jury",
    "JuryDecision",
    "JuryMeeting",
    "JuryMember",
    "JuryVote",
    "MeetingState",
    "PanelSeat",
    "PartKind",
    "PrivateNote",
    "Question",
    "RemedialProject",
    "SkillToImprove",
]
