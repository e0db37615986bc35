"""When a mentor has time: weekly availability and time off (A1, A11).

For the order of locks see ``services.desk``.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime, time
from itertools import pairwise
from typing import NamedTuple
from zoneinfo import available_timezones

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import QuerySet

from accounts.models import User
from mentoring.models import (
    Defence,
    DefenceState,
    Mentor,
    Mentorship,
    Session,
    TimeOff,
    WeeklySlot,
)
from record.services import write
from record.types import NewEntry
from rulebook.marking import gettext_noop
from rulebook.policy import policy_at

from . import cancellations, desk, generation
from .facts import iso

CLAUSE = "3.2"
MOST_HOURS = 40
"""Spans of hours in a mentor's week."""


class Slot(NamedTuple):
    """Hours of the week, in the local time of a zone; ``weekday`` 1 is Monday."""

    weekday: int
    starts: time
    ends: time
    time_zone: str


@transaction.atomic
def set_availability(*, mentor: Mentor, slots: Sequence[Slot], by: User, now: datetime) -> list[WeeklySlot]:
    """Give a mentor these weekly hours from ``now`` on.

    Hours are never edited: those that are gone are retired and new ones recorded, so that what was on offer at any
    past instant can still be told (A8); those that stay keep their row. Booked sessions stay. Raises
    ``RuleError`` on ``slots`` for hours that make no sense or overlap.
    """
    may_manage(mentor, by)
    wanted = set(slots)
    _check(sorted(wanted))
    lock_mentors({mentor.pk})
    standing = {
        Slot(row.weekday, row.starts, row.ends, row.time_zone): row
        for row in WeeklySlot.objects.filter(mentor=mentor, retired_at__isnull=True)
    }
    gone, new = standing.keys() - wanted, sorted(wanted - standing.keys())
    if gone or new:
        WeeklySlot.objects.filter(pk__in=[standing[slot].pk for slot in gone]).update(retired_at=now)
        WeeklySlot.objects.bulk_create(
            WeeklySlot(mentor=mentor, **slot._asdict(), recorded_at=now) for slot in new
        )
        facts: dict[str, object] = {
            "added": [_told(slot) for slot in new],
            "retired": [_told(slot) for slot in sorted(gone)],
        }
        write(entries=[entry(mentor, "availability_set", by=by, now=now, facts=facts)], now=now)
    return list(WeeklySlot.objects.filter(mentor=mentor, retired_at__isnull=True))


@transaction.atomic
def add_time_off(
    *, mentor: Mentor, starts_at: datetime, ends_at: datetime, reason: str = "", by: User, now: datetime
) -> TimeOff:
    """A span, half-open, in which the mentor takes no session; scheduled ones inside are cancelled.

    They are cancelled by the mentor: neutral for the students, who are told and may book others. Raises
    ``RuleError`` on ``ends_at`` when the span is empty or over.
    """
    may_manage(mentor, by)
    check_span(starts_at, ends_at, now)
    generation.catch_up(mentor_ids=[mentor.pk], student_ids=[], now=now)
    lock_mentors({mentor.pk})
    if Defence.objects.filter(
        assessor=mentor, state=DefenceState.BOOKED, starts_at__lt=ends_at, ends_at__gt=starts_at
    ).exists():
        raise desk.refuse(
            "starts_at", gettext_noop("You hold a defence in this time: cancel it first."), "2.2"
        )
    pks = cancellations.lock(falls_out(mentor, starts_at, ends_at, now))
    row = TimeOff.objects.create(
        mentor=mentor, starts_at=starts_at, ends_at=ends_at, reason=reason.strip(), recorded_at=now
    )
    facts = {"time_off": row.pk, "starts_at": iso(starts_at), "ends_at": iso(ends_at), "reason": row.reason}
    cancellations.cancel(
        pks,
        cancellations.BY_MENTOR,
        # The reason stays between mentor and school.
        cancellations.Cause("time_off", CLAUSE, tells_mentor=by.pk != mentor.user_id),
        by=by,
        now=now,
        entries=[entry(mentor, "time_off_added", by=by, now=now, facts=facts)],
    )
    return row


def check_span(starts_at: datetime, ends_at: datetime, now: datetime) -> None:
    """Raises ``RuleError`` on ``ends_at`` for time off that is empty or over."""
    if ends_at <= starts_at:
        raise desk.refuse("ends_at", gettext_noop("The time off ends before it starts."))
    if ends_at <= now:
        raise desk.refuse("ends_at", gettext_noop("This time is over: time off lies ahead."))


def falls_out(mentor: Mentor, starts_at: datetime, ends_at: datetime, now: datetime) -> QuerySet[Session]:
    """The sessions that time off would cancel: shown before it is confirmed."""
    return cancellations.to_come(now).filter(cancellations.inside(starts_at, ends_at), mentor=mentor)


@transaction.atomic
def withdraw_time_off(*, time_off_id: int, by: User, now: datetime) -> TimeOff:
    """The mentor is there after all: weeks that were left out get their session, cancelled ones stay cancelled.

    Raises ``RuleError`` on ``time_off`` when it was withdrawn or is over, and ``TimeOff.DoesNotExist``.
    """
    mentor = Mentor.objects.select_related("user").get(time_off=time_off_id)
    may_manage(mentor, by)
    generation.catch_up(mentor_ids=[mentor.pk], student_ids=[], now=now)
    mentorships = list(Mentorship.objects.select_for_update(no_key=True).filter(mentor=mentor).order_by("pk"))
    lock_mentors({mentor.pk})
    row = TimeOff.objects.select_for_update().get(pk=time_off_id)
    if row.withdrawn_at is not None:
        raise desk.refuse("time_off", gettext_noop("This time off was withdrawn already."))
    if row.ends_at <= now:
        raise desk.refuse("time_off", gettext_noop("This time off is over."))
    row.withdrawn_at = now
    row.save(update_fields=["withdrawn_at"])
    facts = {"time_off": row.pk, "starts_at": iso(row.starts_at), "ends_at": iso(row.ends_at)}
    write(entries=[entry(mentor, "time_off_withdrawn", by=by, now=now, facts=facts)], now=now)
    generation.generate_now(mentorships, now)
    return row


def may_manage(mentor: Mentor, by: User | None) -> None:
    """Mentors keep their own calendar, staff keep everyone's; the platform may."""
    if by is not None and by.pk != mentor.user_id and not by.is_school_staff:
        raise PermissionDenied


def lock_mentors(mentor_ids: Collection[int]) -> list[Mentor]:
    """These mentors' rows, locked in order: who books or changes hours waits for whoever does so now.

    Not against references to them, so that inserting a session elsewhere does not wait.
    """
    return list(Mentor.objects.select_for_update(no_key=True).filter(pk__in=mentor_ids).order_by("pk"))


def entry(mentor: Mentor, kind: str, *, by: User | None, now: datetime, facts: dict[str, object]) -> NewEntry:
    """An entry about a mentor, for the mentor's own chain."""
    return NewEntry(
        subject_id=mentor.user_id,
        kind=kind,
        clause=CLAUSE,
        policy_id=policy_at(now).id,
        happened_at=now,
        actor_id=by.pk if by else None,
        about=f"mentoring.mentor:{mentor.pk}",
        facts=facts,
    )


def _told(slot: Slot) -> dict[str, object]:
    return {
        "weekday": slot.weekday,
        "starts": slot.starts.isoformat("minutes"),
        "ends": slot.ends.isoformat("minutes"),
        "time_zone": slot.time_zone,
    }


def _check(slots: Sequence[Slot]) -> None:
    zones = available_timezones()
    if len(slots) > MOST_HOURS:
        raise desk.refuse(
            "slots", gettext_noop("A week holds %(most)s spans of hours at most."), most=MOST_HOURS
        )
    for slot in slots:
        if not 1 <= slot.weekday <= 7:
            raise desk.refuse("slots", gettext_noop("There are seven days in a week."))
        if slot.ends <= slot.starts:
            raise desk.refuse("slots", gettext_noop("These hours end before they start."))
        if slot.time_zone not in zones:
            raise desk.refuse("slots", gettext_noop("This time zone does not exist."))
    if len({slot.time_zone for slot in slots}) > 1:
        raise desk.refuse("slots", gettext_noop("All hours are in one time zone."))
    for before, after in pairwise(slots):
        if before.weekday == after.weekday and after.starts < before.ends:
            raise desk.refuse("slots", gettext_noop("Hours of one day overlap."))
