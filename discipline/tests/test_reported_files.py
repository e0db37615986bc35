"""A reported file that its author takes down is held while the report or its case is open (3.5)."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from accounts.models import Role
from discipline.models import Case, CaseState, Report
from discipline.sweeps import CONDUCT_REPORTS, REPORTED_FILES
from enforcement.runner import run
from students import services
from students.models import ConductReport
from tests.factories import accept_rules, at, make_enrolment, make_path, make_user

pytestmark = pytest.mark.django_db
NOW = at("2026-03-04 09:00")
HOUR = timedelta(hours=1)


@pytest.fixture
def row():
    author = make_enrolment(path=make_path(), starts_on=date(2026, 1, 1))
    accept_rules(author.student)
    user = author.student.user
    group = services.make_group(
        title="Joins", purpose="SQL", path=author.path, cohort=None, none_fits=True, by=user, now=NOW
    )
    file = SimpleUploadedFile("insults.txt", b"You are an idiot.", "text/plain")
    row = services.share_resource(group=group, title="Insults", url="", upload=file, by=user, now=NOW)
    reporter = make_user(Role.STUDENT_SUCCESS)
    services.report_abuse(group=group, row=row, text="See the file.", by=reporter, now=NOW)
    services.take_down(row=row, by=user, now=NOW)
    return row


def held(row) -> bool:
    row.document.refresh_from_db()
    return row.document.deleted_at is None


def test_until_the_case_is_over(row):
    run(REPORTED_FILES, NOW + HOUR)
    assert held(row)
    run(CONDUCT_REPORTS, NOW + HOUR)  # abuse opens its case
    run(REPORTED_FILES, NOW + 2 * HOUR)
    assert Report.objects.get().case is not None and held(row)
    Case.objects.update(
        state=CaseState.CLOSED, closed_at=NOW, closed_by=make_user(), closing_reason="Settled"
    )
    run(REPORTED_FILES, NOW + 3 * HOUR)
    assert not held(row)


def test_until_a_report_that_opened_none_is_taken_up(row):
    ConductReport.objects.update(taken_up_at=NOW + HOUR)
    run(REPORTED_FILES, NOW + 2 * HOUR)
    assert not held(row)
