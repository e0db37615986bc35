"""Who sees what on a mentor's pages: own sessions, current students, and nothing else."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.test import Client

from accounts.models import Role
from mentoring.models import Mentorship, Note
from mentoring.services import state_presence
from mentoring.tests.mentor_pages import START, WEEK, MentorPages, sign_in
from students.models import Accommodation
from tests.factories import (
    make_absence,
    make_enrolment,
    make_mentor,
    make_mentorship,
    make_session,
    make_user,
)

pytestmark = pytest.mark.django_db
DAY, HOUR = timedelta(days=1), timedelta(hours=1)
PAGES = [
    "/mentor/",
    "/mentor/sessions/",
    "/mentor/students/",
    "/mentor/availability/",
    "/mentor/availability/time-off/",
]


@pytest.fixture
def pages():
    return MentorPages()


def addresses(owner, session, note):
    own = [
        f"/mentor/sessions/{session.pk}/{action}" for action in ("", "presence/", "cancel/", "book/", "note/")
    ]
    enrolment = owner.enrolment.pk
    return [
        *own,
        f"/mentor/students/{enrolment}/",
        f"/mentor/students/{enrolment}/note/",
        f"/mentor/notes/{note.pk}/",
    ]


def note_by(owner, session=None, shared=False, text="A private thought", by=None):
    return Note.objects.create(
        enrolment=owner.enrolment,
        session=session,
        author=by or owner.user,
        shared=shared,
        text=text,
        written_at=START - WEEK,
    )


def replace(pages):
    """Another mentor has taken over since the first of March."""
    Mentorship.objects.filter(pk=pages.mentorship.pk).update(ends_on=date(2026, 3, 8))
    follower = make_mentor()
    follows = make_mentorship(mentor=follower, enrolment=pages.enrolment, starts_on=date(2026, 3, 9))
    return follower, follows


def test_every_page_opens_for_its_own_mentor(pages):
    session = make_absence(START - WEEK, mentorship=pages.mentorship).session
    note = note_by(pages, session)
    pages.session()
    for url in [*PAGES, *addresses(pages, session, note)]:
        assert pages.get(url, START - DAY).status_code == 200, url


def test_abuse_1_the_sessions_and_students_of_another_are_not_there(pages):
    other = MentorPages()
    session = other.session()
    note = note_by(other, session, shared=True)
    for url in [*addresses(other, session, note), f"/mentor/sessions/{session.pk}/join/"]:
        assert pages.get(url, START).status_code in (404, 405), url
        words = {
            "reason": "x",
            "was": "absent",
            "confirm": "yes",
            "text": "x",
            "starts_at": START.isoformat(),
        }
        assert pages.post(url, words, START).status_code in (404, 405), url
    session.refresh_from_db()
    note.refresh_from_db()
    assert (session.state, session.mentor_joined_at, note.text) == ("scheduled", None, "A private thought")
    assert Note.objects.count() == 1


def test_abuse_2_lists_counts_and_search_hold_nothing_of_another(pages):
    other = MentorPages()
    other.session()
    make_absence(START - WEEK, mentorship=other.mentorship, reasons="Secret reasons", reasons_at=START - DAY)
    name = other.student.user.full_name
    searches = [
        f"/mentor/students/?q={other.student.user.given_name}",
        f"/mentor/sessions/?student={other.student.user.given_name}",
    ]
    for url in [*PAGES, *searches]:
        page = pages.text(url, START)
        assert name not in page, url
        assert "Secret reasons" not in page, url


@pytest.mark.parametrize(
    "role",
    [Role.STUDENT, Role.STUDENT_SUCCESS, Role.LEARNING_MANAGER, Role.HEAD_OF_LEARNING, Role.ADMINISTRATOR],
)
def test_the_dashboard_is_not_there_for_other_roles(role, pages):
    session = pages.session()
    note = note_by(pages, session)
    client = sign_in(make_user(role))
    for url in [*PAGES, *addresses(pages, session, note)]:
        assert client.get(url).status_code == 404, url
    assert client.post(f"/mentor/sessions/{session.pk}/join/").status_code == 404


def test_the_sessions_own_student_finds_no_mentor_page(pages):
    session = pages.session()
    client = sign_in(pages.student.user)
    for url in [*PAGES, *addresses(pages, session, note_by(pages, session, shared=True))]:
        assert client.get(url).status_code == 404, url


def test_who_is_not_signed_in_is_asked_to(pages):
    for url in [*PAGES, f"/mentor/sessions/{pages.session().pk}/"]:
        assert Client().get(url)["Location"].startswith("/accounts/login/?next=")


def test_abuse_21_no_shared_cache_keeps_a_page(pages):
    session = pages.session()
    for url in [*PAGES, *addresses(pages, session, note_by(pages))]:
        answer = pages.get(url, START)
        assert "no-store" in answer["Cache-Control"], url
        assert "Cookie" in answer["Vary"], url


def test_abuse_11_a_former_mentor_sees_what_they_held_and_nothing_new(pages):
    held = make_absence(START - WEEK, mentorship=pages.mentorship)
    follower, follows = replace(pages)
    new = make_session(START + 2 * WEEK, mentorship=follows)
    note_by(pages, held.session, shared=True, text="By the new mentor", by=follower.user)
    own = note_by(pages, held.session)
    now = START + WEEK
    page = pages.text(f"/mentor/sessions/{held.session_id}/", now)
    assert "You no longer mentor this student" in page
    assert "A private thought" in page
    assert "By the new mentor" not in page
    assert follower.user.full_name not in page
    for url in (
        f"/mentor/sessions/{new.pk}/",
        f"/mentor/sessions/{held.session_id}/book/",
        f"/mentor/sessions/{held.session_id}/note/",
        f"/mentor/students/{pages.enrolment.pk}/",
        f"/mentor/students/{pages.enrolment.pk}/note/",
    ):
        assert pages.get(url, now).status_code == 404, url
        assert pages.post(url, {"text": "x", "starts_at": now.isoformat()}, now).status_code in (404, 405), (
            url
        )
    assert pages.get(f"/mentor/notes/{own.pk}/", now).status_code == 200
    for url in PAGES:
        assert f"/mentor/sessions/{new.pk}/" not in pages.text(url, now)


def test_abuse_11_what_is_recorded_after_they_left_stays_from_them(pages):
    held = pages.session(START - WEEK)
    state_presence(session_id=held.pk, present=False, arrived_at=None, by=pages.user, now=START - WEEK + HOUR)
    absence = held.absence
    replace(pages)
    type(absence).objects.filter(pk=absence.pk).update(
        reasons="Told the new mentor", reasons_at=START + 2 * WEEK
    )
    page = pages.text(f"/mentor/sessions/{held.pk}/", START + 3 * WEEK)
    assert "The mentor said that the student was not there" in page
    assert "Told the new mentor" not in page


def test_a11_the_new_mentor_sees_the_history_but_states_nothing_of_it(pages):
    held = make_absence(START, mentorship=pages.mentorship).session
    follower, _follows = replace(pages)
    client = MentorPages(follower)
    page = client.text(f"/mentor/sessions/{held.pk}/", START + WEEK)
    assert f"held by {pages.user.full_name}" in page
    assert client.get(f"/mentor/sessions/{held.pk}/presence/", START + HOUR).status_code == 404
    assert client.get(f"/mentor/sessions/{held.pk}/cancel/", START + HOUR).status_code == 404


def test_abuse_12_the_measure_is_shown_and_never_the_proof(pages):
    Accommodation.objects.create(
        enrolment=pages.enrolment,
        audio=True,
        lateness=timedelta(minutes=30),
        valid_from=date(2026, 1, 1),
        accepted_at=START - 4 * WEEK,
    )
    page = pages.text(f"/mentor/students/{pages.enrolment.pk}/", START)
    assert "Audio allowed" in page
    assert "30 min" in page
    for word in ("proof", "disab", "certificate", "medical"):
        assert word not in page.lower()


def test_a_private_note_is_its_authors_alone(pages):
    note_by(pages, text="By somebody else", by=make_user(Role.MENTOR))
    note_by(pages, text="Shared by somebody else", by=make_user(Role.MENTOR), shared=True)
    page = pages.text(f"/mentor/students/{pages.enrolment.pk}/", START)
    assert "By somebody else" not in page
    assert "Shared by somebody else" in page


def test_notes_are_written_shared_and_changed(pages):
    session = pages.session()
    pages.post(f"/mentor/sessions/{session.pk}/note/", {"text": "Went well"}, START)
    pages.post(f"/mentor/students/{pages.enrolment.pk}/note/", {"text": "Likes tests", "shared": "on"}, START)
    first, second = Note.objects.order_by("pk")
    assert (first.session_id, first.shared, first.author) == (session.pk, False, pages.user)
    assert (second.session_id, second.shared) == (None, True)
    answer = pages.post(f"/mentor/notes/{second.pk}/", {"text": "Loves tests"}, START + HOUR)
    assert answer.status_code == 422  # it stays shared
    pages.post(f"/mentor/notes/{second.pk}/", {"text": "Loves tests", "shared": "on"}, START + HOUR)
    second.refresh_from_db()
    assert (second.text, second.edited_at) == ("Loves tests", START + HOUR)
    assert pages.post(f"/mentor/sessions/{session.pk}/note/", {"text": " "}, START).status_code == 422


def test_abuse_43_a_form_takes_no_field_that_it_does_not_show(pages):
    session = pages.session()
    data = {"text": "x", "author": "1", "enrolment": "1", "written_at": "2020-01-01", "state": "held"}
    pages.post(f"/mentor/sessions/{session.pk}/note/", data, START)
    note = Note.objects.get()
    assert (note.author, note.written_at, note.enrolment) == (pages.user, START, pages.enrolment)


def test_a9_the_students_page_brackets_the_row(pages):
    for weeks in (2, 1):
        make_absence(START - weeks * WEEK, mentorship=pages.mentorship)
    for url in ("/mentor/students/", f"/mentor/students/{pages.enrolment.pk}/"):
        page = pages.text(url, START)
        assert 'class="bracket"' in page
        assert "2 unauthorised absences in a row" in page


@pytest.mark.parametrize("rows", [1, 3])
@pytest.mark.parametrize(("which", "queries"), [("students", 6), ("student", 9)])
def test_students_cost_the_same_for_one_row_and_for_three(
    pages, rows, which, queries, django_assert_num_queries
):
    for number in range(rows):
        make_absence(START - (number + 1) * WEEK, mentorship=pages.mentorship)
        note_by(pages)
        mentorship = make_mentorship(mentor=pages.mentor, enrolment=make_enrolment())
        make_absence(START - WEEK + (number + 1) * HOUR, mentorship=mentorship)
    url = "/mentor/students/" if which == "students" else f"/mentor/students/{pages.enrolment.pk}/"
    with pages.at(START):
        pages.client.get(url)
        with django_assert_num_queries(queries):
            pages.client.get(url)
