"""A school of any size, laid straight into the tables, and sessions that fall due on demand."""

from __future__ import annotations

from datetime import datetime, time, timedelta

from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper

PAIRS = 10_000
"""Students, each with a mentor of their own, so that 10,000 sessions can fall due in the same minute."""

# One session a week and student, 95 %% of them held in the past and 5 %% to come.
_SESSIONS = """
INSERT INTO mentoring_session (mentorship_id, enrolment_id, student_id, mentor_id, starts_at, ends_at, origin,
       medium, video_link, booked_at, student_joined_at, mentor_joined_at, state, ground, decided_at, clause,
       policy_id, facts, falls_due_at, revision)
SELECT who, who, who, who, at, at + interval '45 minutes', 'weekly', 'video', 'https://video.example.org/x',
       at - interval '28 days',
       CASE WHEN at < %(now)s THEN at END, CASE WHEN at < %(now)s THEN at END,
       CASE WHEN at < %(now)s THEN 'held' ELSE 'scheduled' END, '',
       CASE WHEN at < %(now)s THEN at + interval '45 minutes' END,
       '3.2', '', '', CASE WHEN at >= %(now)s THEN at + interval '15 minutes' END, 1
  FROM (SELECT n %% %(pairs)s + 1 AS who,
               %(now)s + (n / %(pairs)s - %(past)s) * interval '7 days' + interval '3 days' AS at
          FROM generate_series(0, %(total)s - 1) AS n) AS slots
"""

_DUE = """
INSERT INTO mentoring_session (mentorship_id, enrolment_id, student_id, mentor_id, starts_at, ends_at, origin,
       medium, video_link, booked_at, mentor_joined_at, state, ground, clause, policy_id, facts, falls_due_at,
       revision)
SELECT who, who, who, who, at, at + interval '45 minutes', 'rescheduled', 'video', 'https://video.example.org/x',
       at - interval '1 day', at, 'scheduled', '', '', '', '', at + interval '15 minutes', 1
  FROM (SELECT who, %(now)s - interval '20 minutes' - who %% %(minutes)s * interval '1 minute' AS at
          FROM (SELECT (n * %(stride)s) %% %(pairs)s + 1 AS who FROM generate_series(0, %(due)s - 1) AS n) AS w)
       AS slots
"""


def school(total: int, now: datetime) -> None:
    """People, and ``total`` sessions: 95 % held in the past, 5 % to come, no two overlapping."""
    rounds = max(1, total // PAIRS)
    with transaction.atomic(), connection.cursor() as cursor:
        _wipe(cursor)
        _people(now)
        cursor.execute(
            _SESSIONS,
            {"pairs": PAIRS, "total": total, "now": now, "past": round(rounds * 0.95)},
        )
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")


def fall_due(due: int, now: datetime, *, same_minute: bool = False) -> None:
    """``due`` sessions whose lateness limit has passed, the mentor there and the student not."""
    with connection.cursor() as cursor:
        cursor.execute(
            _DUE,
            {
                "pairs": PAIRS,
                "due": due,
                "now": now,
                "stride": PAIRS // due if due < PAIRS else 1,
                "minutes": 1 if same_minute else 60 * 24,
            },
        )
        cursor.execute("ANALYZE mentoring_session")


def take_back() -> None:
    """Remove what a round left behind, so that the next begins alike."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("TRUNCATE mentoring_streakabsence, mentoring_streak, mentoring_absence CASCADE")
        # The record refuses this to everybody but the server's own superuser.
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute("TRUNCATE record_entry, record_message CASCADE")
        cursor.execute("UPDATE record_chain SET head_seq = 0, head_hash = %s", [_no_hash()])
        cursor.execute("DELETE FROM mentoring_session WHERE origin = 'rescheduled'")
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE mentoring_session")
        cursor.execute("VACUUM ANALYZE record_chain")


def _no_hash() -> str:
    from record.models import Chain

    return str(Chain._meta.get_field("head_hash").get_default())


def _people(now: datetime) -> None:
    from accounts.models import User
    from mentoring.models import Mentor, Mentorship
    from record.models import Chain
    from students.models import Enrolment, Path, Student

    users = User.objects.bulk_create(
        User(id=n, email=f"person{n}@example.org", password="!", given_name="Person", family_name=str(n))
        for n in range(1, 2 * PAIRS + 1)
    )
    numbers = range(1, PAIRS + 1)
    path = Path.objects.create(code="web", title="Web")
    Student.objects.bulk_create(Student(id=n, user=users[n - 1]) for n in numbers)
    Mentor.objects.bulk_create(
        Mentor(id=n, user=users[PAIRS + n - 1], video_link="https://video.example.org/x") for n in numbers
    )
    first, last = now.date() - timedelta(days=3650), now.date() + timedelta(days=3650)
    Enrolment.objects.bulk_create(
        Enrolment(id=n, student_id=n, path=path, starts_on=first, ends_on=last) for n in numbers
    )
    Mentorship.objects.bulk_create(
        Mentorship(
            id=n,
            mentor_id=n,
            enrolment_id=n,
            weekday=1,
            local_time=time(10),
            starts_on=first,
            generated_through=last,
        )
        for n in numbers
    )
    Chain.objects.bulk_create(Chain(subject=users[n - 1]) for n in numbers)


def _wipe(cursor: CursorWrapper) -> None:
    cursor.execute("SET LOCAL session_replication_role = replica")
    cursor.execute("TRUNCATE accounts_user, students_path, record_chain RESTART IDENTITY CASCADE")
    cursor.execute("SET LOCAL session_replication_role = origin")
