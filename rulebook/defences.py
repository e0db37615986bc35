"""Defences of projects with in-depth approval: by video conference, recorded, skill by skill (2.2, 2.5, 2.6).

The 24-hour, lateness and no-show rules are those of mentoring sessions (3.2) and do not apply here.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from rulebook.errors import RuleError
from rulebook.marking import gettext_noop

DEFENCE = "2.2"
RECORDED = "2.6"


class DefenceState(StrEnum):
    """What became of a defence; only a booked one is still open."""

    BOOKED = "booked"
    PASSED = "passed"
    FAILED = "failed"
    CANCELLED = "cancelled"


TRANSITIONS: dict[DefenceState, frozenset[DefenceState]] = {
    DefenceState.BOOKED: frozenset({DefenceState.PASSED, DefenceState.FAILED, DefenceState.CANCELLED}),
    DefenceState.PASSED: frozenset(),
    DefenceState.FAILED: frozenset(),
    DefenceState.CANCELLED: frozenset(),
}
"""What may follow what: an outcome stands, and another attempt is another defence."""


def check_move(state: str, after: str) -> None:
    """Raises ``RuleError`` on ``state`` where the one may not follow the other.

    >>> check_move("booked", "passed")
    >>> check_move("failed", "passed")
    Traceback (most recent call last):
    ...
    rulebook.errors.RuleError: This defence is no longer open.
    """
    if DefenceState(after) not in TRANSITIONS[DefenceState(state)]:
        raise RuleError("state", DEFENCE, gettext_noop("This defence is no longer open."))


@dataclass(frozen=True, slots=True)
class Assessment:
    """An assessor's word on one skill."""

    approved: bool
    comment: str


@dataclass(frozen=True, slots=True)
class DefenceVerdict:
    """The outcome of a defence and the skills that it approves; without a recording it approves none."""

    outcome: DefenceState
    approved: tuple[int, ...]
    clause: str


def judge_defence(
    assessed: Mapping[int, Assessment],
    required: tuple[int, ...],
    already: frozenset[int],
    *,
    recorded: bool,
    starts_at: datetime,
    decided_at: datetime,
) -> DefenceVerdict:
    """The outcome that follows from an assessor's word on each skill that is still to be approved.

    ``required`` are the skills of the project and ``already`` those that an earlier defence approved. Passed: every
    required skill is approved by then. Raises ``RuleError`` on ``decided_at`` before the start, on ``recording`` where
    a skill is approved and nothing was recorded, and on ``skill_<id>`` for one that is not judged or has no comment.

    >>> from datetime import UTC
    >>> at = datetime(2026, 3, 2, 9, tzinfo=UTC)
    >>> yes, no = Assessment(True, "Clear"), Assessment(False, "No tests")
    >>> when = {"starts_at": at, "decided_at": at}
    >>> judge_defence({1: yes, 2: no}, (1, 2), frozenset(), recorded=True, **when).outcome.value
    'failed'
    >>> judge_defence({2: yes}, (1, 2), frozenset({1}), recorded=True, **when).outcome.value
    'passed'
    """
    if decided_at < starts_at:
        raise RuleError("state", DEFENCE, gettext_noop("This defence has not begun."))
    open_skills = [pk for pk in required if pk not in already]
    for pk in open_skills:
        if pk not in assessed:
            raise RuleError(f"skill_{pk}", DEFENCE, gettext_noop("Say whether this skill is approved."))
        if not assessed[pk].comment.strip():
            raise RuleError(f"skill_{pk}", DEFENCE, gettext_noop("Say why, in a sentence."))
    if unknown := sorted(assessed.keys() - set(open_skills)):
        raise RuleError(
            f"skill_{unknown[0]}", DEFENCE, gettext_noop("This skill is not one to approve at this defence.")
        )
    approved = tuple(pk for pk in open_skills if assessed[pk].approved)
    if approved and not recorded:
        raise RuleError(
            "recording",
            RECORDED,
            gettext_noop("Add the recording first: a defence that was not recorded approves no skill."),
        )
    passed = recorded and len(approved) == len(open_skills)
    return DefenceVerdict(DefenceState.PASSED if passed else DefenceState.FAILED, approved, DEFENCE)


def check_span(
    starts_at: datetime, ends_at: datetime, shortest: timedelta, longest: timedelta, asked_at: datetime
) -> None:
    """Raises ``RuleError`` on ``starts_at`` and ``ends_at`` for a time that no defence can have."""
    if starts_at <= asked_at:
        raise RuleError("starts_at", DEFENCE, gettext_noop("This time is over: choose one that lies ahead."))
    if not shortest <= ends_at - starts_at <= longest:
        raise RuleError("ends_at", DEFENCE, gettext_noop("A defence is not as short or as long as that."))
