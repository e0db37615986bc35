"""Free slots of a mentor (3.2): where a missed session may go, and whether anything was on offer at all."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime, time, timedelta
from typing import NamedTuple

from rulebook.dates import (
    IsoWeek,
    end_of_following_week,
    iso_week,
    local_date,
    local_instant,
    start_of_week,
    utc,
    weekly_days,
)
from rulebook.terms import AttendanceTerms

Interval = tuple[datetime, datetime]


class Rule(NamedTuple):
    """A mentor's weekly availability: local times of a zone, in force from ``recorded_at`` until
    ``retired_at``.

    ``weekday`` 0 is Monday; ``ends`` 00:00 means the end of that day.
    """

    weekday: int
    starts: time
    ends: time
    zone: str
    recorded_at: datetime
    retired_at: datetime | None = None

    def in_force(self, instant: datetime) -> bool:
        """Whether the mentor offered this at an instant."""
        return self.recorded_at <= instant and (self.retired_at is None or instant < self.retired_at)


class Blocker(NamedTuple):
    """A stretch of time that could not be booked between two instants of the knowing.

    For a session of mentor or student these are when it was booked and released, for a mentor's time
    off when it was recorded and withdrawn, for a student's leave when it was validated and undone;
    ``None``: it stands still.
    """

    starts_at: datetime
    ends_at: datetime
    from_at: datetime
    until_at: datetime | None = None

    def stood(self, instant: datetime) -> bool:
        """Whether it kept anyone from booking at an instant."""
        return self.from_at <= instant and (self.until_at is None or instant < self.until_at)


def postponement_window(missed_at: datetime, zone: str, terms: AttendanceTerms) -> Interval:
    """The weeks that a missed session may go to (A3), in the enrolment's zone: its own ISO week and the
    following one, from the first instant up to but not including the second.
    """
    return start_of_week(missed_at, zone), end_of_following_week(missed_at, zone, terms.postponement_weeks)


def grid(rule: Rule, window: Interval, length: timedelta) -> Iterator[datetime]:
    """The starts that a rule yields in a window (its end excluded): consecutive lengths from the rule's
    own start.
    """
    first, last = (local_date(instant, rule.zone) for instant in window)
    for day in weekly_days(rule.weekday, first, last):
        start = local_instant(day, rule.starts, rule.zone)
        closing = day if rule.ends != time(0) else day + timedelta(days=1)
        # Lengths are cut in real time: on the day of a clock change a stretch holds an hour more or less.
        end = local_instant(closing, rule.ends, rule.zone)
        while start + length <= end:
            if window[0] <= start < window[1]:
                yield start
            start += length


def free_slots(
    *,
    missed_at: datetime,
    after: datetime,
    zone: str,
    terms: AttendanceTerms,
    rules: Iterable[Rule],
    busy: Iterable[Interval],
    week_counts: Mapping[IsoWeek, int],
    length: timedelta | None = None,
) -> list[datetime]:
    """The starts at which a missed session can be booked, in order.

    In the same or the following ISO week of the enrolment's ``zone``, strictly after ``after`` (the
    instant of asking, at which the rules must be in force), overlapping nothing ``busy`` of mentor or
    student, and only in weeks that hold fewer sessions of the enrolment than the limit. ``week_counts``
    leaves out cancelled sessions and authorised absences.
    """
    after, size = utc(after), length or terms.session_length
    window = postponement_window(missed_at, zone, terms)
    taken = list(busy)
    starts = {start for rule in rules if rule.in_force(after) for start in grid(rule, window, size)}
    return sorted(
        start
        for start in starts
        if start > after
        and _week_has_room(start, zone, week_counts, terms)
        and not any(_overlap(start, size, begins, ends) for begins, ends in taken)
    )


def open_starts(
    *,
    after: datetime,
    until: datetime,
    rules: Iterable[Rule],
    busy: Iterable[Interval],
    length: timedelta,
) -> list[datetime]:
    """The starts strictly after one instant and before another that overlap nothing ``busy``, in order.

    For appointments that are bound to no week (defences); the rules are those in force at ``after``.
    """
    after, taken = utc(after), list(busy)
    starts = {start for rule in rules if rule.in_force(after) for start in grid(rule, (after, until), length)}
    return sorted(
        start
        for start in starts
        if start > after and not any(_overlap(start, length, begins, ends) for begins, ends in taken)
    )


def slot_offered(
    *,
    missed_at: datetime,
    deadline: datetime,
    zone: str,
    terms: AttendanceTerms,
    rules: Iterable[Rule],
    blockers: Iterable[Blocker],
    week_counts: Mapping[IsoWeek, int],
    length: timedelta | None = None,
) -> bool:
    """Whether any slot could have been booked at some moment from the missed start to the deadline
    (A8).

    A slot counts that starts after the missed start and before the end of the following ISO week, in a
    week with room, if at one moment between the missed start and the deadline (and before the slot
    itself) its rule was in force and nothing blocked it. So it hangs on when availability, time off and
    bookings came and went, and not on when the question is asked.
    """
    missed_at, deadline, size = utc(missed_at), utc(deadline), length or terms.session_length
    window = (missed_at, postponement_window(missed_at, zone, terms)[1])
    standing = list(blockers)
    return any(
        _week_has_room(start, zone, week_counts, terms)
        and _was_bookable(start, size, rule, standing, missed_at, deadline)
        for rule in rules
        for start in grid(rule, window, size)
    )


def _was_bookable(
    start: datetime, length: timedelta, rule: Rule, blockers: list[Blocker], first: datetime, last: datetime
) -> bool:
    own = [blocker for blocker in blockers if _overlap(start, length, blocker.starts_at, blocker.ends_at)]
    # A slot becomes bookable when its rule is recorded or a blocker goes: these moments are enough.
    moments = [first, rule.recorded_at, *(blocker.until_at for blocker in own if blocker.until_at)]
    return any(
        first <= moment <= last
        and moment < start
        and rule.in_force(moment)
        and not any(blocker.stood(moment) for blocker in own)
        for moment in moments
    )


def _week_has_room(start: datetime, zone: str, counts: Mapping[IsoWeek, int], terms: AttendanceTerms) -> bool:
    return counts.get(iso_week(start, zone), 0) < terms.max_sessions_per_week


def _overlap(start: datetime, length: timedelta, begins: datetime, ends: datetime) -> bool:
    """Whether a slot and a stretch of time share more than an edge."""
    return start < ends and begins < start + length
