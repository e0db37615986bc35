"""What is proposed to the Disciplinary Board, as readable tables (P3, PL.3, 3.2). The Board decides.

A proposal is never a penalty. What a finding asks of the project is done at once, whatever the Board decides later.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from rulebook.dates import utc
from rulebook.decisions import Measure
from rulebook.marking import gettext_noop
from rulebook.projects import PLAGIARISM, Requirement

CLAUSES = {
    "attendance": "3.2",
    "commitment": "3.3",
    "plagiarism": "3.4",
    "abuse": "3.5",
    "offsite": "5",
    "conduct": "2.1",
}
"""The clause that a case of each kind is about."""


class Found(StrEnum):
    """How far the copying went."""

    MAKING = "making"
    SUBMITTED = "submitted"
    THROUGHOUT = "throughout"


class Rung(StrEnum):
    """A rung of the ladder of PL.3."""

    MAKING = "making"
    SUBMITTED = "submitted"
    THROUGHOUT = "throughout"
    AGAIN = "again"


@dataclass(frozen=True, slots=True)
class Row:
    """One row of the ladder: what was found, and what is proposed for it."""

    rung: Rung
    measure: Measure
    project: Requirement | None
    words: str


LADDER: tuple[Row, ...] = (
    Row(
        Rung.MAKING,
        Measure.WARNING,
        None,
        gettext_noop("found while one or more deliverables are being made: a written warning"),
    ),
    Row(
        Rung.SUBMITTED,
        Measure.WARNING,
        Requirement.REWORK,
        gettext_noop(
            "found in one or more submitted deliverables: a written warning, the project is reworked"
        ),
    ),
    Row(
        Rung.THROUGHOUT,
        Measure.WARNING,
        Requirement.REDO,
        gettext_noop("found throughout the project: a written warning, the project is entirely redone"),
    ),
    Row(
        Rung.AGAIN,
        Measure.DISCONTINUATION,
        None,
        gettext_noop(
            "found again, after a warning or after a deliverable was evaluated: the training is discontinued"
        ),
    ),
)
"""PL.3, row by row."""

BY_RUNG = {row.rung: row for row in LADDER}


@dataclass(frozen=True, slots=True, kw_only=True)
class History:
    """What went before, for one student: of plagiarism alone, and without what was dismissed or withdrawn.

    ``warnings`` are the instants at which a warning for plagiarism took effect, ``findings`` those at which
    plagiarism was established, ``evaluated`` those at which one of the student's deliverables was evaluated.
    """

    warnings: Sequence[datetime] = ()
    findings: Sequence[datetime] = ()
    evaluated: Sequence[datetime] = ()


@dataclass(frozen=True, slots=True)
class Proposal:
    """What the ladder proposes: the rung, the measure for the Board, and what is asked of the project at once."""

    rung: Rung
    measure: Measure
    project: Requirement | None
    clause: str
    words: str


def is_again(committed_at: datetime, history: History) -> bool:
    """Whether what was done at ``committed_at`` repeats something: the last row of the ladder.

    It does when a warning for plagiarism had already taken effect, or when plagiarism had been established and a
    deliverable was evaluated since. Two findings that come to light together are no repetition: nobody had been
    warned between them, so no rung is climbed twice for what was done before the first word was said.

    >>> day = [datetime.fromisoformat(f"2026-03-0{n}T12:00+00:00") for n in range(1, 6)]
    >>> is_again(day[3], History(warnings=[day[2]])), is_again(day[1], History(warnings=[day[2]]))
    (True, False)
    >>> is_again(day[3], History(findings=[day[0]], evaluated=[day[2]]))
    True
    >>> is_again(day[3], History(evaluated=[day[2]])), is_again(day[3], History(findings=[day[0]]))
    (False, False)
    """
    done = utc(committed_at)
    if any(utc(warning) <= done for warning in history.warnings):
        return True
    return any(
        utc(finding) <= utc(evaluation) <= done
        for finding in history.findings
        for evaluation in history.evaluated
    )


def propose(found: Found, committed_at: datetime, history: History) -> Proposal:
    """What PL.3 proposes for plagiarism established, by how far it went and by what went before.

    The project is reworked or redone by how far it went, on the last rung too: until the Board has decided, the
    training goes on.
    """
    rung = Rung.AGAIN if is_again(committed_at, history) else Rung(found)
    row = BY_RUNG[rung]
    return Proposal(rung, row.measure, BY_RUNG[Rung(found)].project, PLAGIARISM, row.words)


OTHERS: dict[str, tuple[Measure | None, str]] = {
    "attendance": (
        None,
        gettext_noop("three unauthorised absences in a row: a penalty that can go as far as exclusion"),
    ),
    "abuse": (None, gettext_noop("abuse or violence: a penalty that can go as far as exclusion")),
    "commitment": (None, gettext_noop("no regular work: the Board may impose a penalty")),
    "offsite": (
        None,
        gettext_noop("health and safety rules elsewhere broken: the Board may impose a penalty"),
    ),
    "conduct": (None, gettext_noop("rules of conduct broken: the Board may impose a penalty")),
}
"""For the other kinds of cases the policy names no measure: the Board chooses on the scale of 4.2, with reasons."""
