"""Leaves of a student (2.7): how long, who approves, whether the e-mail belongs to it, where the end moves to.

Days are the enrolment's own: first and last day are both included, so that a leave of one day begins and ends
on it. Nothing here counts hours, which makes a clock change no matter.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum

from rulebook.dates import local_instant, utc
from rulebook.errors import RuleError
from rulebook.marking import gettext_noop
from rulebook.terms import LeaveTerms

CLAUSE = "2.7"
DAY = timedelta(days=1)
Days = tuple[date, date]  # first and last, both included


class Approver(StrEnum):
    """Who decides on a leave."""

    MENTOR = "mentor"
    STUDENT_SUCCESS = "student_success"


@dataclass(frozen=True, slots=True)
class LeaveCourse:
    """What a leave of so many days asks for, and by which rule."""

    days: int  # of this leave
    consecutive: int  # of the whole absence that it is part of: these say who approves
    approver: Approver
    needs_email: bool
    clause: str = CLAUSE


def length_in_days(starts_on: date, ends_on: date) -> int:
    """The consecutive days from first to last, both included.

    >>> length_in_days(date(2026, 3, 2), date(2026, 3, 2))
    1
    >>> length_in_days(date(2028, 2, 28), date(2028, 3, 1))  # a leap year
    3
    """
    return (ends_on - starts_on).days + 1


def whole_absence(starts_on: date, ends_on: date, others: Iterable[Days] = ()) -> Days:
    """The first and last day of the unbroken stretch of calendar days that these days and other leaves make up.

    >>> whole_absence(date(2026, 3, 9), date(2026, 3, 15), [(date(2026, 3, 2), date(2026, 3, 8))])
    (datetime.date(2026, 3, 2), datetime.date(2026, 3, 15))
    """
    first, last = starts_on, ends_on
    left = list(others)
    while touching := [each for each in left if each[0] <= last + DAY and each[1] >= first - DAY]:
        first = min(first, *(each[0] for each in touching))
        last = max(last, *(each[1] for each in touching))
        left = [each for each in left if each not in touching]
    return first, last


def judge_leave(
    starts_on: date, ends_on: date, terms: LeaveTerms, others: Iterable[Days] = ()
) -> LeaveCourse:
    """Who approves a leave of these days, first and last included, and whether the e-mail belongs to it (L1, L2).

    Leaves that adjoin are one absence, however many requests it was asked for in: ``others`` are the first and last
    days of the leaves that stand, asked for or validated. One day of training between them makes them two.

    Raises ``RuleError`` on ``ends_on`` when it ends before it starts.
    """
    if ends_on < starts_on:
        raise RuleError("ends_on", CLAUSE, gettext_noop("The last day comes before the first."))
    days = length_in_days(starts_on, ends_on)
    consecutive = length_in_days(*whole_absence(starts_on, ends_on, others))
    short = consecutive <= terms.mentor_approves_up_to
    return LeaveCourse(
        days,
        consecutive,
        Approver.MENTOR if short else Approver.STUDENT_SUCCESS,
        needs_email=consecutive > terms.email_beyond,
    )


def begins_at(starts_on: date, zone: str) -> datetime:
    """The first instant of a leave: midnight of its first day, by the enrolment's clocks."""
    return local_instant(starts_on, time(0), zone)


def over_at(last_day: date, zone: str) -> datetime:
    """The first instant after a leave."""
    return local_instant(last_day + timedelta(days=1), time(0), zone)


def in_advance(received_at: datetime, starts_on: date, zone: str) -> bool:
    """Whether a request came in advance (2.7): before the first day begins, its last second included."""
    return utc(received_at) < begins_at(starts_on, zone)


def moved_end(ends_on: date, days: int) -> date:
    """The training's last day after a leave of so many days; fewer than none move it back (L4)."""
    return ends_on + timedelta(days=days)


def days_given_back(starts_on: date, last_day: date, back_on: date) -> int:
    """The days of a leave that an early return leaves untaken; ``back_on`` is the first day back in training.

    Raises ``RuleError`` on ``back_on`` when that day is not one of the leave's.

    >>> days_given_back(date(2026, 3, 2), date(2026, 3, 8), date(2026, 3, 6))
    3
    """
    if not starts_on <= back_on <= last_day:
        raise RuleError("back_on", CLAUSE, gettext_noop("Choose one of the days of the leave."))
    return length_in_days(back_on, last_day)
