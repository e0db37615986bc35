"""Whatever is sent, the answer is an answer: never an error of our own (500)."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from django.test import Client

from accounts.models import Role
from tests.api import Caller
from tests.factories import make_absence, make_mentorship, make_session, make_user

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 3, 4, 9, 0, tzinfo=UTC)

FAR = ["0001-01-01T00:00:00+23:59", "9999-12-31T23:59:59-12:00", "2026-02-30T00:00:00Z", "now", 5, None, []]
TEXTS = ["\x00", "\ud800", "x" * 100_000, 5, None, [], {}, True]
QUERIES = [
    "sessions/?starts_from=0001-01-01T00:00:00%2B23:59",
    "sessions/?starts_before=9999-12-31T23:59:59-12:00",
    "sessions/?student=1e400",
    "sessions/?student=99999999999999999999999999",
    "sessions/?student=NaN",
    "sessions/?state=%00",
    "sessions/?cursor=cD0wMDAxLTAxLTAxVDAwOjAwOjAwJTJCMjM6NTk=",
    "sessions/?cursor=cD05OTk5LTk5LTk5",
    "sessions/?limit=-1",
    "sessions/?limit=99999999999999999999",
    "messages/?cursor=cD05OTk5OTk5OTk5OTk5OTk5OTk5OTk5OTk5OTk5OTk5",
    "messages/?kind=%00",
    "record/?subject=%C2%B2",
    "record/?about=%00",
    "paths/?code=%00",
    "policies/%00/",
]


@pytest.fixture
def world():
    mentorship = make_mentorship()
    return (
        mentorship,
        make_session(NOW, mentorship=mentorship),
        make_absence(datetime(2026, 3, 2, 9, tzinfo=UTC), mentorship=mentorship),
    )


@pytest.mark.parametrize("query", QUERIES)
def test_odd_parameters(query) -> None:
    assert Caller(make_user(Role.ADMINISTRATOR), NOW).get(query).status_code in (200, 400, 404)


@pytest.mark.parametrize("text", TEXTS, ids=range(len(TEXTS)))
def test_odd_texts(world, text) -> None:
    mentorship, session, absence = world
    student = Caller(mentorship.enrolment.student.user, NOW)
    mentor = Caller(mentorship.mentor.user, NOW)
    for caller, path, body in (
        (student, f"sessions/{session.pk}/notice/", {"reason": text}),
        (student, f"absences/{absence.pk}/reasons/", {"reasons": text}),
        (student, f"absences/{absence.pk}/contest/", {"statement": text}),
        (mentor, "notes/", {"enrolment": text, "session": text, "text": text, "shared": text}),
        (mentor, "reports/", {"file_name": "a", "content": text, "time_zone": text, "date_order": text}),
        (mentor, f"sessions/{session.pk}/presence/", {"present": text, "arrived_at": text}),
        (student, f"sessions/{session.pk}/notice/", text),
    ):
        answer = caller.post(path, body, If_Match="*")
        assert 200 <= answer.status_code < 500, (path, answer.content)


@pytest.mark.parametrize("far", FAR, ids=range(len(FAR)))
def test_odd_instants_and_days(world, far) -> None:
    mentorship, _session, absence = world
    staff = Caller(make_user(Role.STUDENT_SUCCESS), NOW)
    slot = {"weekday": far, "starts": far, "ends": far, "time_zone": "Mars/Olympus"}
    day = str(far)[:10]
    for method, path, body in (
        ("POST", f"sessions/{absence.session_id}/book-replacement/", {"starts_at": far}),
        ("POST", "time-off/", {"mentor": mentorship.mentor_id, "starts_at": far, "ends_at": far}),
        (
            "POST",
            "time-off/",
            {"mentor": mentorship.mentor_id, "starts_at": "2026-04-01T00:00Z", "ends_at": far},
        ),
        ("PUT", f"mentors/{mentorship.mentor_id}/availability/", {"slots": [slot]}),
        ("POST", f"mentorships/{mentorship.pk}/end/", {"ends_on": day}),
        ("POST", f"mentorships/{mentorship.pk}/replace/", {"mentor": 10**30, "starts_on": day}),
    ):
        answer = staff.send(method, path, body, If_Match="*")
        assert 400 <= answer.status_code < 500, (path, answer.content)


def test_a_zone_that_is_none_is_refused(world) -> None:
    mentor = Caller(world[0].mentor.user, NOW)
    slot = {"weekday": 1, "starts": "09:00", "ends": "10:00", "time_zone": "Mars/Olympus"}
    answer = mentor.send(
        "PUT", f"mentors/{world[0].mentor_id}/availability/", {"slots": [slot]}, If_Match="*"
    )
    assert answer.status_code in (400, 422)


def test_a_body_that_is_too_long_or_no_json(world, settings) -> None:
    mentorship, session, _absence = world
    student = Caller(mentorship.enrolment.student.user, NOW)
    path = f"/api/v1/sessions/{session.pk}/notice/"
    for body in ("{", "NaN", "\x00", '{"reason": NaN}'):
        answer = student.client.post(path, body, content_type="application/json", headers=student.headers)
        assert (answer.status_code, answer["Content-Type"]) == (400, "application/problem+json")
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 10
    keys: list[dict[str, Any]] = [{}, {"Idempotency_Key": "a"}]
    for key in keys:
        answer = student.post(path, {"reason": "x" * 100}, **key)
        assert (answer.status_code, answer["Content-Type"]) == (413, "application/problem+json")


def test_json_that_is_nested_too_deeply_with_a_session() -> None:
    """The token against forged requests is looked for in the body before the view is asked."""
    client = Client(enforce_csrf_checks=True)
    client.force_login(make_user(Role.STUDENT))
    body = "[" * 100_000 + "]" * 100_000
    answer = client.post("/api/v1/leaves/", body, content_type="application/json")
    assert answer.status_code in (400, 403)


@pytest.mark.parametrize("number", [2**63, 10**30])
def test_a_number_that_no_row_can_have(number) -> None:
    for role, page in ((Role.MENTOR, "/mentor/students/%d/"), (Role.STUDENT_SUCCESS, "/staff/people/%d/")):
        client = Client()
        client.force_login(make_user(role))
        assert client.get(page % number).status_code == 404
