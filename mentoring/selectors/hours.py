"""What is known of people's time: a mentor's hours, and everything that stands in the way of a booking."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, time, timedelta

from django.db.models import Q

from mentoring.models import Defence, DefenceState, Mentor, Session, SessionState, TimeOff, WeeklySlot
from rulebook.dates import IsoWeek, iso_week, local_date, local_instant
from rulebook.slots import Blocker, Rule
from students.models import Enrolment, Interruption

COUNTED = (
    SessionState.SCHEDULED,
    SessionState.HELD,
    SessionState.UNAUTHORISED_ABSENCE,
    SessionState.UNATTENDED,
)
"""States that count towards the limit of sessions in one week: took place, may do so, or were the student's own
loss. What was cancelled, excused or missed by the mentor leaves room (A3)."""

ALWAYS = datetime.min.replace(tzinfo=UTC)
NEVER = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Booked:
    """A session as it stands in the way of others."""

    replaces_id: int | None
    starts_at: datetime
    state: str
    decided_at: datetime | None
    booked_at: datetime
    released_at: datetime | None

    def counts_at(self, instant: datetime) -> bool:
        """Whether it counted towards the week's limit at an instant."""
        if self.booked_at > instant or (self.released_at is not None and self.released_at <= instant):
            return False
        return self.state in COUNTED or (self.decided_at is not None and self.decided_at > instant)


@dataclass(slots=True)
class Hours:
    """The time of some mentors and students between two instants; ``load`` takes five statements."""

    rules: dict[int, list[Rule]] = field(default_factory=lambda: defaultdict(list))
    time_off: dict[int, list[Blocker]] = field(default_factory=lambda: defaultdict(list))
    of_mentor: dict[int, list[Blocker]] = field(default_factory=lambda: defaultdict(list))
    of_student: dict[int, list[Blocker]] = field(default_factory=lambda: defaultdict(list))
    interruptions: dict[int, list[Interruption]] = field(default_factory=lambda: defaultdict(list))
    sessions: dict[int, list[Booked]] = field(default_factory=lambda: defaultdict(list))

    def blockers(self, mentor: Mentor, enrolment: Enrolment) -> Iterator[Blocker]:
        """Everything that stands in the way of a session of these two."""
        yield from self.time_off[mentor.pk]
        yield from self.of_mentor[mentor.pk]
        yield from self.of_student[enrolment.student_id]
        zone = enrolment.time_zone
        for row in self.interruptions[enrolment.pk]:
            begins = local_instant(row.starts_on, time(0), zone)
            ends = local_instant(row.ends_on + timedelta(days=1), time(0), zone)
            yield Blocker(begins, ends, row.recorded_at, row.lifted_at)
        over = local_instant(enrolment.last_day + timedelta(days=1), time(0), zone)
        yield Blocker(over, NEVER, ALWAYS)
        if mentor.left_on is not None:
            yield Blocker(local_instant(mentor.left_on + timedelta(days=1), time(0), zone), NEVER, ALWAYS)

    def week_counts(
        self, enrolment: Enrolment, instant: datetime, *, but_replacing: int | None = None
    ) -> dict[IsoWeek, int]:
        """Sessions in each ISO week as they counted at an instant; without those that replace one session."""
        counts: dict[IsoWeek, int] = defaultdict(int)
        for row in self.sessions[enrolment.pk]:
            if row.counts_at(instant) and (but_replacing is None or row.replaces_id != but_replacing):
                counts[iso_week(row.starts_at, enrolment.time_zone)] += 1
        return counts


def within(slots: Iterable[WeeklySlot], starts_at: datetime, ends_at: datetime) -> bool:
    """Whether one of these weekly hours holds a whole span."""
    for slot in slots:
        day = local_date(starts_at, slot.time_zone)
        opens = local_instant(day, slot.starts, slot.time_zone)
        closes = local_instant(day, slot.ends, slot.time_zone)
        if day.isoweekday() == slot.weekday and opens <= starts_at and ends_at <= closes:
            return True
    return False


def load(
    mentors: Iterable[int],
    enrolments: Sequence[Enrolment],
    first: datetime,
    last: datetime,
) -> Hours:
    """The time of these people around a span; hours that were retired before it are left out."""
    hours = Hours()
    mentor_ids, student_ids = set(mentors), {each.student_id for each in enrolments}
    enrolment_ids = {each.pk for each in enrolments}
    for slot in WeeklySlot.objects.filter(mentor__in=mentor_ids).filter(
        Q(retired_at__isnull=True) | Q(retired_at__gt=first)
    ):
        hours.rules[slot.mentor_id].append(
            Rule(slot.weekday - 1, slot.starts, slot.ends, slot.time_zone, slot.recorded_at, slot.retired_at)
        )
    for off in TimeOff.objects.filter(mentor__in=mentor_ids, ends_at__gt=first, starts_at__lt=last):
        hours.time_off[off.mentor_id].append(
            Blocker(off.starts_at, off.ends_at, off.recorded_at, off.withdrawn_at)
        )
    for interruption in Interruption.objects.filter(enrolment__in=enrolment_ids):
        hours.interruptions[interruption.enrolment_id].append(interruption)
    # A session lasts a day at most.
    rows = (
        Session.objects.filter(Q(mentor__in=mentor_ids) | Q(student__in=student_ids))
        .filter(starts_at__gt=first - timedelta(days=1), starts_at__lt=last)
        .order_by()
        .values_list(
            "mentor_id",
            "student_id",
            "enrolment_id",
            "replaces_id",
            "starts_at",
            "ends_at",
            "state",
            "decided_at",
            "booked_at",
            "released_at",
        )
    )
    for row in rows:
        mentor_id, student_id, enrolment_id, replaces_id, starts_at, ends_at = row[:6]
        state, decided_at, booked_at, released_at = row[6:]
        blocker = Blocker(starts_at, ends_at, booked_at, released_at)
        hours.of_mentor[mentor_id].append(blocker)
        hours.of_student[student_id].append(blocker)
        hours.sessions[enrolment_id].append(
            Booked(replaces_id, starts_at, state, decided_at, booked_at, released_at)
        )
    # A defence lasts less than a day as well; one that was cancelled stood in the way until then.
    defences = (
        Defence.objects.filter(Q(assessor__in=mentor_ids) | Q(student__in=student_ids))
        .filter(starts_at__gt=first - timedelta(days=1), starts_at__lt=last)
        .order_by()
        .values_list("assessor_id", "student_id", "starts_at", "ends_at", "booked_at", "state", "decided_at")
    )
    for assessor_id, student_id, starts_at, ends_at, booked_at, state, decided_at in defences:
        freed_at = decided_at if state == DefenceState.CANCELLED else None
        blocker = Blocker(starts_at, ends_at, booked_at, freed_at)
        hours.of_mentor[assessor_id].append(blocker)
        hours.of_student[student_id].append(blocker)
    return hours
