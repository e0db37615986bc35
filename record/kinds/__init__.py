"""The words of each kind of entry, one file a subject; ``record.words`` fills them with an entry's facts.

A kind is the entry's own, or ``kind:outcome`` where its facts name an outcome that has words of its own.
"""

from __future__ import annotations

from . import (
    adaptations,
    attendance,
    beginning,
    boards,
    discipline,
    documents,
    fundings,
    juries,
    leaves,
    letters,
    monitoring,
    path_changes,
    paths,
    people,
    projects,
    standing,
    stays,
    trainings,
)
from .attendance import VERDICTS
from .causes import CAUSES
from .form import Words

SUBJECTS = (
    attendance,
    discipline,
    boards,
    trainings,
    standing,
    people,
    adaptations,
    beginning,
    stays,
    monitoring,
    documents,
    paths,
    projects,
    leaves,
    fundings,
    path_changes,
    letters,
    juries,
)

KINDS: dict[str, Words] = {kind: words for subject in SUBJECTS for kind, words in subject.KINDS.items()}

GRAVE = frozenset({"absence_unauthorised"} | {kind for kind, words in KINDS.items() if words.grave})

__all__ = ["CAUSES", "GRAVE", "KINDS", "SUBJECTS", "VERDICTS", "Words"]
