"""Only a student's own rows on a student's pages; for everybody else these pages are not there."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from django.test import Client

from accounts.models import Role
from mentoring.models import Contest, Note
from mentoring.tests.student_pages import START, WEEK, StudentPages, clock, sign_in
from record.models import Entry, Message
from record.services import write
from record.types import NewEntry
from tests.factories import make_absence, make_user

pytestmark = pytest.mark.django_db
PAGES = [
    "/portal/",
    "/portal/sessions/",
    "/portal/absences/",
    "/portal/notes/",
    "/portal/record/",
    "/portal/record/export/",
    "/portal/training/",
]


@pytest.fixture
def pages():
    return StudentPages()


def rows_of(owner):
    """Everything that a student's pages show, for one student."""
    absence = make_absence(START - WEEK, mentorship=owner.mentorship)
    note = Note.objects.create(
        enrolment=owner.enrolment,
        session=absence.session,
        author=owner.mentor.user,
        shared=True,
        text=f"Note for {owner.user.pk}",
        written_at=START - WEEK,
    )
    write(
        entries=[
            NewEntry(
                subject_id=owner.user.pk,
                kind="reasons_given",
                clause="3.2",
                policy_id="2026-01",
                happened_at=START - WEEK,
                actor_id=owner.user.pk,
                about=f"mentoring.session:{absence.session_id}",
                facts={"reasons": f"Reasons of {owner.user.pk}", "starts_at": START - WEEK},
            )
        ],
        now=START - WEEK,
    )
    message = Message.objects.create(
        recipient=owner.user,
        kind="absence_recorded",
        occasion=f"test:{owner.user.pk}",
        due_at=START,
        created_at=START,
        next_attempt_at=START,
        state="sent",
        sent_at=START,
        subject=f"Subject for {owner.user.pk}",
        body_text="Text <script>",
        body_html="<p>HTML</p>",
    )
    return absence, note, message


def own_addresses(absence, message):
    session, number = absence.session_id, absence.pk
    return [
        f"/portal/sessions/{session}/",
        f"/portal/sessions/{session}/notice/",
        f"/portal/sessions/{session}/book/",
        f"/portal/absences/{number}/reasons/",
        f"/portal/absences/{number}/contest/",
        f"/messages/{message.pk}/",
        f"/messages/{message.pk}/as-sent/",
    ]


def test_every_page_opens_for_its_own_student(pages):
    absence, _note, message = rows_of(pages)
    pages.session()
    for url in [*PAGES, *own_addresses(absence, message), "/messages/", "/messages/?show=unread"]:
        assert pages.get(url, START - timedelta(days=1)).status_code == 200, url


def test_abuse_1_the_file_of_another_is_not_there(pages):
    absence, _note, message = rows_of(StudentPages())
    for url in own_addresses(absence, message):
        assert pages.get(url, START).status_code == 404, url
        words = {"reason": "x", "reasons": "x", "statement": "x", "starts_at": START.isoformat()}
        assert pages.post(url, words, START).status_code in (404, 405), url
    assert pages.post(f"/messages/{message.pk}/read/", now=START).status_code == 404
    assert not Contest.objects.exists()
    assert Entry.objects.count() == 1


def test_abuse_2_lists_counts_filters_and_exports_hold_nothing_of_another(pages):
    other = StudentPages()
    rows_of(other)
    lists = [*PAGES, "/messages/", "/portal/sessions/?state=unauthorised_absence", "/portal/record/?all=1"]
    for url in lists:
        page = pages.get(url, START).content.decode()
        for secret in (
            f"Note for {other.user.pk}",
            f"Reasons of {other.user.pk}",
            f"Subject for {other.user.pk}",
            other.mentor.user.full_name,
        ):
            assert secret not in page, (url, secret)


def test_abuse_3_a_refusal_tells_the_same_whether_the_row_exists(pages):
    absence, _note, _message = rows_of(StudentPages())
    there = pages.post(f"/portal/absences/{absence.pk}/contest/", {"statement": ""}, START)
    nowhere = pages.post("/portal/absences/987654/contest/", {"statement": ""}, START)
    assert there.status_code == nowhere.status_code == 404
    assert len(there.content) == len(nowhere.content) - len("987654") + len(str(absence.pk))


@pytest.mark.parametrize(
    "role",
    [Role.MENTOR, Role.STUDENT_SUCCESS, Role.LEARNING_MANAGER, Role.HEAD_OF_LEARNING, Role.ADMINISTRATOR],
)
def test_the_portal_is_not_there_for_other_roles(role, pages):
    absence, _note, message = rows_of(pages)
    client = sign_in(make_user(role))
    for url in [*PAGES, *own_addresses(absence, message)]:
        assert client.get(url).status_code == 404, url


def test_the_sessions_mentor_finds_no_student_page_either(pages):
    absence, _note, _message = rows_of(pages)
    client = sign_in(pages.mentor.user)
    assert client.get(f"/portal/sessions/{absence.session_id}/").status_code == 404


def test_a_mentor_who_studies_too_sees_only_their_own_sessions_here(pages):
    other = StudentPages()
    absence, _note, _message = rows_of(other)
    from accounts.models import RoleGrant
    from students.models import Student

    mentor = other.mentor.user
    RoleGrant.objects.create(user=mentor, role=Role.STUDENT, granted_at=START)
    Student.objects.create(user=mentor)
    client = sign_in(mentor)
    assert client.get(f"/portal/sessions/{absence.session_id}/").status_code == 404
    assert client.get(f"/portal/absences/{absence.pk}/reasons/").status_code == 404
    page = client.get("/portal/sessions/").content.decode()
    assert "No session here" in page


def test_who_is_not_signed_in_is_asked_to(pages):
    absence, _note, message = rows_of(pages)
    for url in [*PAGES, *own_addresses(absence, message)]:
        answer = Client().get(url)
        assert answer.status_code == 302, url
        assert answer["Location"].startswith("/accounts/login/?next=")


def test_abuse_21_no_shared_cache_keeps_a_page(pages):
    absence, _note, message = rows_of(pages)
    for url in [*PAGES, *own_addresses(absence, message), "/messages/"]:
        answer = pages.get(url, START)
        assert "no-store" in answer["Cache-Control"], url
        assert "private" in answer["Cache-Control"], url
        assert "Cookie" in answer["Vary"], url


def test_abuse_67_after_signing_in_one_stays_on_this_site(pages):
    pages.user.set_password("a quiet harbour at noon")
    pages.user.save()
    answer = Client().post(
        "/accounts/login/?next=https://evil.example/",
        {
            "login": pages.user.email,
            "password": "a quiet harbour at noon",
            "next": "https://evil.example/",
        },
    )
    assert answer.status_code == 302
    assert "evil" not in answer["Location"]


def test_a_private_note_is_not_shown(pages):
    absence, note, _message = rows_of(pages)
    Note.objects.filter(pk=note.pk).update(shared=False)
    for url in ("/portal/notes/", f"/portal/sessions/{absence.session_id}/"):
        assert note.text not in pages.get(url, START).content.decode()


@pytest.mark.parametrize("rows", [1, 3])
@pytest.mark.parametrize(
    ("url", "queries"),
    [
        ("/portal/sessions/", 4),
        ("/portal/absences/", 4),
        ("/portal/notes/", 4),
        ("/portal/record/", 4),
        ("/portal/training/", 7),
        ("/messages/", 4),
    ],
)
def test_lists_cost_the_same_for_one_row_and_for_three(pages, rows, url, queries, django_assert_num_queries):
    for number in range(rows):
        absence = make_absence(START - (number + 1) * WEEK, mentorship=pages.mentorship)
        Note.objects.create(
            enrolment=pages.enrolment,
            session=absence.session,
            author=pages.mentor.user,
            shared=True,
            text="Note",
            written_at=START,
        )
        write(
            entries=[
                NewEntry(pages.user.pk, "reasons_given", "3.2", "2026-01", START, about="mentoring.session:1")
            ],
            now=START,
        )
        Message.objects.create(
            recipient=pages.user,
            kind="absence_recorded",
            occasion=f"test:{number}",
            due_at=START,
            created_at=START,
            next_attempt_at=START,
            state="sent",
            sent_at=START,
            subject="Subject",
        )
    with clock(START):
        pages.client.get(url)
        with django_assert_num_queries(queries):
            pages.client.get(url)


def test_the_export_holds_the_whole_record_and_what_checks_it(pages):
    rows_of(pages)
    answer = pages.get("/portal/record/export/", START)
    body = json.loads(answer.content)
    assert answer["Content-Disposition"] == 'attachment; filename="record.json"'
    (entry,) = body["entries"]
    assert entry["sentence"].startswith("You gave your mentor the reasons of the absence of 2026-02-24")
    assert entry["by"] == "You"
    assert len(entry["hash"]) == 64


def test_a_message_is_read_by_a_post_and_shown_as_sent(pages):
    _absence, _note, message = rows_of(pages)
    page = pages.get(f"/messages/{message.pk}/", START)
    assert "Text &lt;script&gt;" in page.content.decode()
    message.refresh_from_db()
    assert message.read_at is None
    pages.post(f"/messages/{message.pk}/read/", now=START)
    message.refresh_from_db()
    assert message.read_at == START
    pages.post(f"/messages/{message.pk}/read/", now=START + WEEK)
    message.refresh_from_db()
    assert message.read_at == START


def test_the_html_of_a_message_can_run_nothing(pages):
    _absence, _note, message = rows_of(pages)
    answer = pages.get(f"/messages/{message.pk}/as-sent/", START)
    assert answer.content == b"<p>HTML</p>"
    policy = answer["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "sandbox" in policy
    assert "allow-scripts" not in policy
    assert "script-src" not in policy


@pytest.mark.parametrize("rows", [1, 3])
@pytest.mark.parametrize(("place", "queries"), [("", 6), ("notice/", 5), ("book/", 12)])
def test_one_session_costs_the_same_however_much_there_is(
    pages, rows, place, queries, django_assert_num_queries
):
    absence = make_absence(START, mentorship=pages.mentorship)
    later = pages.session(START + 2 * WEEK)
    for number in range(rows):
        make_absence(START - (number + 1) * WEEK, mentorship=pages.mentorship)
        write(
            entries=[
                NewEntry(
                    pages.user.pk,
                    "reasons_given",
                    "3.2",
                    "2026-01",
                    START,
                    actor_id=pages.mentor.user.pk,
                    about=f"mentoring.session:{absence.session_id}",
                )
            ],
            now=START,
        )
        Note.objects.create(
            enrolment=pages.enrolment,
            session=absence.session,
            author=pages.mentor.user,
            shared=True,
            text="Note",
            written_at=START,
        )
    session = later if place == "notice/" else absence.session
    with clock(START + timedelta(hours=1)):
        url = f"/portal/sessions/{session.pk}/{place}"
        pages.client.get(url)
        with django_assert_num_queries(queries):
            pages.client.get(url)
