"""Decisions of the Disciplinary Board (4.1, 4.2): votes, the scale, what a penalty needs, when its letter may arrive.

The limits are those of ``BoardTerms``; instants are UTC, the days of the letter are those of the enrolment's zone.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from enum import StrEnum

from rulebook.board import BOARD, NEEDED, PROCEEDINGS, Seat
from rulebook.dates import local_date, local_instant, utc
from rulebook.errors import RuleError
from rulebook.marking import gettext_noop
from rulebook.terms import BoardTerms


class Measure(StrEnum):
    """What a Board may decide, the mildest first."""

    NONE = "none"
    WARNING = "warning"
    SUSPENSION = "suspension"
    EXCLUSION = "exclusion"
    DISCONTINUATION = "discontinuation"


SEVERITY = {measure: rank for rank, measure in enumerate(Measure)}
SCALE = (Measure.WARNING, Measure.SUSPENSION, Measure.EXCLUSION)
"""The penalties of 4.2; PL.3 alone adds discontinuation, to plagiarism found again."""


# ---- votes (B2, B5)


@dataclass(frozen=True, slots=True)
class Ballot:
    """One member's word: a vote of the two who vote, advice of the representative."""

    seat: Seat
    measure: Measure


@dataclass(frozen=True, slots=True)
class Outcome:
    """What the votes come to."""

    measure: Measure
    agreed: bool
    clause: str = BOARD


def count_votes(ballots: Iterable[Ballot]) -> Outcome:
    """What the chair and the Learning Manager decided together.

    Where they differ the milder measure stands: that much both of them hold to be deserved. Raises ``RuleError`` on
    ``votes`` for an advisory voice, for a second vote of one seat, and as long as one of the two is missing.

    >>> count_votes([Ballot(Seat.CHAIR, Measure.EXCLUSION), Ballot(Seat.LEARNING_MANAGER, Measure.WARNING)])
    Outcome(measure=<Measure.WARNING: 'warning'>, agreed=False, clause='4.1')
    """
    by_seat: dict[Seat, Measure] = {}
    for ballot in ballots:
        if ballot.seat not in NEEDED:
            raise RuleError(
                "votes", BOARD, gettext_noop("The student representative advises and does not vote.")
            )
        if ballot.seat in by_seat:
            raise RuleError("votes", BOARD, gettext_noop("One vote each: this one is cast."))
        by_seat[ballot.seat] = ballot.measure
    if len(by_seat) < len(NEEDED):
        raise RuleError("votes", BOARD, gettext_noop("Chair and Learning Manager both vote first."))
    measures = set(by_seat.values())
    return Outcome(min(measures, key=SEVERITY.__getitem__), agreed=len(measures) == 1)


# ---- penalties (B1, B5, 4.2)


def scale_of(case_kind: str, proposed: str = "") -> tuple[Measure, ...]:
    """The penalties that a case of this kind may end in, the mildest first.

    Discontinuation is the last rung of PL.3: only where the ladder found plagiarism again.

    >>> [each.value for each in scale_of("attendance")]
    ['warning', 'suspension', 'exclusion']
    """
    if case_kind == "plagiarism" and proposed == Measure.DISCONTINUATION:
        return (*SCALE, Measure.DISCONTINUATION)
    return SCALE


def check_scale(measure: str, case_kind: str, proposed: str = "") -> Measure:
    """The measure, if it is one of the scale. Raises ``RuleError`` on ``kind`` for anything else, a fine included."""
    if measure not in scale_of(case_kind, proposed):
        raise RuleError(
            "kind",
            PROCEEDINGS,
            gettext_noop("This penalty is not one that the policy knows for this case."),
        )
    return Measure(measure)


def needs_meeting(measure: Measure) -> bool:
    """Whether it has an effect on attendance, so that a meeting comes first (B5)."""
    return measure in (Measure.SUSPENSION, Measure.EXCLUSION, Measure.DISCONTINUATION)


def needs_letter(measure: Measure, *, by_meeting: bool) -> bool:
    """Whether the decision goes by registered letter (B6): all but a warning that no meeting decided."""
    return by_meeting or needs_meeting(measure)


@dataclass(frozen=True, slots=True, kw_only=True)
class PenaltyFacts:
    """What must be true before a penalty is decided."""

    informed_at: datetime | None  # the complaint was sent, in writing
    explained: bool  # the student replied, was heard, or had the time that a summons gives to reply
    held_at: datetime | None  # the meeting that decides was held
    reasons: str


def check_penalty(measure: Measure, facts: PenaltyFacts, decided_at: datetime) -> None:
    """Whether a penalty may be decided now (B1, B5).

    Raises ``RuleError`` on ``complaint``, ``meeting``, ``explanations`` and ``reasons``.
    """
    if facts.informed_at is None or utc(facts.informed_at) > utc(decided_at):
        raise RuleError(
            "complaint",
            PROCEEDINGS,
            gettext_noop("No penalty before the complaints were sent to the student in writing."),
        )
    if facts.held_at is None and needs_meeting(measure):
        raise RuleError(
            "meeting", PROCEEDINGS, gettext_noop("This penalty needs a meeting of the Board first.")
        )
    if facts.held_at is None and not facts.explained:
        raise RuleError(
            "explanations",
            PROCEEDINGS,
            gettext_noop("The student has not explained themselves yet, and still has the time to."),
        )
    if not facts.reasons.strip():
        raise RuleError("reasons", PROCEEDINGS, gettext_noop("Say why: a decision gives its reasons."))


def time_to_explain(informed_at: datetime, terms: BoardTerms) -> datetime:
    """Until when a student may reply before a warning that no meeting decides: as long as a summons gives (B5)."""
    return utc(informed_at) + terms.summons


# ---- the letter (B6)


@dataclass(frozen=True, slots=True)
class LetterWindow:
    """When the decision's letter may arrive, by the days of the enrolment's zone."""

    earliest_at: datetime  # the first instant of day 2: it must not arrive before
    escalates_at: datetime  # the first instant of day 10: with no receipt, somebody looks after it
    late_at: datetime  # the first instant after day 15: from here on it is late

    def in_time(self, received_at: datetime) -> bool:
        return self.earliest_at <= utc(received_at) < self.late_at


def letter_window(held_at: datetime, zone: str, terms: BoardTerms) -> LetterWindow:
    """Days 2 to 15 after a meeting, both included; the day of the meeting is day 0.

    >>> from datetime import UTC
    >>> from rulebook.policy import get_policy
    >>> terms = get_policy("2026-01").board
    >>> window = letter_window(datetime(2026, 3, 2, 22, 59, tzinfo=UTC), "Europe/Paris", terms)
    >>> window.earliest_at.isoformat(), window.late_at.isoformat()
    ('2026-03-03T23:00:00+00:00', '2026-03-17T23:00:00+00:00')
    """
    day = local_date(held_at, zone)

    def begins(days: int) -> datetime:
        return local_instant(day + timedelta(days=days), time(0), zone)

    return LetterWindow(
        begins(terms.letter_earliest), begins(terms.letter_escalates), begins(terms.letter_latest + 1)
    )
