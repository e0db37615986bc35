"""Free slots: where a missed session may go (A3), why a day is closed, and whether anything was on offer (A8)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db.models import Q, TextChoices
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from mentoring.models import Absence, Mentor, Mentorship, ReschedulingState, Session, SessionState
from rulebook import slots as rules
from rulebook.attendance import earliest_imposed
from rulebook.dates import iso_week, local_date, local_instant
from rulebook.slots import Blocker, Interval
from rulebook.terms import AttendanceTerms

from .hours import ALWAYS, NEVER, Hours, load
from .terms import terms_for_sessions

REPLACEABLE = (
    SessionState.AUTHORISED_ABSENCE,
    SessionState.UNAUTHORISED_ABSENCE,
    SessionState.MENTOR_ABSENT,
    SessionState.CANCELLED_BY_MENTOR,
    SessionState.CANCELLED_BY_SCHOOL,
)
"""States in which another session may be booked for this one (A3, A6, A8)."""


class Closed(TextChoices):
    """Why nothing can be booked on a day."""

    PAST = "past", _("in the past")
    ENDED = "ended", _("outside of the training")
    INTERRUPTED = "interrupted", _("the training is interrupted")
    NO_HOURS = "no_hours", _("the mentor has no hours on this day")
    TIME_OFF = "time_off", _("the mentor is away")
    WEEK_FULL = "week_full", _("this week already holds as many sessions as 3.2 allows")
    TAKEN = "taken", _("every slot is taken or over")


@dataclass(frozen=True, slots=True)
class Day:
    """One column of the picker: a day of the enrolment's zone, its free slots, or why there is none."""

    day: date
    slots: tuple[Interval, ...]
    closed: Closed | None


@dataclass(frozen=True, slots=True)
class Picker:
    """Where one missed session may go, as asked at one instant."""

    session: Session
    mentorship: Mentorship | None
    length: timedelta
    days: tuple[Day, ...]
    too_near: frozenset[datetime] = frozenset()
    """Starts that only the student may choose: notice in time is no longer possible for them (A3)."""

    @property
    def zone(self) -> str:
        """The zone of the days and the weeks: the enrolment's."""
        return self.session.enrolment.time_zone

    @property
    def mentor_zone(self) -> str:
        """The mentor's own zone, shown beside where it differs."""
        return self.mentorship.mentor.user.time_zone if self.mentorship else self.zone

    @property
    def slots(self) -> list[Interval]:
        return [slot for day in self.days for slot in day.slots]

    @property
    def starts(self) -> list[datetime]:
        return [slot[0] for slot in self.slots]


def replacing_mentorship(session: Session, now: datetime) -> Mentorship | None:
    """The mentorship that another session for this one is booked in: the one that stands now, else the next."""
    today = local_date(now, session.enrolment.time_zone)
    return (
        Mentorship.objects.filter(enrolment=session.enrolment_id)
        .filter(Q(ends_on__isnull=True) | Q(ends_on__gte=today))
        .select_related("mentor__user")
        .order_by("starts_on", "pk")
        .first()
    )


def free_slots(session: Session, *, now: datetime) -> list[datetime]:
    """The starts at which another session can be booked for this one, in order."""
    return picker(session, now=now).starts


def picker(
    session: Session, *, now: datetime, mentorship: Mentorship | None = None, by: User | None = None
) -> Picker:
    """The slots at which another session can be booked for this one, day by day. Eight statements at most; two more
    where somebody else (``by``) chooses for the student, who then has to be left the time for a notice (A3).

    Same or following ISO week as the missed session. A duty that waits, because the mentor had offered nothing, keeps
    waiting for the first week with room: its window moves on with the present.
    """
    enrolment, length = session.enrolment, session.ends_at - session.starts_at
    mentorship = mentorship or replacing_mentorship(session, now)
    terms = terms_for_sessions([(0, enrolment.pk, session.starts_at, enrolment.time_zone)])[0]
    missed_at = max(session.starts_at, now) if _waits(session) else session.starts_at
    window = rules.postponement_window(missed_at, enrolment.time_zone, terms)
    if mentorship is None:
        return Picker(
            session, None, length, tuple(Day(day, (), Closed.ENDED) for day in _days(window, session))
        )
    hours = load([mentorship.mentor_id], [enrolment], min(window[0], now), window[1])
    standing = [each for each in _blockers(hours, mentorship, session) if each.stood(now)]
    starts = rules.free_slots(
        missed_at=missed_at,
        after=now,
        zone=enrolment.time_zone,
        terms=terms,
        rules=hours.rules[mentorship.mentor_id],
        busy=[(each.starts_at, each.ends_at) for each in standing],
        week_counts=hours.week_counts(enrolment, now),
        length=length,
    )
    near = _too_near(session, starts, now, by)
    starts = [start for start in starts if start not in near]
    view = _View(session, mentorship, terms, hours, window, length, now)
    days = []
    for day in _days(window, session):
        own = tuple(
            (start, start + length) for start in starts if local_date(start, enrolment.time_zone) == day
        )
        days.append(Day(day, own, None if own else view.why_closed(day)))
    return Picker(session, mentorship, length, tuple(days), near)


def _too_near(
    session: Session, starts: Sequence[datetime], now: datetime, by: User | None
) -> frozenset[datetime]:
    """Slots so near that the student could give no notice in time: theirs to choose, and nobody else's."""
    if by is None or by.pk == session.student.user_id:
        return frozenset()
    zone = session.enrolment.time_zone
    terms = terms_for_sessions([(n, session.enrolment_id, start, zone) for n, start in enumerate(starts)])
    return frozenset(start for n, start in enumerate(starts) if start < earliest_imposed(now, terms[n]))


@dataclass(frozen=True, slots=True)
class Charge:
    """Between which instants another session was booked with the mentor of a mentorship."""

    mentorship: Mentorship
    begins_at: datetime
    ends_at: datetime

    def holds(self, instant: datetime) -> bool:
        return self.begins_at <= instant < self.ends_at


@dataclass(frozen=True, slots=True)
class Offer:
    """Whether a free slot was on offer after an absence, and who was the mentor at its deadline (A8)."""

    made: bool
    mentor: Mentor | None


def charges(mentorships: Iterable[Mentorship]) -> list[Charge]:
    """Who was to be booked with when, for one enrolment: ``replacing_mentorship`` at every instant.

    By when mentorships and their last days became known: what is arranged later changes nothing of before (A10).
    """
    found: list[Charge] = []
    since = ALWAYS
    for each in sorted(mentorships, key=lambda row: (row.starts_on, row.pk)):
        until = NEVER
        if each.ends_on is not None:
            until = max(_over(each, each.enrolment.time_zone), each.end_recorded_at or ALWAYS)
        found.append(Charge(each, max(since, each.recorded_at or ALWAYS), until))
        since = max(since, until)
    return found


def offers(absences: Sequence[Absence]) -> dict[int, Offer]:
    """Whether the mentor had a free slot at any moment from each missed start to its deadline (A8).

    Whoever was the mentor at that moment: a mentor who took over meanwhile is asked from then on (A11). By the
    absence's id, in a constant number of statements. It hangs on when mentorships, hours, time off and bookings came
    and went, not on when it is asked; a session booked in place of the missed one takes nothing away. Absences come
    with ``session__enrolment``.
    """
    if not absences:
        return {}
    terms = terms_for_sessions(
        [(row.pk, row.enrolment_id, row.starts_at, row.session.enrolment.time_zone) for row in absences]
    )
    windows = {
        row.pk: rules.postponement_window(row.starts_at, row.session.enrolment.time_zone, terms[row.pk])
        for row in absences
    }
    arranged: dict[int, list[Mentorship]] = defaultdict(list)
    for each in Mentorship.objects.filter(
        enrolment__in={row.enrolment_id for row in absences}
    ).select_related("mentor", "enrolment"):
        arranged[each.enrolment_id].append(each)
    in_charge = {
        row.pk: [
            each
            for each in charges(arranged[row.enrolment_id])
            if each.begins_at <= row.rescheduling_due_at and row.starts_at < each.ends_at
        ]
        for row in absences
    }
    hours = load(
        {each.mentorship.mentor_id for found in in_charge.values() for each in found},
        list({row.enrolment_id: row.session.enrolment for row in absences}.values()),
        min(window[0] for window in windows.values()),
        max(window[1] for window in windows.values()),
    )
    found: dict[int, Offer] = {}
    for row in absences:
        asked = in_charge[row.pk]
        made = any(_offered(row, each, hours, windows[row.pk], terms[row.pk]) for each in asked)
        last = next((each for each in asked if each.holds(row.rescheduling_due_at)), None)
        found[row.pk] = Offer(made, last.mentorship.mentor if last else None)
    return found


def _offered(
    absence: Absence, charge: Charge, hours: Hours, window: Interval, terms: AttendanceTerms
) -> bool:
    session, mentorship = absence.session, charge.mentorship
    blockers = [
        each
        for each in _blockers(hours, mentorship, session)
        if each.starts_at < window[1] and each.ends_at > window[0]
    ]
    return rules.slot_offered(
        missed_at=absence.starts_at,
        deadline=absence.rescheduling_due_at,
        zone=session.enrolment.time_zone,
        terms=terms,
        rules=hours.rules[mentorship.mentor_id],
        # Until another mentor's time was over, nothing of this one's could be booked.
        blockers=[*blockers, Blocker(ALWAYS, NEVER, ALWAYS, charge.begins_at)],
        week_counts=hours.week_counts(
            session.enrolment, absence.rescheduling_due_at, but_replacing=session.pk
        ),
        length=session.ends_at - session.starts_at,
    )


def _waits(session: Session) -> bool:
    absence = getattr(session, "absence", None)
    return absence is not None and absence.rescheduling_state == ReschedulingState.WAITS


def _days(window: Interval, session: Session) -> list[date]:
    first = local_date(window[0], session.enrolment.time_zone)
    last = local_date(window[1] - timedelta(microseconds=1), session.enrolment.time_zone)
    return [first + timedelta(days=number) for number in range((last - first).days + 1)]


def _blockers(hours: Hours, mentorship: Mentorship, session: Session) -> list[Blocker]:
    enrolment = session.enrolment
    begins = local_instant(mentorship.starts_on, time(0), enrolment.time_zone)
    found = [*hours.blockers(mentorship.mentor, enrolment), Blocker(ALWAYS, begins, ALWAYS)]
    if mentorship.ends_on is not None:
        over = _over(mentorship, enrolment.time_zone)
        found.append(Blocker(over, NEVER, mentorship.end_recorded_at or ALWAYS))
    return found


def _over(mentorship: Mentorship, zone: str) -> datetime:
    """The instant at which the last day of a mentorship that has one is over."""
    assert mentorship.ends_on is not None
    return local_instant(mentorship.ends_on + timedelta(days=1), time(0), zone)


@dataclass(frozen=True, slots=True)
class _View:
    """What the picker knows when it says why a day is closed."""

    session: Session
    mentorship: Mentorship
    terms: AttendanceTerms
    hours: Hours
    window: Interval
    length: timedelta
    now: datetime

    def why_closed(self, day: date) -> Closed:
        enrolment, mentorship = self.session.enrolment, self.mentorship
        zone, now = enrolment.time_zone, self.now
        if day < local_date(now, zone):
            return Closed.PAST
        if not enrolment.starts_on <= day <= enrolment.last_day or day < mentorship.starts_on:
            return Closed.ENDED
        if mentorship.ends_on is not None and day > mentorship.ends_on:
            return Closed.ENDED
        for row in self.hours.interruptions[enrolment.pk]:
            if row.lifted_at is None and row.starts_on <= day <= row.ends_on:
                return Closed.INTERRUPTED
        starts = [
            start
            for rule in self.hours.rules[mentorship.mentor_id]
            if rule.in_force(now)
            for start in rules.grid(rule, self.window, self.length)
            if local_date(start, zone) == day
        ]
        if not starts:
            return Closed.NO_HOURS
        week = iso_week(starts[0], zone)
        if self.hours.week_counts(enrolment, now)[week] >= self.terms.max_sessions_per_week:
            return Closed.WEEK_FULL
        away = [each for each in self.hours.time_off[mentorship.mentor_id] if each.stood(now)]
        if all(
            any(each.starts_at < start + self.length and start < each.ends_at for each in away)
            for start in starts
        ):
            return Closed.TIME_OFF
        return Closed.TAKEN
