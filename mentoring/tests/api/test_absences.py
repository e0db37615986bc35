"""Absences, their duties and contests over the API."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from accounts.models import Role
from mentoring.models import AbsenceKind, Contest, ContestOutcome
from mentoring.services import contest_absence
from tests.api import Caller
from tests.factories import make_absence, make_mentorship, make_user

pytestmark = pytest.mark.django_db

START = datetime(2026, 3, 3, 13, 0, tzinfo=UTC)
NOW = START + timedelta(hours=3)


@pytest.fixture
def absence(db):
    return make_absence(START)


@pytest.fixture
def student(absence):
    return Caller(absence.enrolment.student.user, NOW)


@pytest.fixture
def success(db):
    return Caller(make_user(Role.STUDENT_SUCCESS), NOW)


def test_a8_reasons_are_dated_by_the_server_and_the_first_instant_counts(student, absence) -> None:
    path = f"absences/{absence.pk}/"
    assert student.get(path).json()["rescheduling_due_at"] == "2026-03-05T13:00:00Z"
    first = student.post(f"{path}reasons/", {"reasons": "My train"})
    assert first.json()["reasons_at"] == "2026-03-03T16:00:00Z"
    more = student.post(f"{path}reasons/", {"reasons": "stood still"}, now=NOW + timedelta(hours=1))
    assert more.json()["reasons_at"] == "2026-03-03T16:00:00Z"
    assert more["ETag"] != first["ETag"]
    stale = student.post(f"{path}reasons/", {"reasons": "again"}, If_Match=first["ETag"])
    assert stale.status_code == 412


@pytest.mark.parametrize("field", ["reasons_at", "withdrawn_at", "rescheduling_state", "kind"])
def test_abuse_33_43_no_instant_or_state_is_taken(student, absence, field) -> None:
    answer = student.post(f"absences/{absence.pk}/reasons/", {"reasons": "x", field: "2026-03-03T13:00:00Z"})
    assert (answer.status_code, answer.json()["field"]) == (400, field)
    absence.refresh_from_db()
    assert absence.reasons_at is None


def test_a7_a_contest_is_made_once_and_decided_as_it_was_read(student, success, absence) -> None:
    made = student.post(f"absences/{absence.pk}/contest/", {"statement": "I was there"})
    assert made.status_code == 201
    assert student.post(f"absences/{absence.pk}/contest/", {"statement": "Really"}).status_code == 409
    path = f"contests/{made.json()['contest']}/"
    body = {"outcome": "present", "reasons": "The report shows it"}
    assert success.post(f"{path}decide/", body).status_code == 428
    tag = success.etag(path)
    assert student.post(f"{path}decide/", body, If_Match=tag).status_code == 403
    assert success.post(f"{path}decide/", body, If_Match=tag).json()["outcome"] == "present"
    assert success.post(f"{path}decide/", body, If_Match=tag).status_code == 412
    assert student.get(f"sessions/{absence.session_id}/").json()["state"] == "held"
    assert student.get(f"absences/{absence.pk}/").json()["withdrawn_at"] is not None


def test_an_outcome_that_is_none_is_refused(success, absence) -> None:
    contest = Contest.objects.create(absence=absence, statement="x", made_at=NOW)
    body = {"outcome": "acquitted", "reasons": "x"}
    answer = success.post(f"contests/{contest.pk}/decide/", body, If_Match="*")
    assert (answer.status_code, answer.json()["field"]) == (400, "outcome")


def test_abuse_1_a_strangers_absence_is_not_there(student) -> None:
    other = make_absence(START)
    contest_absence(absence_id=other.pk, statement="x", by=other.enrolment.student.user, now=NOW)
    contest = Contest.objects.get()
    for path in (f"absences/{other.pk}/", f"contests/{contest.pk}/"):
        assert student.get(path).status_code == 404
    assert student.post(f"absences/{other.pk}/reasons/", {"reasons": "x"}).status_code == 404
    assert student.get(f"absences/?student={other.session.student_id}").json()["results"] == []


def test_filters_find_what_is_owed_and_what_waits(success, absence) -> None:
    met = make_absence(
        START - timedelta(weeks=1),
        kind=AbsenceKind.AUTHORISED,
        reasons_at=NOW,
        rebooked_at=NOW,
        rescheduling_state="met",
    )
    decided = Contest.objects.create(
        absence=met,
        statement="x",
        made_at=NOW,
        decided_at=NOW,
        outcome=ContestOutcome.REJECTED,
        reasons="x",
        decided_by=success.user,
    )
    waiting = Contest.objects.create(absence=absence, statement="x", made_at=NOW)

    def ids(path: str) -> list[int]:
        return [row["id"] for row in success.get(path).json()["results"]]

    assert ids("absences/?owed=true") == [absence.pk]
    assert ids("absences/?owed=false") == [met.pk]
    assert ids("absences/?kind=authorised") == [met.pk]
    assert ids("contests/?decided=false") == [waiting.pk]
    assert ids("contests/?decided=true") == [decided.pk]


@pytest.mark.parametrize("rows", [1, 3])
@pytest.mark.parametrize("path", ["absences/", "contests/"])
def test_lists_cost_the_same_however_long(success, path, rows, django_assert_num_queries) -> None:
    for _ in range(rows):
        Contest.objects.create(
            absence=make_absence(START, mentorship=make_mentorship()), statement="x", made_at=NOW
        )
    with django_assert_num_queries(2):
        assert len(success.get(path).json()["results"]) == rows
