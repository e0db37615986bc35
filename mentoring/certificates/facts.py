"""A student's month as whoever pays may know it: when sessions were, and what became of them.

Of an absence a funder learns whether it was authorised, and of an unauthorised one the attendance fact behind it
(came late, did not come, gave notice too late). Never why: reasons, notices, circumstances, contests, accommodations
and notes are the school's and the student's (abuse 14).
"""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.utils.translation import gettext_lazy

from mentoring.models import Ground, Session, SessionState
from rulebook.dates import local_instant
from students.models import Enrolment, Interruption

MONTH = re.compile(r"(20\d\d|21\d\d)-(0[1-9]|1[0-2])")

# What is told of each outcome; of what is not settled yet (scheduled, unattended) nothing is certified.
OUTCOMES = {
    SessionState.HELD: "attended",
    SessionState.AUTHORISED_ABSENCE: "authorised_absence",
    SessionState.UNAUTHORISED_ABSENCE: "unauthorised_absence",
    SessionState.MENTOR_ABSENT: "not_held",
    SessionState.CANCELLED_BY_MENTOR: "not_held",
    SessionState.CANCELLED_BY_SCHOOL: "not_held",
}
WORDS = {
    "attended": gettext_lazy("Attended"),
    "authorised_absence": gettext_lazy("Authorised absence"),
    "unauthorised_absence": gettext_lazy("Unauthorised absence"),
    "not_held": gettext_lazy("Not held, through no act of the student"),
    "pending": gettext_lazy("Not settled yet"),
}
GROUNDS = {
    Ground.LATE_NOTICE: gettext_lazy("notice given late"),
    Ground.LATE_ARRIVAL: gettext_lazy("arrived late"),
    Ground.NO_SHOW: gettext_lazy("did not come"),
}


@dataclass(frozen=True, slots=True)
class Line:
    """One session of the month."""

    starts_at: datetime
    ends_at: datetime
    outcome: str
    ground: str

    @property
    def length(self) -> timedelta:
        return self.ends_at - self.starts_at

    @property
    def words(self) -> str:
        told = str(WORDS[self.outcome])
        return f"{told}: {GROUNDS[Ground(self.ground)]}" if self.ground else told


@dataclass(frozen=True, slots=True)
class Certificate:
    """One month of one training, from ``first`` to ``last``, both included."""

    enrolment: Enrolment
    first: date
    last: date
    made_at: datetime
    lines: tuple[Line, ...]
    leaves: tuple[tuple[date, date], ...]

    def total(self, outcome: str) -> timedelta:
        return sum((line.length for line in self.lines if line.outcome == outcome), timedelta(0))

    def count(self, outcome: str) -> int:
        return sum(line.outcome == outcome for line in self.lines)


def parse_month(text: str) -> date | None:
    """The first day of a month written ``2026-03``."""
    found = MONTH.fullmatch(text)
    return date(int(found[1]), int(found[2]), 1) if found else None


def month_of(
    enrolment: Enrolment, month: date, now: datetime, *, since: date | None = None, until: date | None = None
) -> Certificate:
    """A training's month by its own calendar; ``since`` and ``until`` bound it to what one funder paid for.

    Two statements.
    """
    first = max(filter(None, (month.replace(day=1), since)))
    end = month.replace(day=monthrange(month.year, month.month)[1])
    last = min(filter(None, (end, until)))
    zone = enrolment.time_zone
    rows = Session.objects.filter(
        enrolment=enrolment,
        starts_at__gte=local_instant(first, time(0), zone),
        starts_at__lt=local_instant(last + timedelta(days=1), time(0), zone),
    ).order_by("starts_at", "pk")
    out = Interruption.objects.filter(
        enrolment=enrolment, kind="leave", lifted_at__isnull=True, starts_on__lte=last, ends_on__gte=first
    ).order_by("starts_on")
    return Certificate(
        enrolment,
        first,
        last,
        now,
        tuple(_line(row) for row in rows.only("starts_at", "ends_at", "state", "ground")),
        tuple((max(row.starts_on, first), min(row.ends_on, last)) for row in out),
    )


def _line(row: Session) -> Line:
    outcome = OUTCOMES.get(SessionState(row.state), "pending")
    told = outcome == "unauthorised_absence" and row.ground in GROUNDS
    return Line(row.starts_at, row.ends_at, outcome, row.ground if told else "")
