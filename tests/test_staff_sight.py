"""What staff find on their pages and what they do not: other people's rows, exports, and what a page costs."""

from __future__ import annotations

import csv
from io import StringIO

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import Role
from discipline.models import Case
from mentoring.models import (
    Note,
    SessionState,
)
from mentoring.tests.student_pages import START, WEEK, clock, sign_in
from record.models import Message
from record.services import write
from record.types import NewEntry
from tests.factories import (
    make_absence,
    make_enrolment,
    make_mentorship,
    make_path,
    make_session,
    make_student,
)
from tests.staff_desk import NOW, Desk, contest

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk() -> Desk:
    return Desk()


# Who sees what --------------------------------------------------------------------------------


def test_abuse_1_and_2_a_learning_manager_finds_nothing_of_another_path() -> None:
    desk = Desk(Role.LEARNING_MANAGER)
    stranger = Desk()
    stranger.student.user.family_name = "Hidden"
    stranger.student.user.save()
    row = contest(stranger.three()[-1])
    for view, pk in (
        ("staff-person", stranger.student.pk),
        ("staff-contest", row.pk),
        ("staff-session", row.absence.session_id),
        ("staff-training-end", stranger.enrolment.pk),
        ("staff-mentorship-end", stranger.mentorship.pk),
        ("case", Case.objects.get().pk),
    ):
        assert desk.get(view, pk).status_code == 404, view
    for view in ("staff-home", "staff-people", "staff-people-export", "cases"):
        assert "Hidden" not in desk.get(view).content.decode(), view
    # Neither by search, nor by counting, nor through the choices of a filter.
    assert "1 training" not in desk.get("staff-people", query="?q=Hidden").content.decode()
    assert stranger.path.title not in desk.get("staff-people").content.decode()


def test_a_learning_manager_sees_only_their_part_of_a_student() -> None:
    desk = Desk(Role.LEARNING_MANAGER)
    elsewhere = make_mentorship(enrolment=make_enrolment(student=desk.student, path=make_path(title="Other")))
    absence = make_absence(START - WEEK, mentorship=elsewhere)
    Message.objects.create(
        recipient=desk.student.user,
        kind="absence_recorded",
        occasion="x",
        due_at=NOW,
        created_at=NOW,
        next_attempt_at=NOW,
    )
    for about, kind in ((absence.session_id, "reasons_given"), (0, "absence_contested")):
        entry = NewEntry(
            desk.student.user_id, kind, "3.2", "2026-01", NOW, about=f"mentoring.session:{about}"
        )
        write(entries=[entry], now=NOW)
    pages = [
        desk.get("staff-person", desk.student.pk, query=q) for q in ("", "?tab=sessions", "?tab=messages")
    ]
    assert not any("Other" in page.content.decode() for page in pages)
    assert "No message" in pages[2].content.decode()
    record = desk.get("staff-person", desk.student.pk, query="?tab=record")
    assert [told.entry.kind for told in record.context["told"]] == ["absence_contested"]


def test_abuse_3_a_student_sees_their_own_case_and_learns_of_no_other(desk: Desk) -> None:
    desk.three()
    pk = Case.objects.get().pk
    with clock(NOW):
        own = sign_in(desk.student.user)
        assert (
            "The school writes down what is held against you"
            in own.get(reverse("case", args=[pk])).content.decode()
        )
        stranger = sign_in(make_student().user)
        there, nowhere = stranger.get(f"/cases/{pk}/"), stranger.get("/cases/99999/")
        mentor = sign_in(desk.mentorship.mentor.user).get(f"/cases/{pk}/")
    assert (there.status_code, nowhere.status_code, mentor.status_code) == (404, 404, 404)


def test_a_private_note_stays_with_its_author(desk: Desk) -> None:
    for shared in (True, False):
        Note.objects.create(
            enrolment=desk.enrolment,
            author=desk.mentorship.mentor.user,
            shared=shared,
            text="Shared words" if shared else "Private words",
            written_at=NOW,
        )
    page = desk.get("staff-person", desk.student.pk).content.decode()
    assert ("Shared words" in page, "Private words" in page) == (True, False)


def test_abuse_64_a_formula_leaves_as_text(desk: Desk) -> None:
    user = desk.student.user
    user.given_name, user.family_name = "=1+1", "@cmd"
    user.save()
    rows = list(csv.DictReader(StringIO(desk.get("staff-people-export").content.decode())))
    assert (rows[0]["given_name"], rows[0]["family_name"]) == ("'=1+1", "'@cmd")


def test_filters_of_people(desk: Desk) -> None:
    make_absence(START, mentorship=desk.mentorship)
    other = make_mentorship()
    both = desk.get("staff-people").context["page"]
    assert {row.pk for row in both} == {desk.enrolment.pk, other.enrolment_id}
    for query in (
        "?streak=1",
        f"?path={desk.path.pk}",
        f"?mentor={desk.mentorship.mentor_id}",
        f"?q={desk.student.user.email.upper()}",
    ):
        assert [row.pk for row in desk.get("staff-people", query=query).context["page"]] == [
            desk.enrolment.pk
        ]
    assert desk.get("staff-people", query="?streak=x&path=y").status_code == 200


# What a page costs ------------------

PAGES = ("staff-home", "staff-people", "staff-people-export", "cases", "staff-enforcement")


@pytest.mark.parametrize("view", PAGES)
def test_a_page_costs_the_same_with_more_rows(view: str) -> None:
    desk = Desk(Role.ADMINISTRATOR)
    contest(desk.three()[-1])
    make_session(START - 3 * WEEK, mentorship=desk.mentorship, state=SessionState.UNATTENDED)
    desk.get(view)
    with CaptureQueriesContext(
        connection,
    ) as one:
        desk.get(view)
    for _n in range(2):
        more = Desk()
        contest(more.three()[-1])
        make_session(START - 3 * WEEK, mentorship=more.mentorship, state=SessionState.UNATTENDED)
    with CaptureQueriesContext(connection) as three:
        desk.get(view)
    assert len(three) == len(one)


@pytest.mark.parametrize("query", ["", "?tab=sessions", "?tab=messages", "?tab=record"])
def test_the_person_page_costs_the_same_with_more_rows(desk: Desk, query: str) -> None:
    contest(desk.three()[-1])
    desk.get("staff-person", desk.student.pk, query=query)
    with CaptureQueriesContext(connection) as one:
        desk.get("staff-person", desk.student.pk, query=query)
    for n in (4, 5, 6):
        contest(make_absence(START - n * WEEK, mentorship=desk.mentorship))
    make_mentorship(enrolment=make_enrolment(student=desk.student))
    with CaptureQueriesContext(connection) as more:
        desk.get("staff-person", desk.student.pk, query=query)
    assert len(more) == len(one)


@pytest.mark.parametrize(
    "model",
    [
        "students_student",
        "students_enrolment",
        "mentoring_session",
        "mentoring_absence",
        "mentoring_contest",
        "mentoring_streak",
        "mentoring_mentorship",
        "mentoring_mentor",
        "mentoring_weeklyslot",
        "discipline_case",
        "accounts_user",
        "record_message",
        "record_entry",
    ],
)
def test_a_list_of_the_admin_costs_the_same_with_more_rows(model: str) -> None:
    desk = Desk(Role.ADMINISTRATOR)
    contest(desk.three()[-1])
    desk.post("staff-training-end", desk.enrolment.pk, ends_on="2026-05-01", reason="x", confirmed="yes")
    desk.get(f"admin:{model}_changelist")
    with CaptureQueriesContext(connection) as one:
        desk.get(f"admin:{model}_changelist")
    for n in range(2):
        more = Desk()
        contest(more.three()[-1])
        dates = {"starts_on": "2026-01-01", "ends_on": f"2026-11-1{n}", "confirmed": "yes"}
        desk.post("staff-training-dates", more.enrolment.pk, **dates)
    with CaptureQueriesContext(connection) as three:
        desk.get(f"admin:{model}_changelist")
    # A filter may lose its only choice, never gain a query.
    assert len(three) <= len(one) + 1
