"""What a student tells Student Success stays there, and a former mentor reads nothing new (abuse 11)."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from accounts.models import Role
from mentoring import services
from mentoring.models import Absence, ContestOutcome, Mentorship
from tests.api import Caller
from tests.factories import make_absence, make_mentorship, make_user

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 3, 4, 9, 0, tzinfo=UTC)
SECRET = "A diagnosis that nobody else shall know"


@pytest.fixture
def absence():
    return make_absence(NOW - timedelta(hours=20), mentorship=make_mentorship())


def read_by(person, *paths: str) -> str:
    caller = Caller(person, NOW)
    return "".join(caller.get(path).content.decode() for path in paths)


def test_abuse_11_a_contest_is_read_by_no_mentor(absence) -> None:
    contest = services.contest_absence(
        absence_id=absence.pk, statement=SECRET, by=absence.session.student.user, now=NOW
    )
    mentor = absence.session.mentor.user
    assert Caller(mentor, NOW).get(f"contests/{contest.pk}/").status_code == 404
    assert Caller(mentor, NOW).get("contests/").json()["results"] == []
    assert SECRET in read_by(absence.session.student.user, "contests/")


@pytest.mark.parametrize("way", ["exception", "contest"])
def test_what_student_success_heard_reaches_no_mentor(client, absence, way) -> None:
    session, team = absence.session, make_user(Role.STUDENT_SUCCESS)
    if way == "exception":
        services.authorise_exception(session_id=session.pk, reason=SECRET, by=team, now=NOW)
    else:
        contest = services.contest_absence(
            absence_id=absence.pk, statement=SECRET, by=session.student.user, now=NOW
        )
        services.decide_contest(
            contest_id=contest.pk, outcome=ContestOutcome.AUTHORISED, reasons="Shown", by=team, now=NOW
        )
    absence.refresh_from_db()
    assert (absence.reasons, absence.reasons_at) == ("", NOW)
    mentor = session.mentor.user
    told = read_by(mentor, "absences/", f"absences/{absence.pk}/", f"sessions/{session.pk}/")
    client.force_login(mentor)
    page = client.get(f"/mentor/sessions/{session.pk}/")
    assert page.status_code == 200
    assert SECRET not in told + page.content.decode()
    assert not any(SECRET in str(row.context) for row in mentor.messages.all())


def test_abuse_11_a_former_mentor_reads_no_reasons_given_since(absence) -> None:
    Absence.objects.update(reasons=SECRET, reasons_at=NOW)
    mentor = absence.session.mentor.user
    assert SECRET in read_by(mentor, "absences/")
    Mentorship.objects.update(ends_on=date(2026, 3, 3))
    assert SECRET not in read_by(mentor, "absences/", f"absences/{absence.pk}/")
