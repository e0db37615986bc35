"""Attendance (3.1, 3.2): what became of a session, from facts alone.

Nothing here knows what time it is. A verdict hangs on when things happened, so whoever asks late gets
the same answer as one who asked on time (A10).
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from rulebook.dates import utc
from rulebook.errors import NoticeRefused, RuleError
from rulebook.marking import gettext_noop
from rulebook.terms import AttendanceTerms
from rulebook.texts import written

CLAUSE = "3.2"

Fact = tuple[str, str | int | bool]


class Outcome(StrEnum):
    """What became of a session; everything but ``scheduled`` is a verdict."""

    SCHEDULED = "scheduled"
    HELD = "held"
    AUTHORISED_ABSENCE = "authorised_absence"
    UNAUTHORISED_ABSENCE = "unauthorised_absence"
    UNATTENDED = "unattended"  # nobody was there by the limit: a person says what happened (A6)
    MENTOR_ABSENT = "mentor_absent"  # A11
    CANCELLED_BY_MENTOR = "cancelled_by_mentor"
    CANCELLED_BY_SCHOOL = "cancelled_by_school"


class Ground(StrEnum):
    """Why an absence is authorised or not; sessions that were no absence of the student have none."""

    NONE = ""
    TIMELY_NOTICE = "timely_notice"
    EXCEPTIONAL_CIRCUMSTANCE = "exceptional_circumstance"
    LATE_NOTICE = "late_notice"
    LATE_ARRIVAL = "late_arrival"
    NO_SHOW = "no_show"


class Rescheduling(StrEnum):
    """How the duty to give reasons and book another session ended (A8)."""

    MET = "met"
    BREACH = "breach"
    WAITS = "waits"


@dataclass(frozen=True, slots=True)
class Verdict:
    """A decision on one session, with the clause, the policy version and the facts that it rests on."""

    outcome: Outcome
    ground: Ground
    clause: str
    decided_at: datetime
    policy_id: str
    facts: tuple[Fact, ...] = ()


@dataclass(frozen=True, slots=True)
class Waiting:
    """No verdict yet: facts must be known beyond ``until``."""

    until: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionFacts:
    """What is known of a session; instants are aware.

    ``known_until`` says how far the facts are complete: what happened before it is in here.
    ``stated_present`` is what a person stated afterwards (A7): ``True`` with ``student_joined_at`` as
    the stated arrival, ``False`` for "was not there", ``None`` when nobody stated anything.
    """

    starts_at: datetime
    ends_at: datetime
    known_until: datetime
    notice_at: datetime | None = None
    exception: bool = False
    student_joined_at: datetime | None = None
    mentor_joined_at: datetime | None = None
    stated_present: bool | None = None

    def __post_init__(self) -> None:
        for name in (
            "starts_at",
            "ends_at",
            "known_until",
            "notice_at",
            "student_joined_at",
            "mentor_joined_at",
        ):
            if (instant := getattr(self, name)) is not None:
                object.__setattr__(self, name, utc(instant))


def notice_deadline(starts_at: datetime, terms: AttendanceTerms) -> datetime:
    """The last instant at which a notice is in time (A3)."""
    return utc(starts_at) - terms.notice


def earliest_imposed(now: datetime, terms: AttendanceTerms) -> datetime:
    """The first start of a session that somebody else than the student lays out or books at an instant (A3).

    The student has to be able to give notice in time: the notice period, and beyond it the allowance that the rule
    grants for being late, to read what was booked.
    """
    return utc(now) + terms.notice + terms.lateness


def lateness_limit(starts_at: datetime, terms: AttendanceTerms) -> datetime:
    """The last instant at which a join is in time (A5)."""
    return utc(starts_at) + terms.lateness


def look_at(starts_at: datetime, ends_at: datetime, terms: AttendanceTerms) -> datetime:
    """The instant after which a session that nobody has joined is judged: the lateness limit, which a short
    session's end cuts (nobody joins what is over).
    """
    return min(lateness_limit(starts_at, terms), utc(ends_at))


def join_opens_at(starts_at: datetime, terms: AttendanceTerms) -> datetime:
    """The first instant at which the video link opens and a join counts."""
    return utc(starts_at) - terms.join_opens_before


def statement_closes_at(ends_at: datetime, terms: AttendanceTerms) -> datetime:
    """The last instant at which the mentor may state the student's presence (A7)."""
    return utc(ends_at) + terms.statement_window


def rescheduling_deadline(starts_at: datetime, terms: AttendanceTerms) -> datetime:
    """The last instant for reasons and another session, counted from the missed start (A8)."""
    return utc(starts_at) + terms.rescheduling


def reminder_at(starts_at: datetime, terms: AttendanceTerms) -> datetime:
    """The instant of the reminder before the rescheduling deadline."""
    return rescheduling_deadline(starts_at, terms) - terms.reminder_before


def judge_notice(
    received_at: datetime, starts_at: datetime, terms: AttendanceTerms, exception: bool
) -> Verdict:
    """The verdict on a notice of absence (A3, A4).

    Exactly the notice time before the start is authorised; later ones are unauthorised unless Student
    Success authorised an exceptional circumstance; at the start and after it none is taken.

    >>> from datetime import UTC, timedelta
    >>> from rulebook.policy import policy_at
    >>> start = datetime(2026, 3, 3, 14, 0, tzinfo=UTC)
    >>> judge_notice(start - timedelta(hours=24), start, policy_at(start).attendance, False).outcome.value
    'authorised_absence'
    """
    received_at, starts_at = utc(received_at), utc(starts_at)
    if received_at >= starts_at:
        raise NoticeRefused(
            "received_at",
            CLAUSE,
            gettext_noop("The session has started, so no notice is taken. You can still give your reasons."),
        )
    facts = [("starts_at", _iso(starts_at)), ("notice_at", _iso(received_at)), *_rule(terms, "notice")]
    if received_at <= notice_deadline(starts_at, terms):
        return _verdict(terms, Outcome.AUTHORISED_ABSENCE, Ground.TIMELY_NOTICE, received_at, facts)
    return _absence(terms, Ground.LATE_NOTICE, received_at, facts, exception)


def judge_session(facts: SessionFacts, terms: AttendanceTerms) -> Verdict | Waiting:
    """The verdict on a session, or until when facts must be known first (A3-A6, A11).

    A notice decides, and the joins only where there is none; but a stated arrival in time beats any
    notice, and a stated late one beats a notice that was itself unauthorised. Otherwise there are two
    looks: at the lateness limit at those who are there, and at the end, for a student who joined in
    time, at whether the mentor came.
    """
    limit = _limit(facts, terms)
    in_time = _joined_in_time(facts, limit)
    if facts.notice_at is not None and not (facts.stated_present and in_time):
        verdict = judge_notice(facts.notice_at, facts.starts_at, terms, facts.exception)
        if verdict.outcome is Outcome.AUTHORISED_ABSENCE or not facts.stated_present:
            return verdict
    due = facts.ends_at if in_time else limit
    if facts.known_until <= due:
        return Waiting(due)
    return _at_end(facts, terms) if in_time else _at_limit(facts, terms, limit)


def falls_due_at(facts: SessionFacts, terms: AttendanceTerms) -> datetime:
    """The instant after which the session is judged: its end once the student joined in time, else the
    limit.
    """
    limit = _limit(facts, terms)
    return facts.ends_at if _joined_in_time(facts, limit) else limit


def _limit(facts: SessionFacts, terms: AttendanceTerms) -> datetime:
    return look_at(facts.starts_at, facts.ends_at, terms)


def _joined_in_time(facts: SessionFacts, limit: datetime) -> bool:
    if facts.stated_present is False:
        return False
    if facts.stated_present and facts.student_joined_at is None:
        raise ValueError("A stated presence needs the stated arrival.")
    return facts.student_joined_at is not None and facts.student_joined_at <= limit


def _at_limit(facts: SessionFacts, terms: AttendanceTerms, limit: datetime) -> Verdict:
    """The look at the lateness limit: the student is not there in time, is the mentor?"""
    rested_on = _joins_and_rule(facts, terms)
    mentor_there = facts.mentor_joined_at is not None and facts.mentor_joined_at <= limit
    if not mentor_there and facts.stated_present is None:
        return _verdict(terms, Outcome.UNATTENDED, Ground.NONE, limit, rested_on)
    if facts.student_joined_at is None or facts.stated_present is False:
        return _absence(terms, Ground.NO_SHOW, limit, rested_on, facts.exception)
    return _absence(terms, Ground.LATE_ARRIVAL, facts.student_joined_at, rested_on, facts.exception)


def _at_end(facts: SessionFacts, terms: AttendanceTerms) -> Verdict:
    """The look at the end: the student was there in time, was the mentor?"""
    mentor_came = facts.mentor_joined_at is not None and facts.mentor_joined_at <= facts.ends_at
    # Whoever states that the student was there was there, or asked the mentor: a statement stands for both.
    outcome = Outcome.HELD if mentor_came or facts.stated_present else Outcome.MENTOR_ABSENT
    return _verdict(terms, outcome, Ground.NONE, facts.ends_at, _joins_and_rule(facts, terms))


def judge_rescheduling(
    deadline: datetime, reasons_at: datetime | None, rebooked_at: datetime | None, slot_offered: bool
) -> Rescheduling:
    """Whether reasons were given and another session booked by the deadline, itself included (A8).

    Where the mentor offered no free slot there is no breach: the duty waits. For an authorised absence
    ``reasons_at`` is when its notice was received.
    """
    if all(at is not None and utc(at) <= utc(deadline) for at in (reasons_at, rebooked_at)):
        return Rescheduling.MET
    return Rescheduling.BREACH if slot_offered else Rescheduling.WAITS


@dataclass(frozen=True, slots=True)
class Mark:
    """One session as the count of absences in a row sees it (A9); a case may hold it already."""

    session_id: int
    starts_at: datetime
    outcome: str
    held_by_streak: bool = False


@dataclass(frozen=True, slots=True)
class StreakView:
    """The absences in a row that are open, and the groups that are full, as session ids in order."""

    current: tuple[int, ...]
    complete: tuple[tuple[int, ...], ...]


def count_streak(marks: Sequence[Mark], size: int) -> StreakView:
    """Unauthorised absences in a row, by scheduled start (A9).

    An unauthorised absence adds one, a held session starts again, all others change nothing, and what a
    case holds is passed over: it neither adds nor starts again. A full group is set apart and counting
    goes on at zero.
    """
    current: list[int] = []
    complete: list[tuple[int, ...]] = []
    for mark in sorted(marks, key=lambda mark: utc(mark.starts_at)):
        if mark.held_by_streak:
            continue
        if mark.outcome == Outcome.HELD:
            current = []
        elif mark.outcome == Outcome.UNAUTHORISED_ABSENCE:
            current.append(mark.session_id)
        if len(current) == size:
            complete.append(tuple(current))
            current = []
    return StreakView(tuple(current), tuple(complete))


def streak_stands(marks: Sequence[Mark], ids: Collection[int]) -> bool:
    """Whether these absences are still all unauthorised with no held session between them (A7, A9)."""
    wanted = set(ids)
    own = [mark for mark in marks if mark.session_id in wanted]
    if len(own) < len(wanted) or not own:
        return False
    first, last = min(utc(mark.starts_at) for mark in own), max(utc(mark.starts_at) for mark in own)
    return all(mark.outcome == Outcome.UNAUTHORISED_ABSENCE for mark in own) and not any(
        mark.outcome == Outcome.HELD and first <= utc(mark.starts_at) <= last for mark in marks
    )


def check_reason(reason: str, field: str = "reason") -> str:
    """The reason of an absence without the space around it; an empty one is refused (3.2)."""
    if not (text := written(reason)):
        raise RuleError(field, CLAUSE, gettext_noop("Say why: 3.2 asks for the reasons of an absence."))
    return text


def _verdict(
    terms: AttendanceTerms, outcome: Outcome, ground: Ground, decided_at: datetime, facts: Sequence[Fact]
) -> Verdict:
    return Verdict(outcome, ground, CLAUSE, decided_at, terms.policy_id, tuple(facts))


def _absence(
    terms: AttendanceTerms, ground: Ground, decided_at: datetime, facts: Sequence[Fact], exception: bool
) -> Verdict:
    """An absence that is unauthorised, unless an exceptional circumstance was authorised for the
    session (3.2).
    """
    if exception:
        given: list[Fact] = [*facts, ("exception", True), ("would_be", ground.value)]
        return _verdict(terms, Outcome.AUTHORISED_ABSENCE, Ground.EXCEPTIONAL_CIRCUMSTANCE, decided_at, given)
    return _verdict(terms, Outcome.UNAUTHORISED_ABSENCE, ground, decided_at, facts)


def _rule(terms: AttendanceTerms, name: str) -> list[Fact]:
    """The rule that was applied, in seconds, and that it was an adapted one (2.4)."""
    length: timedelta = getattr(terms, name)
    rule: list[Fact] = [(f"{name}_seconds", int(length.total_seconds()))]
    return [*rule, ("adapted_rule", name)] if name in terms.adapted_rules else rule


def _joins_and_rule(facts: SessionFacts, terms: AttendanceTerms) -> list[Fact]:
    """What a verdict on joins rests on, as far as it is known, the way the record keeps it."""
    names = ("starts_at", "ends_at", "student_joined_at", "mentor_joined_at", "stated_present")
    known = ((name, getattr(facts, name)) for name in names)
    told: list[Fact] = [
        (name, _iso(v) if isinstance(v, datetime) else v) for name, v in known if v is not None
    ]
    return told + _rule(terms, "lateness")


def _iso(instant: datetime) -> str:
    return instant.isoformat()
