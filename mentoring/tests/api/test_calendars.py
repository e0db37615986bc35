"""Mentors, mentorships, hours, time off and notes over the API."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from accounts.models import Role
from mentoring.models import Mentorship, Note, Session, SessionState, TimeOff
from tests.api import Caller
from tests.factories import (
    make_absence,
    make_enrolment,
    make_mentor,
    make_mentorship,
    make_path,
    make_session,
    make_user,
)

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 3, 4, 9, 0, tzinfo=UTC)
HOURS = {"slots": [{"weekday": 2, "starts": "13:00:00", "ends": "18:00:00", "time_zone": "Europe/Paris"}]}


@pytest.fixture
def mentorship(db):
    return make_mentorship(
        enrolment=make_enrolment(path=make_path(learning_manager=make_user(Role.LEARNING_MANAGER)))
    )


@pytest.fixture
def mentor(mentorship):
    return Caller(mentorship.mentor.user, NOW)


@pytest.fixture
def student(mentorship):
    return Caller(mentorship.enrolment.student.user, NOW)


@pytest.fixture
def manager(mentorship):
    return Caller(mentorship.enrolment.path.learning_manager, NOW)


def test_hours_are_replaced_as_a_whole_and_only_as_they_were_read(mentor, mentorship) -> None:
    path = f"mentors/{mentorship.mentor_id}/availability/"
    tag = mentor.etag(path)
    assert mentor.send("PUT", path, HOURS).status_code == 428
    answer = mentor.send("PUT", path, HOURS, If_Match=tag)
    assert answer.json() == HOURS
    assert answer["ETag"] == mentor.etag(path) != tag
    # The other tab still shows what was there before (abuse 53).
    assert mentor.send("PUT", path, {"slots": []}, If_Match=tag).status_code == 412
    assert mentor.get(path).json() == HOURS


def test_hours_that_make_no_sense_are_refused_by_their_rule(mentor, mentorship) -> None:
    path = f"mentors/{mentorship.mentor_id}/availability/"
    twice = {"slots": [HOURS["slots"][0], {**HOURS["slots"][0], "starts": "14:00"}]}
    answer = mentor.send("PUT", path, twice, If_Match="*")
    assert (answer.status_code, answer.json()["field"], answer.json()["clause"]) == (422, "slots", "3.2")
    inner = {"slots": [{**HOURS["slots"][0], "recorded_at": "2025-01-01T00:00:00Z"}]}
    answer = mentor.send("PUT", path, inner, If_Match="*")
    assert (answer.status_code, answer.json()["field"]) == (400, "slots.0.recorded_at")


def test_time_off_cancels_and_is_withdrawn_once(mentor, mentorship) -> None:
    session = make_session(NOW + timedelta(days=6), mentorship=mentorship)
    body = {
        "starts_at": "2026-03-09T00:00:00+01:00",
        "ends_at": "2026-03-14T00:00:00+01:00",
        "reason": "Leave",
    }
    made = mentor.post("time-off/", body)
    assert made.status_code == 201
    session.refresh_from_db()
    assert session.state == SessionState.CANCELLED_BY_MENTOR
    path = f"time-off/{made.json()['id']}/"
    assert mentor.send("DELETE", path).json()["withdrawn_at"] == "2026-03-04T09:00:00Z"
    assert mentor.send("DELETE", path).status_code == 409


def test_abuse_3_staff_name_the_mentor_and_nobody_else_can(manager, student, mentorship) -> None:
    body = {"starts_at": "2026-03-09T00:00:00Z", "ends_at": "2026-03-14T00:00:00Z"}
    assert manager.post("time-off/", body).json()["field"] == "mentor"
    assert manager.post("time-off/", {**body, "mentor": mentorship.mentor_id}).status_code == 201
    # Refused before anything that they sent is looked at.
    assert student.post("time-off/", {"mentor": 999}).status_code == 403
    other = make_mentor()
    refused = Caller(other.user, NOW).post("time-off/", {**body, "mentor": mentorship.mentor_id})
    assert (refused.status_code, refused.json()["field"]) == (400, "mentor")
    assert TimeOff.objects.count() == 1


def test_a11_a_mentorship_begins_changes_hands_and_ends(manager, mentorship) -> None:
    Mentorship.objects.filter(pk=mentorship.pk).update(ends_on=date(2026, 3, 1))
    other = make_mentor()
    body = {
        "enrolment": mentorship.enrolment_id,
        "mentor": other.pk,
        "weekday": 4,
        "local_time": "10:00",
        "starts_on": "2026-03-05",
    }
    begun = manager.post("mentorships/", body)
    assert begun.status_code == 201
    assert Session.objects.filter(mentorship=begun.json()["id"]).exists()
    path = f"mentorships/{begun.json()['id']}/"
    taken = {"mentor": mentorship.mentor_id, "starts_on": "2026-04-01"}
    assert manager.post(f"{path}replace/", taken).status_code == 428
    tag = manager.etag(path)
    replaced = manager.post(f"{path}replace/", taken, If_Match=tag)
    assert replaced.json()["mentor"] == mentorship.mentor_id
    assert manager.post(f"{path}end/", {"ends_on": "2026-03-20"}, If_Match=tag).status_code == 412
    last = manager.post(f"mentorships/{replaced.json()['id']}/end/", {"ends_on": "2026-05-01"}, If_Match="*")
    assert last.json()["ends_on"] == "2026-05-01"


def test_abuse_6_a_manager_arranges_only_on_their_own_paths(manager) -> None:
    stranger = make_enrolment()
    body = {
        "enrolment": stranger.pk,
        "mentor": make_mentor().pk,
        "weekday": 4,
        "local_time": "10:00",
        "starts_on": "2026-03-05",
    }
    unknown = manager.post("mentorships/", {**body, "enrolment": 10**9})
    refused = manager.post("mentorships/", body)
    # A training that is none of theirs and one that is none at all answer alike.
    assert refused.json() == unknown.json()
    assert (refused.status_code, refused.json()["field"]) == (400, "enrolment")


def test_notes_are_private_until_they_are_shared(mentor, student, mentorship) -> None:
    made = mentor.post("notes/", {"enrolment": mentorship.enrolment_id, "text": "Shy"})
    path = f"notes/{made.json()['id']}/"
    assert student.get(path).status_code == 404
    assert mentor.send("PATCH", path, {"shared": True}).status_code == 428
    tag = mentor.etag(path)
    assert mentor.send("PATCH", path, {"shared": True}, If_Match=tag).json()["shared"] is True
    assert student.get(path).json()["text"] == "Shy"
    assert mentor.send("PATCH", path, {"text": "Bold"}, If_Match=tag).status_code == 412
    back = mentor.send("PATCH", path, {"shared": False}, If_Match="*")
    assert (back.status_code, back.json()["clause"]) == (422, "2.5")


def test_abuse_57_a_note_is_about_a_session_of_its_own_training(mentor, mentorship) -> None:
    other = make_session(NOW, mentorship=make_mentorship(mentor=mentorship.mentor))
    answer = mentor.post("notes/", {"enrolment": mentorship.enrolment_id, "session": other.pk, "text": "x"})
    assert (answer.status_code, answer.json()["field"]) == (400, "session")
    assert not Note.objects.exists()


@pytest.mark.parametrize("field", ["author", "written_at", "id"])
def test_abuse_43_a_note_is_its_writers(mentor, mentorship, field) -> None:
    body = {"enrolment": mentorship.enrolment_id, "text": "x", field: 1}
    assert mentor.post("notes/", body).json()["errors"][0]["field"] == field


def test_abuse_11_a_former_mentor_sees_the_student_no_more(mentor, mentorship) -> None:
    held = make_session(NOW - timedelta(weeks=2), mentorship=mentorship, state=SessionState.HELD)
    Mentorship.objects.filter(pk=mentorship.pk).update(ends_on=date(2026, 3, 1))
    newer = make_session(NOW, mentorship=make_mentorship(enrolment=mentorship.enrolment))
    assert mentor.get(f"enrolments/{mentorship.enrolment_id}/").status_code == 404
    assert mentor.get(f"sessions/{newer.pk}/").status_code == 404
    assert mentor.get(f"sessions/{held.pk}/").status_code == 200


def test_a9_streaks_say_what_remains(student, mentor, mentorship) -> None:
    absences = [make_absence(NOW - timedelta(weeks=n), mentorship=mentorship) for n in (2, 1)]
    expected = {
        "count": 2,
        "remaining": 1,
        "size": 3,
        "sessions": [absence.session_id for absence in absences],
    }
    assert student.get("streaks/").json()["results"][0]["streak"] == expected
    assert mentor.get(f"enrolments/{mentorship.enrolment_id}/").json()["streak"] == expected


@pytest.mark.parametrize(
    "path", ["mentors/", "mentorships/", "enrolments/", "streaks/", "notes/", "time-off/"]
)
@pytest.mark.parametrize("rows", [1, 3])
def test_lists_cost_the_same_however_long(path, rows, django_assert_max_num_queries) -> None:
    staff = make_user(Role.STUDENT_SUCCESS)
    for _ in range(rows):
        each = make_mentorship()
        TimeOff.objects.create(
            mentor=each.mentor, starts_at=NOW, ends_at=NOW + timedelta(days=1), recorded_at=NOW
        )
        Note.objects.create(enrolment=each.enrolment, author=staff, shared=True, text="x", written_at=NOW)
    caller = Caller(staff, NOW)
    with django_assert_max_num_queries(3 if path == "streaks/" else 2) as caught:
        assert len(caller.get(path).json()["results"]) == rows
    assert len(caught.captured_queries) == (3 if path == "streaks/" else 2)
