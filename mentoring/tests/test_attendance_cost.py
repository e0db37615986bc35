"""Judging is set-based: the statements of a batch do not grow with its rows (architecture, Enforcement)."""

from __future__ import annotations

from datetime import datetime, time, timedelta

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from mentoring.models import Session, Streak
from mentoring.services.verdicts import settle
from mentoring.sweeps import ATTENDANCE
from record.services import lock_chains
from tests.factories import at, make_enrolment, make_mentor, make_mentorship, make_session

pytestmark = pytest.mark.django_db
START = at("2026-03-03 10:00")
NOW = START + timedelta(hours=1)


def missed(count: int, start: datetime = START) -> list[int]:
    """So many students who miss their session for the third time in a row, each with a mentor who came."""
    sessions = []
    for _ in range(count):
        mentorship = make_mentorship(mentor=make_mentor(), enrolment=make_enrolment(), local_time=time(10))
        for weeks in (2, 1, 0):
            starts_at = start - timedelta(weeks=weeks)
            sessions.append(make_session(starts_at, mentorship=mentorship, mentor_joined_at=starts_at))
    return [session.pk for session in sessions]


def statements(pks: list[int]) -> int:
    """How many statements it takes to judge these, the look for what is due included."""
    with CaptureQueriesContext(connection) as captured, transaction.atomic():
        due = list(ATTENDANCE.due(NOW).select_for_update(skip_locked=True).values_list("pk", flat=True))
        assert set(due) == set(pks)
        assert settle(due, NOW) == len(pks)
    return len([q for q in captured.captured_queries if not q["sql"].startswith(("SAVEPOINT", "RELEASE"))])


@pytest.mark.postgresql
def test_a_batch_takes_six_statements_whatever_its_size() -> None:
    for count in (1, 3, 60):
        pks = missed(count)
        lock_chains(Session.objects.filter(pk__in=pks).values_list("student__user_id", flat=True))
        assert statements(pks) <= 6
        assert Streak.objects.filter(enrolment__sessions__in=pks).distinct().count() == count
