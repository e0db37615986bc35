"""Who was in a session decides nothing about it, whatever other role they have; a week has so many hours."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from accounts.models import Role
from mentoring.models import Contest
from tests.api import Caller
from tests.factories import make_absence, make_user

pytestmark = pytest.mark.django_db

START = datetime(2026, 3, 3, 13, 0, tzinfo=UTC)
NOW = START + timedelta(hours=3)
BODY = {"outcome": "present", "reasons": "I know best"}


@pytest.fixture
def absence(db):
    return make_absence(START)


@pytest.mark.parametrize("side", ["student", "mentor"])
def test_nobody_decides_on_a_session_of_their_own(absence, side, client) -> None:
    contest = Contest.objects.create(absence=absence, statement="I was there", made_at=NOW)
    person = getattr(absence.session, side).user
    person.role_grants.create(role=Role.STUDENT_SUCCESS, granted_at=NOW)
    caller = Caller(type(person).objects.get(pk=person.pk), NOW)
    assert caller.post(f"contests/{contest.pk}/decide/", BODY, If_Match="*").status_code == 403
    path = f"sessions/{absence.session_id}/exception/"
    assert caller.post(path, {"reason": "I am excused"}, If_Match="*").status_code == 403
    client.force_login(person)
    assert client.post(f"/staff/contests/{contest.pk}/", BODY).status_code == 404
    assert client.post(f"/staff/sessions/{absence.session_id}/exception/", {"reason": "x"}).status_code == 404
    contest.refresh_from_db()
    assert contest.decided_at is None


def test_another_of_student_success_decides(absence) -> None:
    contest = Contest.objects.create(absence=absence, statement="I was there", made_at=NOW)
    caller = Caller(make_user(Role.STUDENT_SUCCESS), NOW)
    assert caller.post(f"contests/{contest.pk}/decide/", BODY, If_Match="*").status_code == 200


def test_a_week_holds_so_many_hours_and_no_more(absence) -> None:
    mentor = absence.session.mentor
    caller = Caller(mentor.user, NOW)
    hours = [
        {"weekday": 1, "starts": f"{n // 60:02}:{n % 60:02}", "ends": f"{n // 60:02}:{n % 60:02}:30"}
        | {"time_zone": "Europe/Paris"}
        for n in range(41)
    ]
    path = f"mentors/{mentor.pk}/availability/"
    refused = caller.send("PUT", path, {"slots": hours}, If_Match="*")
    assert (refused.status_code, refused.json()["field"]) == (400, "slots")
    assert caller.send("PUT", path, {"slots": hours[:40]}, If_Match="*").status_code == 200
