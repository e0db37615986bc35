"""The staff page of rosters: upload, every change shown, exactly that applied."""

from __future__ import annotations

import csv
import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from accounts.models import Role, User
from students.models import RosterImport, Student
from tests.factories import make_path, make_user

from .files import roster, school

pytestmark = pytest.mark.django_db


def sign_in(client, *roles: str) -> User:
    person = make_user(*roles)
    client.force_login(person)
    return person


def send(client, content: bytes):
    file = SimpleUploadedFile("../roster.zip", content, "application/zip")
    return client.post(reverse("roster-imports"), {"file": file}, follow=True)


def test_upload_look_and_confirm(client):
    make_path(code="WEB", title="Web Developer", learning_manager=sign_in(client, Role.LEARNING_MANAGER))
    page = send(client, roster(school()))
    assert "Sam1 Student" in page.content.decode()
    assert "Nothing has been changed yet" in page.content.decode()
    assert not Student.objects.exists()

    upload = RosterImport.objects.get()
    assert upload.file_name == "roster.zip"
    done = client.post(
        reverse("roster-apply", args=[upload.pk]), {"outcome": upload.outcome_digest}, follow=True
    )
    assert "The roster was applied." in done.content.decode()
    assert Student.objects.count() == 2
    upload.refresh_from_db()
    assert upload.applied_at and upload.content is None
    # Pressing twice, or going back and pressing again, does nothing more.
    again = client.post(reverse("roster-apply", args=[upload.pk]), {"outcome": upload.outcome_digest})
    assert again.status_code == 404


def test_what_changed_since_is_shown_again_and_not_applied(client):
    sign_in(client, Role.ADMINISTRATOR)
    send(client, roster(school()))
    upload = RosterImport.objects.get()
    make_user(Role.STUDENT, email="sam1.student@example.org")
    shown = upload.outcome_digest
    page = client.post(reverse("roster-apply", args=[upload.pk]), {"outcome": shown}, follow=True)
    assert "Nothing was changed" in page.content.decode()
    assert not Student.objects.exists()
    upload.refresh_from_db()
    assert upload.outcome_digest != shown
    # A digest of another showing does not do either.
    client.post(reverse("roster-apply", args=[upload.pk]), {"outcome": shown})
    assert not Student.objects.exists()
    client.post(reverse("roster-apply", args=[upload.pk]), {"outcome": upload.outcome_digest})
    assert Student.objects.count() == 2


def test_problems_are_told_and_there_is_nothing_to_confirm(client):
    sign_in(client, Role.ADMINISTRATOR)
    tables = school()
    tables["users"][1]["email"] = "no address"
    page = send(client, roster(tables)).content.decode()
    assert "This is not an e-mail address." in page
    assert "Apply it" not in page
    upload = RosterImport.objects.get()
    assert upload.content is None
    client.post(reverse("roster-apply", args=[upload.pk]), {"outcome": upload.outcome_digest})
    assert not Student.objects.exists()


def test_abuse_64_the_export_is_text_to_a_spreadsheet(client):
    sign_in(client, Role.ADMINISTRATOR)
    tables = school(1)
    tables["users"][1] |= {"givenName": "=1+1", "familyName": "<script>alert(1)</script>"}
    page = send(client, roster(tables)).content.decode()
    assert "<script>alert" not in page and "&lt;script&gt;alert" in page
    answer = client.get(reverse("roster-rows", args=[RosterImport.objects.get().pk]))
    rows = list(csv.reader(io.StringIO(answer.content.decode())))
    assert any(row[5].startswith("'=1+1") for row in rows)
    assert not any(cell.startswith(("=", "@", "+")) for row in rows for cell in row)


def test_an_upload_laid_aside_is_gone(client):
    sign_in(client, Role.ADMINISTRATOR)
    send(client, roster(school()))
    upload = RosterImport.objects.get()
    client.post(reverse("roster-discard", args=[upload.pk]))
    assert not RosterImport.objects.exists()


def test_colleagues_may_look_but_only_the_uploader_confirms(client):
    sign_in(client, Role.ADMINISTRATOR)
    send(client, roster(school()))
    upload = RosterImport.objects.get()
    sign_in(client, Role.LEARNING_MANAGER)
    assert client.get(reverse("roster-import", args=[upload.pk])).status_code == 200
    for name in ("roster-apply", "roster-discard"):
        assert (
            client.post(reverse(name, args=[upload.pk]), {"outcome": upload.outcome_digest}).status_code
            == 404
        )
    assert not Student.objects.exists()


@pytest.mark.parametrize(
    "role", [Role.STUDENT, Role.MENTOR, Role.STUDENT_SUCCESS, Role.HEAD_OF_LEARNING, None]
)
def test_nobody_else_finds_these_pages(client, role):
    sign_in(client, Role.ADMINISTRATOR)
    send(client, roster(school()))
    upload = RosterImport.objects.get()
    sign_in(client, *([role] if role else []))
    assert client.get(reverse("roster-imports")).status_code == 404
    assert send(client, roster(school())).status_code == 404
    for name in ("roster-import", "roster-rows"):
        assert client.get(reverse(name, args=[upload.pk])).status_code == 404
    for name in ("roster-apply", "roster-discard"):
        assert client.post(reverse(name, args=[upload.pk])).status_code == 404
    client.logout()
    assert client.get(reverse("roster-imports")).status_code == 302


def test_too_large_a_file_and_none_at_all(client, settings):
    sign_in(client, Role.ADMINISTRATOR)
    assert client.post(reverse("roster-imports"), {}).status_code == 422
    settings.ROSTER_MAX_FILE = 10
    page = send(client, roster(school()))
    assert page.status_code == 422 and "is larger than" in page.content.decode()
