"""When a project can be defended before an assessor: the free hours of both."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from mentoring.models import Mentor
from rulebook.dates import local_date
from rulebook.policy import policy_at
from rulebook.slots import open_starts
from students.models import ProjectWork

from .hours import Hours, load
from .slots import Closed, Day


@dataclass(frozen=True, slots=True)
class DefenceOffer:
    """The free starts before one assessor, day by day of the student's zone."""

    work: ProjectWork
    assessor: Mentor
    length: timedelta
    days: tuple[Day, ...]

    @property
    def starts(self) -> list[datetime]:
        return [slot[0] for day in self.days for slot in day.slots]


def defence_slots(work: ProjectWork, assessor: Mentor, *, now: datetime) -> DefenceOffer:
    """What an assessor's hours leave free in the days ahead for a defence of this work. Five statements."""
    terms = policy_at(now).defences
    enrolment, last = work.enrolment, now + terms.offered_ahead
    hours = load([assessor.pk], [enrolment], now, last)
    busy = busy_spans(hours, assessor, work, now)
    starts = open_starts(
        after=now, until=last, rules=hours.rules[assessor.pk], busy=busy, length=terms.length
    )
    zone = enrolment.time_zone
    first_day, last_day = local_date(now, zone), local_date(last, zone)
    own: dict[date, list[datetime]] = {}
    for start in starts:
        own.setdefault(local_date(start, zone), []).append(start)
    days = []
    for number in range((last_day - first_day).days + 1):
        day = first_day + timedelta(days=number)
        free = tuple((start, start + terms.length) for start in own.get(day, ()))
        days.append(Day(day, free, None if free else _why_closed(work, hours, assessor, day)))
    return DefenceOffer(work, assessor, terms.length, tuple(days))


def busy_spans(
    hours: Hours, assessor: Mentor, work: ProjectWork, now: datetime
) -> list[tuple[datetime, datetime]]:
    """What stands in the way of a defence of these two at an instant."""
    return [
        (each.starts_at, each.ends_at) for each in hours.blockers(assessor, work.enrolment) if each.stood(now)
    ]


def _why_closed(work: ProjectWork, hours: Hours, assessor: Mentor, day: date) -> Closed:
    if not work.enrolment.starts_on <= day <= work.enrolment.last_day:
        return Closed.ENDED
    for row in hours.interruptions[work.enrolment_id]:
        if row.lifted_at is None and row.starts_on <= day <= row.ends_on:
            return Closed.INTERRUPTED
    if all(rule.weekday != day.weekday() for rule in hours.rules[assessor.pk]):
        return Closed.NO_HOURS
    return Closed.TAKEN
