"""Projects of a Path: what may follow what, when a version is late, and what is missing to graduate (2.2, 2.3, T1).

A deliverable is a new version each time (T2). After a finding of plagiarism a project is reworked or redone before it
can be approved (PL.3).
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from rulebook.dates import local_date
from rulebook.errors import RuleError
from rulebook.marking import gettext_noop

COMPLETION = "2.2"
ALONE = "PL.2"
PLAGIARISM = "PL.3"


class WorkState(StrEnum):
    """Where a student stands with a project."""

    TODO = "todo"
    SUBMITTED = "submitted"
    TO_REWORK = "to_rework"
    TO_REDO = "to_redo"
    APPROVED = "approved"
    DEFENDED = "defended"


class Requirement(StrEnum):
    """What a finding asks for before a project can be approved (PL.3)."""

    REWORK = "rework"
    REDO = "redo"


TRANSITIONS: dict[WorkState, frozenset[WorkState]] = {
    WorkState.TODO: frozenset({WorkState.SUBMITTED, WorkState.TO_REDO}),
    # Submitted again and again until the mentor decides; a finding may come at any time.
    WorkState.SUBMITTED: frozenset(
        {WorkState.SUBMITTED, WorkState.APPROVED, WorkState.TO_REWORK, WorkState.TO_REDO}
    ),
    WorkState.TO_REWORK: frozenset({WorkState.SUBMITTED, WorkState.TO_REWORK, WorkState.TO_REDO}),
    WorkState.TO_REDO: frozenset({WorkState.SUBMITTED, WorkState.TO_REDO}),
    WorkState.APPROVED: frozenset({WorkState.DEFENDED, WorkState.TO_REWORK, WorkState.TO_REDO}),
    WorkState.DEFENDED: frozenset({WorkState.TO_REWORK, WorkState.TO_REDO}),
}
"""What may follow what."""

FINISHED = frozenset({WorkState.APPROVED, WorkState.DEFENDED})
TAKES_VERSIONS = frozenset(state for state, after in TRANSITIONS.items() if WorkState.SUBMITTED in after)
REQUIRED_STATE = {Requirement.REWORK: WorkState.TO_REWORK, Requirement.REDO: WorkState.TO_REDO}


def check_move(state: str, after: str) -> None:
    """Raises ``RuleError`` on ``state`` where the one may not follow the other.

    >>> check_move("submitted", "approved")
    >>> check_move("todo", "approved")
    Traceback (most recent call last):
    ...
    rulebook.errors.RuleError: This project is not at that point.
    """
    if WorkState(after) not in TRANSITIONS[WorkState(state)]:
        raise RuleError("state", COMPLETION, gettext_noop("This project is not at that point."))


def is_late(submitted_at: datetime, due_on: date | None, zone: str) -> bool:
    """Whether a version came after its last day, which is inclusive in the training's time zone.

    >>> from datetime import UTC
    >>> is_late(datetime(2026, 3, 10, 22, 59, tzinfo=UTC), date(2026, 3, 10), "Europe/Paris")
    False
    >>> is_late(datetime(2026, 3, 10, 23, 0, tzinfo=UTC), date(2026, 3, 10), "Europe/Paris")
    True
    """
    return due_on is not None and local_date(submitted_at, zone) > due_on


def check_version(
    state: str,
    digests: Collection[str],
    earlier: Collection[str],
) -> None:
    """Whether a version with these digests may be handed in; ``earlier``: those of all versions before it.

    Raises ``RuleError`` on ``files``. What has to be reworked is something else than before, and what has to be
    redone has none of the earlier files in it: it is wholly new.
    """
    if not digests:
        raise RuleError("files", COMPLETION, gettext_noop("Choose the file that you hand in."))
    if WorkState(state) not in TAKES_VERSIONS:
        raise RuleError("files", COMPLETION, gettext_noop("This project is approved: no more is handed in."))
    before, now = set(earlier), set(digests)
    if state == WorkState.TO_REDO and now & before:
        raise RuleError(
            "files",
            PLAGIARISM,
            gettext_noop("This project is entirely redone: the file is one of an earlier version."),
        )
    if now <= before:
        raise RuleError("files", COMPLETION, gettext_noop("You have handed in this very file already."))


def unmet(required_at: Sequence[datetime], submitted_at: datetime) -> bool:
    """Whether a version came before something that was required of the project, and so cannot be approved.

    >>> from datetime import UTC
    >>> found, at = datetime(2026, 3, 1, tzinfo=UTC), datetime(2026, 3, 2, tzinfo=UTC)
    >>> unmet([found], at), unmet([at], found), unmet([at], at)
    (False, True, True)
    """
    return any(submitted_at <= each for each in required_at)


class Missing(StrEnum):
    """What stands between a student and the jury (T1)."""

    PROJECT = "project"  # not approved by the mentor
    SKILL = "skill"  # not approved at a recorded defence
    NO_PROJECT = "no_project"  # the Path has given none: nothing can be finished


@dataclass(frozen=True, slots=True)
class ProjectFacts:
    """One project of a student as T1 looks at it: skills as pairs of code and whether an assessor approved it."""

    id: int
    title: str
    state: str
    in_depth: bool
    skills: tuple[tuple[str, bool], ...] = ()


@dataclass(frozen=True, slots=True)
class Gap:
    """One thing that is missing, of which project and, for a skill, which."""

    what: Missing
    project_id: int = 0
    title: str = ""
    skill: str = ""


@dataclass(frozen=True, slots=True)
class Readiness:
    """What is missing before the portfolio can go to the jury; nothing: it can (2.2, T1)."""

    missing: tuple[Gap, ...]
    clause: str = COMPLETION

    @property
    def ready(self) -> bool:
        return not self.missing


def graduation_readiness(projects: Sequence[ProjectFacts]) -> Readiness:
    """What is missing before the portfolio can go to the jury (T1).

    Every project is approved by the mentor, and each skill of those with in-depth approval by an assessor.

    >>> plain = ProjectFacts(1, "A", "approved", False)
    >>> deep = ProjectFacts(2, "B", "approved", True, (("read", True), ("write", False)))
    >>> [(gap.what.value, gap.title, gap.skill) for gap in graduation_readiness([plain, deep]).missing]
    [('skill', 'B', 'write')]
    >>> graduation_readiness([plain]).ready, graduation_readiness([]).ready
    (True, False)
    """
    if not projects:
        return Readiness((Gap(Missing.NO_PROJECT),))
    gaps = []
    for each in projects:
        if each.state not in FINISHED:
            gaps.append(Gap(Missing.PROJECT, each.id, each.title))
        if each.in_depth:
            gaps += [
                Gap(Missing.SKILL, each.id, each.title, code)
                for code, approved in each.skills
                if not approved
            ]
            if not each.skills and each.state != WorkState.DEFENDED:
                # Nothing to approve one by one: the defence itself is what is missing.
                gaps.append(Gap(Missing.SKILL, each.id, each.title))
    return Readiness(tuple(gaps))
