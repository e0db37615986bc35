"""Video-conference reports over the API."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from mentoring.models import ConferenceReport, Join, ReportRow
from mentoring.tests.conference.files import zoom
from tests.api import Caller
from tests.factories import make_mentorship, make_session

pytestmark = pytest.mark.django_db

START = datetime(2026, 3, 3, 13, 0, tzinfo=UTC)
NOW = START + timedelta(hours=2)


@pytest.fixture
def session(db):
    return make_session(START, mentorship=make_mentorship())


@pytest.fixture
def mentor(session):
    return Caller(session.mentor.user, NOW)


@pytest.fixture
def body(session):
    joined, left = "03/03/2026 02:01:00 PM", "03/03/2026 02:45:00 PM"
    lines = [
        ("A", session.student.user.email, joined, left),
        ("B", session.mentor.user.email, joined, left),
        ("C", "nobody@example.org", joined, left),
    ]
    return {
        "file_name": "../participants.csv",
        "content": zoom(lines).decode(),
        "time_zone": "Europe/Paris",
        "date_order": "month",
    }


def test_a_report_is_looked_at_and_then_applied(mentor, session, body) -> None:
    sent = mentor.post("reports/", body)
    assert sent.status_code == 201
    shown = sent.json()
    assert [row["session"] for row in shown["rows"]] == [session.pk, session.pk, None]
    assert shown["rows"][2]["problem"]
    assert shown["effects"][0]["after"] == "held"
    assert not Join.objects.exists()
    path = f"reports/{shown['id']}/"
    assert mentor.post(f"{path}apply/").status_code == 428
    applied = mentor.post(f"{path}apply/", If_Match=mentor.etag(path))
    assert applied.json()["applied_at"] == "2026-03-03T15:00:00Z"
    session.refresh_from_db()
    assert session.state == "held"
    assert mentor.post(f"{path}apply/", If_Match="*").status_code == 409
    assert mentor.send("DELETE", path).status_code == 409


def test_a_report_is_laid_aside(mentor, body) -> None:
    path = f"reports/{mentor.post('reports/', body).json()['id']}/"
    assert mentor.send("DELETE", path).status_code == 204
    assert not ConferenceReport.objects.exists()


def test_abuse_1_it_is_its_uploaders_alone(mentor, session, body) -> None:
    path = f"reports/{mentor.post('reports/', body).json()['id']}/"
    student = Caller(session.student.user, NOW)
    other = Caller(make_mentorship().mentor.user, NOW)
    for caller in (student, other):
        assert caller.get(path).status_code == 404
        assert caller.post(f"{path}apply/", If_Match="*").status_code == 404
        assert caller.get("reports/").json()["results"] == []
    assert student.post("reports/", body).status_code == 403


def test_what_is_no_report_is_refused_by_its_field(mentor, body) -> None:
    answer = mentor.post("reports/", {**body, "content": "nonsense"})
    assert answer.status_code == 422
    assert answer.json()["field"]


def test_the_rows_of_a_long_report_come_a_page_at_a_time(mentor) -> None:
    report = ConferenceReport.objects.create(
        provider="zoom", file_name="r.csv", digest="d", uploaded_at=START, uploaded_by=mentor.user
    )
    ReportRow.objects.bulk_create(ReportRow(report=report, line=line) for line in range(1, 131))
    shown = mentor.get(f"reports/{report.pk}/").json()
    assert len(shown["rows"]) == 100
    first = mentor.get(f"reports/{report.pk}/rows/?limit=90").json()
    rest = mentor.get(first["next"].partition("/api/v1/")[2]).json()
    assert [row["line"] for row in first["results"] + rest["results"]] == list(range(1, 131))
    assert rest["next"] is None
