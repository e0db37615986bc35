"""The pages of cases: the list by oldest deadline, the case itself, a student's own situation."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from datetime import timedelta

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from accounts.models import Role, User
from discipline.models import CaseDocument, CaseFact, CaseKind, Companion, Reply
from discipline.selectors.next_step import next_step
from mentoring.tests.student_pages import sign_in
from record.models import Message
from students.models import Enrolment, Interruption
from tests.factories import make_document, make_enrolment, make_path, make_student, make_user

from .making import INFORMED, NOW, OPENED, close, inform, make_case

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _clock() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


def text(client: Client, name: str, *args: object, query: str = "") -> str:
    answer = client.get(reverse(name, args=args) + query)
    assert answer.status_code == 200, answer
    return answer.content.decode()


# The list


def test_the_list_shows_what_is_owed_soonest_first_and_ended_cases_apart() -> None:
    late = make_case(next_due_at=NOW + timedelta(days=3))
    soon = make_case(next_due_at=NOW + timedelta(days=1), kind=CaseKind.PLAGIARISM)
    none = make_case()
    over = make_case()
    close(over, NOW)
    client = sign_in(make_user(Role.STUDENT_SUCCESS))
    page = client.get(reverse("cases"))
    assert [each["case"].pk for each in page.context["rows"]] == [soon.pk, late.pk, none.pk]
    assert [(str(tab["label"]), tab["count"]) for tab in page.context["tabs"]] == [
        ("All open", 3),
        ("Open", 3),
        ("Ended", 1),
    ]
    ended = client.get(reverse("cases") + "?stage=ended").context["rows"]
    assert [each["case"].pk for each in ended] == [over.pk]
    kind = client.get(reverse("cases") + "?kind=plagiarism").context["rows"]
    assert [each["case"].pk for each in kind] == [soon.pk]


def test_abuse_2_search_counts_and_filters_tell_nothing_of_cases_out_of_sight() -> None:
    manager = make_user(Role.LEARNING_MANAGER)
    own = make_case(make_enrolment(path=make_path(learning_manager=manager)))
    other = make_case(next_due_at=NOW)
    client = sign_in(manager)
    for query in ("", f"?q={other.student.user.email}", f"?path={other.enrolment.path_id}", "?stage=ended"):
        page = client.get(reverse("cases") + query)
        assert other.pk not in [each["case"].pk for each in page.context["rows"]], query
        assert sum(tab["count"] for tab in page.context["tabs"][:1]) <= 1, query
        assert other.enrolment.path.title not in page.content.decode(), query
    assert [each["case"].pk for each in client.get(reverse("cases")).context["rows"]] == [own.pk]


@pytest.mark.parametrize("rows", [1, 3])
def test_the_list_costs_the_same_however_long(rows: int, django_assert_num_queries) -> None:
    for _ in range(rows):
        make_case()
    client = sign_in(make_user(Role.STUDENT_SUCCESS))
    client.get(reverse("cases"))
    with django_assert_num_queries(6):
        assert len(client.get(reverse("cases")).context["rows"]) == rows


# The case


def test_a_case_tells_what_comes_next_and_who_owes_it() -> None:
    case = make_case()
    staff = make_user(Role.HEAD_OF_LEARNING)
    step = next_step(case, staff, NOW)
    assert step is not None and step.title == "Write the complaint: the facts and their clauses" and step.mine
    inform(case)
    step = next_step(case, staff, NOW)
    assert step is not None and "The Board has no chair yet." in step.blocked_by
    own = next_step(case, case.student.user, NOW)
    assert own is not None and (own.owner, own.due_at) == ("You", INFORMED + timedelta(hours=72))
    assert own.mine and not own.blocked_by  # who is missing on the Board is none of the student's worries
    close(case, NOW)
    assert next_step(case, staff, NOW) is None


def test_the_page_shows_facts_documents_people_and_messages_with_their_proof() -> None:
    case = make_case()
    inform(case)
    student = case.student.user
    CaseFact.objects.create(case=case, text="A post of 1 March", clause="3.5", added_at=NOW, told_at=NOW)
    paper = make_document(student, purpose="case-evidence")
    CaseDocument.objects.create(case=case, document=paper, title="The post", added_at=NOW, told_at=NOW)
    Message.objects.update(read_at=NOW)
    page = text(sign_in(make_user(Role.STUDENT_SUCCESS)), "case", case.pk)
    for words in (
        "A post of 1 March",
        "The post",
        str(student),
        "What is held against you",
        "Opened in the portal",
    ):
        assert words in page, words
    assert "The student was told" in page or "the student was told" in page


def test_abuse_7_documents_that_are_not_for_somebody_are_not_even_named_to_them() -> None:
    case = make_case()
    inform(case)
    student = case.student.user
    for title, more in (("For all", {}), ("Of health", {"restricted": True})):
        paper = make_document(student, purpose="case-evidence")
        CaseDocument.objects.create(case=case, document=paper, title=title, added_at=NOW, told_at=NOW, **more)
    hidden = make_document(student, purpose="case-evidence")
    CaseDocument.objects.create(
        case=case, document=hidden, title="Not shown", added_at=NOW, visible_to_student=False
    )
    fellow = make_student().user
    make_enrolment(path=case.enrolment.path, student=fellow.student)
    Companion.objects.create(case=case, user=fellow, asked_at=NOW, accepted_at=NOW)
    seen = {
        name: [
            title
            for title in ("For all", "Of health", "Not shown")
            if title in text(sign_in(user), "case", case.pk)
        ]
        for name, user in (
            ("student", student),
            ("companion", fellow),
            ("staff", make_user(Role.STUDENT_SUCCESS)),
        )
    }
    assert seen == {
        "student": ["For all", "Of health"],
        "companion": ["For all"],
        "staff": ["For all", "Not shown"],
    }


def test_abuse_4_a_companion_finds_no_page_once_the_case_is_closed() -> None:
    case = make_case()
    fellow = make_student().user
    Companion.objects.create(case=case, user=fellow, asked_at=NOW, accepted_at=NOW)
    client = sign_in(fellow)
    assert client.get(reverse("case", args=[case.pk])).status_code == 200
    close(case, NOW)
    assert client.get(reverse("case", args=[case.pk])).status_code == 404


# My situation


def suspended(enrolment: Enrolment) -> User:
    Interruption.objects.create(
        enrolment=enrolment,
        kind="suspension",
        starts_on=OPENED.date(),
        ends_on=NOW.date() + timedelta(days=20),
        recorded_at=OPENED,
    )
    return enrolment.student.user


def test_a_student_reads_their_situation_also_while_their_access_is_closed() -> None:
    case = make_case()
    complaint = inform(case)
    client = sign_in(suspended(case.enrolment))
    page = text(client, "situation")
    for words in (
        complaint.facts,
        "Answer, if you want to",
        "My rights",
        "72 h before a meeting",
        "/policy/2026-01/#3.5",
    ):
        assert words in page, words
    Reply.objects.create(complaint=complaint, text="I am sorry", received_at=NOW, by=case.student.user)
    assert "Read the case and answer" not in text(client, "situation")


def test_a_situation_is_calm_where_nothing_is_held_against_the_student() -> None:
    make_case()
    page = text(sign_in(make_student().user), "situation")
    assert "Nothing is held against you." in page and "None that comes from a case." in page


# Statistics


def _school() -> tuple[User, User]:
    """Seven cases of 3.5 and two of 3.4 on a strange Path, one of each on the manager's own."""
    manager, head = make_user(Role.LEARNING_MANAGER), make_user(Role.HEAD_OF_LEARNING)
    strange, own = make_path(), make_path(learning_manager=manager)
    for path, kind, count in (
        (strange, CaseKind.ABUSE, 7),
        (strange, CaseKind.PLAGIARISM, 2),
        (own, CaseKind.ABUSE, 1),
        (own, CaseKind.PLAGIARISM, 1),
    ):
        for number in range(count):
            case = make_case(make_enrolment(path=path), kind=kind)
            if kind == CaseKind.ABUSE:
                close(case, OPENED + timedelta(days=number + 1))
    return manager, head


def test_statistics_hide_small_numbers_from_those_who_may_not_know_the_people() -> None:
    manager, head = _school()

    def told(user: User) -> dict[str, dict[str, str]]:
        page = sign_in(user).get(reverse("case-statistics"))
        return {
            each["table"].name: {row["label"]: row["word"] for row in each["counts"]}
            for each in page.context["tables"]
        }

    assert told(head)["clause"] == {"3.4": "3", "3.5": "8"}
    # Two strangers' cases of 3.4: hidden, and 3.5 with it, for the total would give it away.
    assert told(manager)["clause"] == {"3.4": "fewer than 5", "3.5": "fewer than 5"}
    rows = list(csv.reader(text(sign_in(manager), "case-statistics-export").splitlines()))
    assert ["clause", "3.4", "<5", "", ""] in rows
    assert ["stage", "Closed without penalty", "<5", "", ""] in rows


def test_statistics_tell_the_longest_case_only_to_those_who_see_everybody() -> None:
    _manager, head = _school()
    rows = list(csv.reader(text(sign_in(head), "case-statistics-export", query="?year=2026").splitlines()))
    assert ["clause", "3.5", "8", "3.5", "7.0"] in rows


def test_abuse_64_no_cell_of_the_statistics_is_a_formula() -> None:
    make_case(make_enrolment(path=make_path(title='=HYPERLINK("http://example.org")')))
    rows = list(
        csv.reader(text(sign_in(make_user(Role.HEAD_OF_LEARNING)), "case-statistics-export").splitlines())
    )
    assert any(row[1].startswith("'=HYPERLINK") for row in rows)
