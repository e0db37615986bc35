"""Sessions over the API: what is shown to whom, and what each person may do."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from accounts.models import Role
from mentoring.models import Join, Notice, Session, SessionState
from tests.api import Caller
from tests.factories import make_absence, make_mentorship, make_session, make_user

pytestmark = pytest.mark.django_db

START = datetime(2026, 3, 3, 13, 0, tzinfo=UTC)
EARLY = START - timedelta(days=3)


@pytest.fixture
def mentorship(db):
    return make_mentorship()


@pytest.fixture
def session(mentorship):
    return make_session(START, mentorship=mentorship)


@pytest.fixture
def student(mentorship):
    return Caller(mentorship.enrolment.student.user, EARLY)


@pytest.fixture
def mentor(mentorship):
    return Caller(mentorship.mentor.user, EARLY)


@pytest.fixture
def success(db):
    return Caller(make_user(Role.STUDENT_SUCCESS), EARLY)


def test_a_student_reads_their_own_sessions(student, session) -> None:
    make_session(START)
    answer = student.get("sessions/")
    assert answer.status_code == 200
    assert [row["id"] for row in answer.json()["results"]] == [session.pk]
    row = answer.json()["results"][0]
    assert row["state"] == "scheduled"
    assert row["starts_at"] == "2026-03-03T13:00:00Z"
    assert row["mentor_name"] == session.mentor.user.full_name


def test_abuse_1_another_students_session_is_not_there(student) -> None:
    other = make_session(START)
    for path in ("", "slots/", "notice-preview/"):
        assert student.get(f"sessions/{other.pk}/{path}").status_code == 404
    for path in ("join", "notice", "book-replacement", "presence", "cancel", "exception", "resolve"):
        assert student.post(f"sessions/{other.pk}/{path}/", {"reason": "x"}).status_code == 404


def test_abuse_2_nor_does_a_filter_count_it(student) -> None:
    other = make_session(START)
    assert student.get(f"sessions/?student={other.student_id}").json()["results"] == []


@pytest.mark.parametrize("rows", [1, 3])
def test_a_list_costs_the_same_however_long(student, mentorship, django_assert_num_queries, rows) -> None:
    for week in range(rows):
        make_session(START + timedelta(weeks=week), mentorship=mentorship)
    with django_assert_num_queries(2) as caught:
        assert len(student.get("sessions/").json()["results"]) == rows
    assert not any("COUNT(" in query["sql"].upper() for query in caught.captured_queries)


def test_pages_follow_each_other_without_gap(student, mentorship) -> None:
    made = [make_session(START + timedelta(weeks=week), mentorship=mentorship).pk for week in range(5)]
    seen, url = [], "sessions/?limit=2"
    while url:
        page = student.get(url).json()
        seen += [row["id"] for row in page["results"]]
        url = page["next"] and page["next"].removeprefix("http://testserver")
    assert seen == made[::-1]


def test_filters_and_fields(student, mentorship) -> None:
    held = make_session(START - timedelta(weeks=1), mentorship=mentorship, state=SessionState.HELD)
    make_session(START, mentorship=mentorship)
    assert student.get("sessions/?state=held&fields=id,state").json()["results"] == [
        {"id": held.pk, "state": "held"}
    ]
    assert len(student.get("sessions/?starts_from=2026-03-01T00:00:00Z").json()["results"]) == 1
    first = student.get("sessions/?ordering=starts_at").json()["results"][0]
    assert first["id"] == held.pk


@pytest.mark.parametrize(
    "query",
    [
        "nonsense=1",
        "ordering=video_link",
        "state=lost",
        "fields=secret",
        "cursor=cD1ub25zZW5zZQ==",
        "cursor=bz14",
        "starts_from=now",
    ],
)
def test_a_parameter_that_is_none_is_refused(student, session, query) -> None:
    answer = student.get(f"sessions/?{query}")
    assert answer.status_code == 400
    assert answer["Content-Type"] == "application/problem+json"


def test_a_detail_says_why(student, mentor, mentorship) -> None:
    absence = make_absence(START, mentorship=mentorship)
    facts = '{"lateness_seconds":900,"starts_at":"2026-03-03T13:00:00+00:00"}'
    Session.objects.filter(pk=absence.session_id).update(facts=facts)
    shown = student.get(f"sessions/{absence.session_id}/").json()
    assert shown["verdict"]["clause"] == "3.2"
    assert shown["verdict"]["policy"] == "2026-01"
    assert "you did not join" in shown["verdict"]["sentence"]
    assert (
        "the student did not join"
        in mentor.get(f"sessions/{absence.session_id}/").json()["verdict"]["sentence"]
    )


def test_a_detail_that_has_not_changed_is_not_sent_again(student, session) -> None:
    tag = student.etag(f"sessions/{session.pk}/")
    assert student.get(f"sessions/{session.pk}/", If_None_Match=tag).status_code == 304


def test_a4_a_notice_is_foretold_and_judged_by_the_servers_clock(student, session) -> None:
    foretold = student.get(f"sessions/{session.pk}/notice-preview/").json()
    assert foretold["authorised"] is True
    assert foretold["notice_until"] == "2026-03-02T13:00:00Z"
    answer = student.post(f"sessions/{session.pk}/notice/", {"reason": "An exam"})
    assert answer.status_code == 201
    assert answer.json()["state"] == "authorised_absence"
    assert answer.json()["notice"] == {"received_at": "2026-02-28T13:00:00Z", "reason": "An exam"}


@pytest.mark.parametrize("field", ["received_at", "now", "state", "student", "decided_at", "session"])
def test_abuse_24_43_nothing_else_can_be_slipped_in(student, session, field) -> None:
    answer = student.post(
        f"sessions/{session.pk}/notice/", {"reason": "An exam", field: "2026-01-01T00:00:00Z"}
    )
    assert answer.status_code == 400
    assert answer.json()["field"] == field
    assert answer.json()["errors"][0]["code"] == "unknown_field"
    assert not Notice.objects.exists()


def test_a_rules_refusal_names_field_clause_and_rule(student, session) -> None:
    empty = student.post(f"sessions/{session.pk}/notice/", {"reason": "  "})
    assert empty.status_code == 422
    assert (empty.json()["field"], empty.json()["clause"]) == ("reason", "3.2")
    assert empty.json()["rule"]
    assert student.post(f"sessions/{session.pk}/notice/", {"reason": "x"}).status_code == 201
    again = student.post(f"sessions/{session.pk}/notice/", {"reason": "x"})
    assert again.status_code == 409


def test_joining_is_recorded_and_leads_to_the_video(student, mentor, session) -> None:
    assert student.post(f"sessions/{session.pk}/join/").status_code == 409
    answer = student.post(f"sessions/{session.pk}/join/", now=START)
    assert answer.json()["video_link"] == session.video_link
    assert "video_link" not in student.get(f"sessions/{session.pk}/").json()
    assert mentor.post(f"sessions/{session.pk}/join/", now=START).status_code == 200
    assert set(Join.objects.values_list("participant", "joined_at")) == {
        ("student", START),
        ("mentor", START),
    }


def test_a_student_decides_nothing_of_the_schools(student, session) -> None:
    for path, body in {
        "presence": {"present": True},
        "cancel": {"reason": "x"},
        "exception": {"reason": "x"},
        "resolve": {"outcome": "held", "reasons": "x"},
    }.items():
        assert student.post(f"sessions/{session.pk}/{path}/", body, If_Match="*").status_code == 403


def test_abuse_53_a_stale_tab_overwrites_nothing(mentor, session) -> None:
    path = f"sessions/{session.pk}/"
    assert mentor.post(f"{path}cancel/", {"reason": "Ill"}).status_code == 428
    old = mentor.etag(path)
    mentor.post(f"{path}join/", now=START - timedelta(minutes=5))
    refused = mentor.post(f"{path}cancel/", {"reason": "Ill"}, If_Match=old)
    assert refused.status_code == 412
    session.refresh_from_db()
    assert session.state == SessionState.SCHEDULED
    answer = mentor.post(f"{path}cancel/", {"reason": "Ill"}, If_Match=mentor.etag(path))
    assert answer.json()["state"] == "cancelled_by_mentor"
    assert answer["ETag"] == mentor.etag(path)


def test_a7_the_mentor_states_presence(mentor, session) -> None:
    after = START + timedelta(minutes=50)
    path = f"sessions/{session.pk}/"
    tag = mentor.etag(path)
    # The limit has passed and nobody has swept: what fell due is settled first, so the tag is an old one.
    body = {"present": True, "arrived_at": "2026-03-03T14:05:00+01:00"}
    assert mentor.post(f"{path}presence/", body, If_Match=tag, now=after).status_code == 412
    answer = mentor.post(f"{path}presence/", body, If_Match="*", now=after)
    assert answer.json()["state"] == "held"
    naive = {"present": True, "arrived_at": "2026-03-03T14:05:00"}
    assert mentor.post(f"{path}presence/", naive, If_Match="*", now=after).status_code == 400


def test_another_session_is_booked_in_a_free_slot(student, mentorship) -> None:
    missed = make_absence(START, mentorship=mentorship).session
    after = START + timedelta(hours=1)
    offer = student.get(f"sessions/{missed.pk}/slots/", now=after).json()
    assert offer["bookable"]
    slot = next(slot for day in offer["days"] for slot in day["slots"])
    path = f"sessions/{missed.pk}/book-replacement/"
    booked = student.post(path, {"starts_at": slot["starts_at"]}, now=after)
    assert booked.status_code == 201
    assert (booked.json()["replaces"], booked.json()["starts_at"]) == (missed.pk, slot["starts_at"])
    assert student.post(path, {"starts_at": slot["starts_at"]}, now=after).status_code == 409


def test_student_success_authorises_and_resolves(success, mentorship) -> None:
    missed = make_absence(START, mentorship=mentorship).session
    later = START + timedelta(hours=3)
    answer = success.post(
        f"sessions/{missed.pk}/exception/", {"reason": "A bereavement"}, If_Match="*", now=later
    )
    assert answer.json()["state"] == "authorised_absence"
    nobody = make_session(START + timedelta(days=1), mentorship=mentorship, state=SessionState.UNATTENDED)
    answer = success.post(
        f"sessions/{nobody.pk}/resolve/",
        {"outcome": "held", "reasons": "They met"},
        If_Match="*",
        now=later + timedelta(days=1),
    )
    assert answer.json()["state"] == "held"
