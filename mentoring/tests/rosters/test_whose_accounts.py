"""Whose accounts a roster changes, and by whose hand (abuse 41, 58)."""

from __future__ import annotations

import pytest

from accounts.models import Role, User
from mentoring.models import Mentor
from record.models import Message
from students.models import Enrolment, Student
from tests.factories import at, make_enrolment, make_mentor, make_path, make_student, make_user

from .files import ORG, role, roster, school, user
from .test_import import applied, run, told

pytestmark = pytest.mark.django_db
LATER = "2026-03-05T00:00:00Z"


@pytest.fixture
def manager() -> User:
    return make_user(Role.LEARNING_MANAGER)


def everything() -> tuple[object, ...]:
    return (
        list(User.objects.order_by("pk").values_list()),
        list(User.objects.order_by("pk").values_list("pk", "role_grants__role")),
        list(Mentor.objects.order_by("pk").values_list()),
        list(Student.objects.order_by("pk").values_list()),
        list(Enrolment.objects.order_by("pk").values_list()),
    )


def victims() -> list[User]:
    student = make_student(make_user(Role.STUDENT, email="student@example.org"))
    make_enrolment(student=student)
    mentor = make_mentor(make_user(Role.MENTOR, email="mentor@example.org"))
    others = [make_user(word, email=f"{word}@example.org") for word in (Role.QUALITY, Role.ASSESSOR)]
    return [student.user, mentor.user, *others]


def takeover(people: list[User], number: int, **fields: str) -> bytes:
    rows = [
        user(f"x{n}", "Taken", **{"email": person.email, "dateLastModified": LATER, **fields})
        for n, person in enumerate(people)
    ]
    if number:
        for n, row in enumerate(rows):
            row |= {"email": f"thief{n}@example.org", "dateLastModified": "2026-03-06T00:00:00Z"}
    roles = [role(f"x{n}", "student") for n in range(len(people))]
    return roster({"orgs": [dict(ORG)], "users": rows, "roles": roles}, mode="delta")


def test_abuse_41_a_learning_manager_cannot_take_over_an_account_by_its_address(manager):
    people = victims()
    before = everything()
    first = run(takeover(people, 0), by=manager)
    assert not first.applied
    places = {(problem.file, problem.line, problem.column) for problem in first.problems}
    assert places == {("users.csv", line, "sourcedId") for line in range(2, 6)}
    assert everything() == before


def test_nor_are_they_changed_where_the_operator_linked_them(manager):
    people = victims()
    refused = run(takeover(people, 0))
    assert {problem.column for problem in refused.problems} == {
        "role"
    }  # mentor, quality and assessor gain none
    applied(takeover(people[:1], 0))
    before = everything()
    applied(takeover(people[:1], 1, givenName="Evil", enabledUser="false"))
    assert everything() == before
    outcome = run(takeover(people[:1], 1, familyName="Evil", dateLastModified=LATER), by=manager)
    assert everything() == before and outcome.changed == []


def test_a_mentor_whom_a_roster_made_keeps_address_link_and_access():
    tables = school(1)
    applied(roster(tables))
    before = everything()
    tables["users"][0] |= {
        "email": "thief@example.org",
        "givenName": "Evil",
        "enabledUser": "false",
        "metadata.videoLink": "https://evil.example.org/",
    }
    outcome = applied(roster(tables))
    assert everything() == before
    assert "replace them as mentor" in next(c.note for c in outcome.changes if c.sourced_id == "t1")


def test_a_changed_address_of_a_student_is_told_to_both_addresses_and_recorded():
    tables = school(1)
    applied(roster(tables))
    tables["users"][1]["email"] = "elsewhere@example.org"
    applied(roster(tables))
    sam = Student.objects.get().user
    assert sam.email == "elsewhere@example.org"
    letters = Message.objects.filter(kind="sign_in_address")
    assert {letter.address or letter.recipient.email for letter in letters} == {
        "sam1.student@example.org",
        "elsewhere@example.org",
    }
    entry = sam.record_chain.entries.get(kind="person_changed_by_roster")
    assert "email" in str(entry.payload)


def test_a_learning_manager_imports_for_their_own_paths_only(manager):
    problems = told(run(roster(school()), by=manager))
    assert [text.split(":")[0] for text in problems][:1] == ["courses.csv"]
    path = make_path(code="WEB", title="Web Developer", learning_manager=manager)
    applied(roster(school()), by=manager)
    tables = school()
    tables["users"][1]["givenName"] = "Samuel"
    applied(roster(tables), by=manager)
    assert User.objects.filter(given_name="Samuel").exists()

    path.learning_manager = other = make_user(Role.LEARNING_MANAGER)
    path.save()
    before = everything()
    tables["users"][1] |= {"givenName": "Evil", "email": "thief@example.org"}
    tables["academicSessions"][0]["endDate"] = "2026-10-01"
    columns = {(problem.file, problem.column) for problem in run(roster(tables), by=manager).problems}
    assert columns == {("users.csv", "sourcedId"), ("enrollments.csv", "classSourcedId")}
    gone = {**tables, "users": [], "roles": [], "enrollments": []}
    assert run(roster(gone), by=manager).problems
    assert everything() == before
    applied(roster(tables), by=other)


def test_nor_for_a_student_who_is_on_another_path_too(manager):
    make_path(code="WEB", title="Web Developer", learning_manager=manager)
    student = make_student(make_user(Role.STUDENT, email="sam1.student@example.org"))
    make_enrolment(student=student, path=make_path(), starts_on=at("2026-01-05").date())
    outcome = run(roster(school()), by=manager)
    assert [(problem.file, problem.line) for problem in outcome.problems][-1] == ("users.csv", 3)
    assert not outcome.applied
