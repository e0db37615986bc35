"""The Disciplinary Board (4.1, 4.2): who sits, how it is summoned, when it may meet.

What it may decide stands in ``rulebook.decisions``. The limits are those of ``BoardTerms``; instants are UTC.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from rulebook.dates import utc
from rulebook.errors import RuleError
from rulebook.marking import gettext_noop
from rulebook.terms import BoardTerms
from rulebook.texts import written

BOARD = "4.1"
PROCEEDINGS = "4.2"


class Seat(StrEnum):
    """A place on the Board (B2)."""

    CHAIR = "chair"
    LEARNING_MANAGER = "learning_manager"
    REPRESENTATIVE = "representative"


NEEDED = (Seat.CHAIR, Seat.LEARNING_MANAGER)
"""Without these two there is no meeting; these two vote. The representative is heard."""


class Ground(StrEnum):
    """The circumstances for which a meeting is adjourned (4.2), and there are no others."""

    ACCIDENT = "accident"
    ILLNESS = "illness"
    BEREAVEMENT = "bereavement"


# ---- who sits (B2)


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """What counts about somebody who is to sit on the Board of one case."""

    concerned: bool = False  # it is their own case
    reported: bool = False  # they reported what it is about, or are hurt by it
    recused: bool = False  # they stepped back from this case before
    accompanies: bool = False  # they are, or were asked to be, the student's companion
    seated: bool = False  # they hold another seat of this case
    head_of_learning: bool = False
    manages_path: bool = False  # the Learning Manager of the student's Path
    learning_manager: bool = False  # of any Path
    manager_can_sit: bool = True  # whether the Path's own Learning Manager could
    represents_path: bool = False  # a student representative of the student's Path today


def check_seat(seat: Seat, who: Candidate) -> None:
    """Whether somebody may take a seat (B2). Raises ``RuleError`` on ``user``.

    Another Learning Manager takes the seat only where the Path's own cannot sit.

    >>> check_seat(Seat.CHAIR, Candidate(head_of_learning=True))
    >>> check_seat(Seat.CHAIR, Candidate(head_of_learning=True, reported=True))
    Traceback (most recent call last):
    ...
    rulebook.errors.RuleError: Nobody sits on a case that they reported or that touches them.
    """
    if who.concerned:
        raise _refuse("user", gettext_noop("Nobody sits on their own case."))
    if who.reported:
        raise _refuse("user", gettext_noop("Nobody sits on a case that they reported or that touches them."))
    if who.recused:
        raise _refuse("user", gettext_noop("This person stepped back from this case."))
    if who.accompanies:
        raise _refuse("user", gettext_noop("This person accompanies the student."))
    if who.seated:
        raise _refuse("user", gettext_noop("This person sits on this Board already: one seat each."))
    if seat is Seat.CHAIR and not who.head_of_learning:
        raise _refuse("user", gettext_noop("The Head of Learning chairs the Board."))
    if seat is Seat.LEARNING_MANAGER and not who.manages_path:
        if who.manager_can_sit:
            raise _refuse("user", gettext_noop("The Learning Manager of the student's Path takes this seat."))
        if not who.learning_manager:
            raise _refuse("user", gettext_noop("A Learning Manager takes this seat."))
    if seat is Seat.REPRESENTATIVE and not who.represents_path:
        raise _refuse("user", gettext_noop("A student representative of this Path takes this seat."))


@dataclass(frozen=True, slots=True, kw_only=True)
class Companionship:
    """What counts about a student who is to accompany another (4.2)."""

    concerned: bool = False
    same_path: bool = False  # follows the same Path today
    reported: bool = False
    seated: bool = False  # sits, or sat, on this Board


def check_companion(who: Companionship) -> None:
    """Whether somebody may accompany the student (B3, 4.2). Raises ``RuleError`` on ``user``.

    What somebody did in the case beforehand is told to nobody: a reporter is refused in the words for everybody else.
    """
    if who.concerned:
        raise RuleError("user", PROCEEDINGS, gettext_noop("Choose somebody other than yourself."))
    if not who.same_path or who.reported or who.seated:
        raise RuleError(
            "user",
            PROCEEDINGS,
            gettext_noop("Choose a student who follows the same training and has no part in this case."),
        )


# ---- the summons (B3)

PARTS = ("purpose", "grounds", "starts_at", "place", "video_link", "right_text")
"""What a summons carries: purpose and grounds, date and time, place with its video link, the right to be
accompanied. One that lacks any of these is not sent."""


def missing_parts(parts: Mapping[str, object]) -> tuple[str, ...]:
    """The parts that a summons lacks, in their order; an empty or blank text is none.

    >>> missing_parts({"purpose": "A penalty", "grounds": " ", "starts_at": 1, "place": "Video", "video_link": "x"})
    ('grounds', 'right_text')
    """
    return tuple(name for name in PARTS if not written(str(parts.get(name) or "")))


def check_parts(parts: Mapping[str, object]) -> None:
    """Raises ``RuleError`` on the first part that a summons lacks."""
    if lacking := missing_parts(parts):
        raise RuleError(
            lacking[0],
            PROCEEDINGS,
            gettext_noop("A summons without this cannot be sent."),
            {"missing": ", ".join(lacking)},
        )


def earliest_meeting(dispatched_at: datetime, terms: BoardTerms) -> datetime:
    """The first instant at which a meeting may start, by when its summons went out (B3).

    >>> from datetime import UTC
    >>> from rulebook.policy import get_policy
    >>> earliest_meeting(datetime(2026, 3, 27, 12, tzinfo=UTC), get_policy("2026-01").board).isoformat()
    '2026-03-30T12:00:00+00:00'
    """
    return utc(dispatched_at) + terms.summons


def check_start(starts_at: datetime, dispatched_at: datetime, terms: BoardTerms) -> None:
    """Whether a meeting may start so soon after its summons went out, to the microsecond. Raises on ``starts_at``."""
    if utc(starts_at) < earliest_meeting(dispatched_at, terms):
        raise _refuse(
            "starts_at",
            gettext_noop("The student must have the summons at least %(hours)s hours before the meeting."),
            {"hours": terms.summons // timedelta(hours=1)},
        )


def needs_new_summons(summoned_for: datetime, starts_at: datetime) -> bool:
    """Whether a summons no longer serves: only the very time that it named does, earlier or later (B3, B4)."""
    return utc(starts_at) != utc(summoned_for)


# ---- the meeting (B2, B4)


@dataclass(frozen=True, slots=True, kw_only=True)
class MeetingFacts:
    """What must be true of a meeting before it counts as held."""

    starts_at: datetime
    summons_says_at: datetime | None  # the time that the summons in force names
    dispatched_at: datetime | None  # when that summons went out, or was handed over
    present: frozenset[Seat]
    grounds_stated: str
    explanations: str  # the student's, or what was noted of their absence
    student_present: bool
    excused: bool = False  # an extenuating circumstance stands with its official document


def check_meeting(facts: MeetingFacts, held_at: datetime, terms: BoardTerms) -> None:
    """Whether a meeting may be recorded as held (B2, B3, B4).

    Raises ``RuleError`` on ``summons``, ``starts_at``, ``held_at``, ``attendance``, ``adjournment``,
    ``grounds_stated`` and ``explanations``.
    """
    if facts.summons_says_at is None or facts.dispatched_at is None:
        raise _refuse("summons", gettext_noop("No summons to this meeting has gone out."))
    if needs_new_summons(facts.summons_says_at, facts.starts_at):
        raise _refuse("summons", gettext_noop("The summons names another time: this one needs its own."))
    check_start(facts.starts_at, facts.dispatched_at, terms)
    if utc(held_at) < utc(facts.starts_at):
        raise _refuse("held_at", gettext_noop("The meeting has not begun."))
    if not facts.present >= frozenset(NEEDED):
        raise _refuse("attendance", gettext_noop("A meeting needs the chair and the Learning Manager."))
    if facts.excused:
        raise RuleError(
            "adjournment",
            PROCEEDINGS,
            gettext_noop("An extenuating circumstance is proved: this meeting is adjourned."),
        )
    if not facts.grounds_stated.strip():
        raise RuleError("grounds_stated", PROCEEDINGS, gettext_noop("State the grounds of what is planned."))
    if not facts.explanations.strip():
        raise RuleError(
            "explanations",
            PROCEEDINGS,
            gettext_noop("Record the student's explanations.")
            if facts.student_present
            else gettext_noop("Note that the student did not come, and what they had written."),
        )


def check_adjournment(ground: str, *, document: bool, absent: bool) -> Ground:
    """The circumstance for which a meeting is adjourned (B4).

    Raises ``RuleError`` on ``ground`` for any other, on ``document`` without an official one, and on ``absent`` where
    neither the student nor the companion is missing.
    """
    try:
        found = Ground(ground)
    except ValueError:
        raise RuleError(
            "ground",
            PROCEEDINGS,
            gettext_noop(
                "A meeting is adjourned for an accident, an illness or a death in the family alone."
            ),
        ) from None
    if not absent:
        raise RuleError("absent", PROCEEDINGS, gettext_noop("Say who cannot come: student or companion."))
    if not document:
        raise RuleError("document", PROCEEDINGS, gettext_noop("Add the official document that proves it."))
    return found


def _refuse(field: str, message: str, params: Mapping[str, object] | None = None) -> RuleError:
    return RuleError(field, BOARD, message, params)
