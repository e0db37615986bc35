"""The graduation jury (2.3): who sits, who may vote, what the votes say, and the way back after a refusal.

The composition is that of ``JuryTerms``; instants are UTC, days those of the training's time zone.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from rulebook.errors import RuleError
from rulebook.marking import gettext_noop
from rulebook.terms import JuryTerms

JURY = "2.3"


class Kind(StrEnum):
    """What somebody stands for on a jury (J1)."""

    PROFESSIONAL = "professional"
    REPRESENTATIVE = "representative"


class Choice(StrEnum):
    """What a member votes, and what a jury decides (J3)."""

    AWARD = "award"
    REFUSE = "refuse"


class Conflict(StrEnum):
    """What stands between a member and one candidate; found by the platform, or declared."""

    SELF = "self"
    MENTOR = "mentor"
    ASSESSOR = "assessor"
    REPORTER = "reporter"
    BOARD = "board"
    EMPLOYER = "employer"
    DECLARED = "declared"


class CandidacyState(StrEnum):
    """Where a candidate stands with the jury."""

    SUBMITTED = "submitted"
    SCHEDULED = "scheduled"
    REFUSED = "refused"
    AWARDED = "awarded"
    ENDED = "ended"


class Step(StrEnum):
    """What moves a candidacy on."""

    SCHEDULE = "schedule"  # put on the agenda of a meeting
    POSTPONE = "postpone"  # taken off it: absent, called off, moved
    AWARD = "award"
    REFUSE = "refuse"
    REMEDY = "remedy"  # every project of the refusal was approved by members of the jury
    END = "end"  # the training ended without a decision (4.2, 2.7)


_S = CandidacyState

TRANSITIONS: dict[CandidacyState, dict[Step, CandidacyState]] = {
    _S.SUBMITTED: {Step.SCHEDULE: _S.SCHEDULED, Step.END: _S.ENDED},
    _S.SCHEDULED: {
        Step.POSTPONE: _S.SUBMITTED,
        Step.AWARD: _S.AWARDED,
        Step.REFUSE: _S.REFUSED,
        Step.END: _S.ENDED,
    },
    _S.REFUSED: {Step.REMEDY: _S.SUBMITTED, Step.END: _S.ENDED},
    _S.AWARDED: {},
    _S.ENDED: {},
}
"""From each state, the steps that are open. A decision is final (J3): after a refusal there is another decision, on
the same record and its addendum, and the first one stands."""


def after(state: str, step: Step) -> CandidacyState:
    """Where a step leads. Raises ``RuleError`` on ``state``.

    >>> after("submitted", Step.SCHEDULE)
    <CandidacyState.SCHEDULED: 'scheduled'>
    >>> after("awarded", Step.REFUSE)
    Traceback (most recent call last):
    ...
    rulebook.errors.RuleError: The jury's decision is final.
    """
    steps = TRANSITIONS[CandidacyState(state)]
    if step in steps:
        return steps[step]
    if state == CandidacyState.AWARDED:
        raise _refuse("state", gettext_noop("The jury's decision is final."))
    raise _refuse("state", gettext_noop("This candidacy is not at that point."))


def check_submission(*, missing: int, in_training: bool, submitted: bool) -> None:
    """Whether a portfolio may go to the jury (T1). Raises ``RuleError`` on ``portfolio``."""
    if submitted:
        raise _refuse("portfolio", gettext_noop("The portfolio was submitted already."))
    if not in_training:
        raise RuleError(
            "portfolio",
            "4.2",
            gettext_noop("A portfolio is submitted during a training that is not suspended."),
        )
    if missing:
        raise RuleError(
            "portfolio", "2.2", gettext_noop("The portfolio is not complete yet: see what is missing.")
        )


def check_composition(members: Collection[Kind], terms: JuryTerms) -> None:
    """Whether these members make a jury, or a group of one (J1). Raises ``RuleError`` on ``members``.

    >>> one_each = JuryTerms(professionals=1, representatives=1)
    >>> check_composition([Kind.PROFESSIONAL, Kind.REPRESENTATIVE], one_each)
    >>> check_composition([Kind.REPRESENTATIVE] * 3, one_each)
    Traceback (most recent call last):
    ...
    rulebook.errors.RuleError: A jury has at least 1 professional(s) from the trade.
    """
    counted = list(members)
    if counted.count(Kind.PROFESSIONAL) < terms.professionals:
        raise RuleError(
            "members",
            JURY,
            gettext_noop("A jury has at least %(number)d professional(s) from the trade."),
            {"number": terms.professionals},
        )
    if counted.count(Kind.REPRESENTATIVE) < terms.representatives:
        raise RuleError(
            "members",
            JURY,
            gettext_noop("A jury has at least %(number)d representative(s) of the school."),
            {"number": terms.representatives},
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Voter:
    """What counts about a member who votes on one candidate."""

    accepted: bool
    removed: bool
    conflict: bool
    present: bool


def check_vote(
    voter: Voter, *, now: datetime, starts_at: datetime, closed: bool, record_current: bool
) -> None:
    """Whether a member may vote now (J2, J3). Raises ``RuleError`` on ``vote``.

    ``record_current``: every penalty that was decided since the record was frozen stands in its addendum, for the jury
    must take it into account (4.2).
    """
    if voter.removed:
        raise _refuse("vote", gettext_noop("You are no longer a member of this jury."))
    if not voter.accepted:
        raise _refuse("vote", gettext_noop("Accept the invitation to the jury first."))
    if voter.conflict:
        raise _refuse("vote", gettext_noop("You have a conflict of interest with this candidate."))
    if now < starts_at:
        raise _refuse("vote", gettext_noop("The jury has not met yet."))
    if not voter.present:
        raise _refuse("vote", gettext_noop("Only members who are at the meeting vote."))
    if closed:
        raise _refuse("vote", gettext_noop("The votes on this candidate are closed."))
    if not record_current:
        raise RuleError(
            "vote", "4.2", gettext_noop("A penalty is not in the candidate's record yet: it comes first.")
        )


def result_of(votes: Mapping[int, Choice], chair: int | None) -> Choice | None:
    """What the votes say: the majority; where they are even, the chair's own vote decides. None: they say nothing.

    >>> result_of({1: Choice.AWARD, 2: Choice.REFUSE, 3: Choice.AWARD}, chair=2)
    <Choice.AWARD: 'award'>
    >>> result_of({1: Choice.AWARD, 2: Choice.REFUSE}, chair=2)
    <Choice.REFUSE: 'refuse'>
    >>> result_of({1: Choice.AWARD, 2: Choice.REFUSE}, chair=3) is None
    True
    """
    counted = list(votes.values())
    award, refuse = counted.count(Choice.AWARD), counted.count(Choice.REFUSE)
    if award != refuse:
        return Choice.AWARD if award > refuse else Choice.REFUSE
    return votes.get(chair) if chair is not None else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Remedy:
    """A project that a refusal offers: on which skills, and until when (last day, inclusive)."""

    skills: frozenset[int]
    due_on: date


def check_refusal(
    skills: Collection[int], remedies: Sequence[Remedy], of_path: Collection[int], today: date
) -> None:
    """Whether a refusal offers the way back that J3 asks for.

    Raises ``RuleError`` on ``skills``, ``projects`` or ``due_on``.

    It names the skills to improve, which are the Path's, and offers at least one new project; each project is on some
    of these skills, and each skill is in a project.
    """
    named = set(skills)
    if not named:
        raise _refuse("skills", gettext_noop("Name the skills to improve."))
    if not named <= set(of_path):
        raise _refuse("skills", gettext_noop("The skills to improve are those of the candidate's Path."))
    if not remedies:
        raise _refuse("projects", gettext_noop("Offer at least one new project on the skills to improve."))
    if any(not remedy.skills or not remedy.skills <= named for remedy in remedies):
        raise _refuse("projects", gettext_noop("Each project is on skills to improve, and on no others."))
    if named - frozenset().union(*(remedy.skills for remedy in remedies)):
        raise _refuse("projects", gettext_noop("Each skill to improve is in one of the projects."))
    if any(remedy.due_on <= today for remedy in remedies):
        raise _refuse("due_on", gettext_noop("Leave the candidate time: the last day lies ahead."))


def _refuse(field: str, message: str) -> RuleError:
    return RuleError(field, JURY, message)
