"""Cases over the API."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from accounts.models import Role
from discipline.models import Case, CaseKind
from mentoring.models import Streak, StreakAbsence
from tests.api import Caller
from tests.factories import make_absence, make_mentorship, make_user

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 3, 4, 9, 0, tzinfo=UTC)


def make_case(mentorship=None):
    mentorship = mentorship or make_mentorship()
    streak = Streak.objects.create(
        enrolment=mentorship.enrolment, reached_at=NOW, policy_id="2026-01", taken_up_at=NOW
    )
    for position in (1, 2, 3):
        absence = make_absence(NOW - timedelta(weeks=4 - position), mentorship=mentorship)
        StreakAbsence.objects.create(streak=streak, absence=absence, position=position)
    return Case.objects.create(
        kind=CaseKind.ATTENDANCE,
        student=mentorship.enrolment.student,
        enrolment=mentorship.enrolment,
        streak=streak,
        clause="3.2",
        policy_id="2026-01",
        opened_at=NOW,
        facts='{"absences":3}',
    )


def test_a9_a_case_shows_the_three_absences_that_opened_it() -> None:
    case = make_case()
    caller = Caller(case.student.user, NOW)
    answer = caller.get(f"cases/{case.pk}/")
    shown = answer.json()
    assert shown["absences"] == list(case.streak.members.values_list("absence_id", flat=True))
    assert len(shown["absences"]) == 3
    assert (shown["clause"], shown["policy"], shown["facts"]) == ("3.2", "2026-01", {"absences": 3})
    assert answer["ETag"] == f'"{case.pk}-1"'


def test_abuse_2_neither_students_nor_mentors_find_others_cases() -> None:
    mentorship = make_mentorship()
    case = make_case(mentorship)
    for user in (make_user(Role.STUDENT), mentorship.mentor.user, make_user(Role.LEARNING_MANAGER)):
        caller = Caller(user, NOW)
        assert caller.get(f"cases/{case.pk}/").status_code == 404
        assert caller.get(f"cases/?student={case.student_id}").json()["results"] == []


def test_abuse_43_no_case_is_changed_here() -> None:
    case = make_case()
    caller = Caller(make_user(Role.ADMINISTRATOR), NOW)
    for method in ("PUT", "PATCH", "DELETE", "POST"):
        assert caller.send(method, f"cases/{case.pk}/", {"state": "withdrawn"}).status_code == 405


@pytest.mark.parametrize("rows", [1, 3])
def test_the_list_costs_the_same_however_long(rows, django_assert_num_queries) -> None:
    for _ in range(rows):
        make_case()
    caller = Caller(make_user(Role.STUDENT_SUCCESS), NOW)
    with django_assert_num_queries(2):
        assert len(caller.get("cases/?state=open").json()["results"]) == rows


def test_the_course_of_a_case_tells_who_owes_what_and_is_not_sent_twice() -> None:
    case = make_case()
    caller = Caller(case.student.user, NOW)
    answer = caller.get(f"cases/{case.pk}/course/")
    shown = answer.json()
    assert shown["next_step"]["title"] == "The school writes down what is held against you"
    assert [step["state"] for step in shown["steps"]] == ["done", "now", "next", "next", "next"]
    again = caller.get(f"cases/{case.pk}/course/", If_None_Match=answer["ETag"])
    assert again.status_code == 304
    assert Caller(make_user(Role.STUDENT), NOW).get(f"cases/{case.pk}/course/").status_code == 404
