"""Who opens the pages: a mentor of eight students with eighty weeks of sessions each, and a person who sees all.

The same in a school of any size, so that the size alone can make a difference.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connection

from accounts.models import Role, RoleGrant, User
from bench.enforcement.seed import PAIRS
from mentoring.models import Absence, Mentorship, Session
from record.models import Message

STUDENTS = 8
WEEKS_BEHIND, WEEKS_AHEAD = 75, 5
MESSAGES = 12


@dataclass(frozen=True)
class Cast:
    """The people who ask."""

    student: User
    mentor: User
    head: User


def lay(now: datetime) -> Cast:
    """Gives the first eight students of `bench.enforcement.seed` to the first mentor, with a history."""
    ids = range(1, STUDENTS + 1)
    head = User.objects.create(
        id=2 * PAIRS + 1, email="head@example.org", password="!", given_name="Head", family_name="Person"
    )
    grants = [(pk, Role.STUDENT) for pk in ids] + [(PAIRS + 1, Role.MENTOR), (head.pk, Role.HEAD_OF_LEARNING)]
    RoleGrant.objects.bulk_create(RoleGrant(user_id=pk, role=role, granted_at=now) for pk, role in grants)
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM mentoring_session WHERE enrolment_id <= %s", [STUDENTS])
    Mentorship.objects.filter(pk__in=ids).update(mentor_id=1)
    sessions = Session.objects.bulk_create(_sessions(now))
    Absence.objects.bulk_create(
        _absence(row, row.decided_at, now)
        for row in sessions
        if row.decided_at and row.state == "unauthorised_absence"
    )
    Message.objects.bulk_create(
        message for pk in (1, PAIRS + 1) for message in _messages(pk, now - timedelta(days=MESSAGES))
    )
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
    people = User.objects.in_bulk([1, PAIRS + 1, head.pk])
    return Cast(people[1], people[PAIRS + 1], people[head.pk])


def _sessions(now: datetime) -> Iterator[Session]:
    midnight = now.replace(hour=0, minute=0, second=0, microsecond=0)
    for who in range(1, STUDENTS + 1):
        # Two a day, from two days ago to the day after tomorrow; none is on at this minute.
        first = midnight + timedelta(days=who % 5 - 2, hours=who)
        if first <= now <= first + timedelta(minutes=45):
            first -= timedelta(hours=12)
        for week in range(-WEEKS_BEHIND, WEEKS_AHEAD):
            yield _session(who, first + timedelta(weeks=week), week, now)


def _session(who: int, starts_at: datetime, week: int, now: datetime) -> Session:
    ends_at = starts_at + timedelta(minutes=45)
    row = Session(
        mentorship_id=who,
        enrolment_id=who,
        student_id=who,
        mentor_id=1,
        starts_at=starts_at,
        ends_at=ends_at,
        video_link="https://video.example.org/x",
        booked_at=starts_at - timedelta(days=28),
    )
    if starts_at > now:
        row.falls_due_at = starts_at + timedelta(minutes=15)
        return row
    row.mentor_joined_at, row.decided_at, row.clause, row.policy_id = starts_at, ends_at, "3.2", "2026-01"
    if week % 9 == 8 and who % 2:  # the latest one was missed by every other student
        row.state, row.ground = "unauthorised_absence", "no_show"
    else:
        row.state, row.student_joined_at = "held", starts_at
    return row


def _absence(row: Session, happened_at: datetime, now: datetime) -> Absence:
    due_at = happened_at + timedelta(hours=48)
    return Absence(
        session=row,
        enrolment_id=row.enrolment_id,
        kind="unauthorised",
        ground=row.ground,
        happened_at=happened_at,
        starts_at=row.starts_at,
        rescheduling_due_at=due_at,
        rescheduling_state="open" if due_at > now else "breach",
    )


def _messages(recipient: int, at: datetime) -> Iterator[Message]:
    for number in range(MESSAGES):
        sent = at + timedelta(days=number)
        yield Message(
            recipient_id=recipient,
            kind="absence_recorded",
            occasion=f"bench:{recipient}:{number}",
            due_at=sent,
            created_at=sent,
            next_attempt_at=sent,
            state="sent",
            sent_at=sent,
            read_at=sent if number < MESSAGES - 2 else None,
            subject="A session was missed: your reasons and another session by Thursday",
        )
