"""The two clocks of a training: begun with its first mentor, moved on by their sweeps."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, time, timedelta

from mentoring.models import Followup
from rulebook.commitment import Span
from rulebook.dates import local_instant
from students.models import Enrolment, Interruption


def follow(enrolments: Iterable[Enrolment]) -> None:
    """Follow these trainings from their first day on; one statement, and nothing for those that are followed."""
    rows = []
    for enrolment in {each.pk: each for each in enrolments}.values():
        first = first_instant(enrolment)
        rows.append(Followup(enrolment=enrolment, month_ends_at=first, alert_at=first))
    Followup.objects.bulk_create(rows, ignore_conflicts=True)


def first_instant(enrolment: Enrolment) -> datetime:
    return local_instant(enrolment.starts_on, time(0), enrolment.time_zone)


def end_instant(enrolment: Enrolment) -> datetime:
    """The first instant that no longer belongs to the training."""
    return local_instant(enrolment.last_day + timedelta(days=1), time(0), enrolment.time_zone)


def pauses_of(enrolments: Sequence[Enrolment]) -> Mapping[int, list[Span]]:
    """Leaves and suspensions of each training, as spans; one that was lifted ends then. One statement."""
    zones = {row.pk: row.time_zone for row in enrolments}
    found: dict[int, list[Span]] = {pk: [] for pk in zones}
    for row in Interruption.objects.filter(enrolment__in=zones):
        zone = zones[row.enrolment_id]
        first = local_instant(row.starts_on, time(0), zone)
        after = local_instant(row.ends_on + timedelta(days=1), time(0), zone)
        if row.lifted_at is not None:
            after = min(after, row.lifted_at)
        if after > first:
            found[row.enrolment_id].append((first, after))
    return found


def month_of(day: date) -> date:
    return day.replace(day=1)


def months_later(month: date, months: int) -> date:
    """The first day of the month so many months after a month."""
    count = month.year * 12 + month.month - 1 + months
    return date(count // 12, count % 12 + 1, 1)
