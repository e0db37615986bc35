"""What a roster costs: as many statements for many people as for few, and seconds of work for two thousand."""

from __future__ import annotations

import time

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from mentoring.roster.importing import import_roster
from students.models import Enrolment
from tests.factories import at

from .files import roster, school

pytestmark = pytest.mark.django_db
NOW = at("2026-03-02 09:00")


def statements(students: int) -> int:
    tables = school(students)
    for number, row in enumerate(tables["enrollments"][1:51]):
        row |= {"metadata.weekday": str(number % 5 + 1), "metadata.localTime": f"{8 + number // 5:02}:00"}
    with CaptureQueriesContext(connection) as captured:
        assert import_roster(source=roster(tables), by=None, now=NOW, dry_run=True).problems == []
    return len(captured)


def test_statements_do_not_grow_with_people():
    few, many = statements(10), statements(100)
    # SQLite takes 999 values in one statement, so that a hundred rows come in a few of them.
    assert many - few <= (0 if connection.vendor == "postgresql" else 40)


@pytest.mark.slow
def test_two_thousand_people_take_seconds():
    content = roster(school(2_000))
    started = time.process_time()
    assert import_roster(source=content, by=None, now=NOW, dry_run=False).applied
    first = time.process_time() - started
    assert Enrolment.objects.count() == 2_000
    started = time.process_time()
    assert import_roster(source=content, by=None, now=NOW, dry_run=False).changed == []
    again = time.process_time() - started
    assert first < 10 and again < 10, (first, again)
