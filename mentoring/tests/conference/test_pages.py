"""The page of video-conference reports, for mentors and staff."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from accounts.models import Role
from mentoring.models import ConferenceReport
from tests.factories import (
    make_enrolment,
    make_mentor,
    make_mentorship,
    make_session,
    make_student,
    make_user,
)

from .files import zoom

pytestmark = pytest.mark.django_db


@pytest.fixture
def session():
    """A session that ended an hour ago."""
    mentor = make_mentor(make_user(Role.MENTOR, email="tess@example.org", time_zone="UTC"))
    sam = make_student(make_user(Role.STUDENT, email="sam@example.org"))
    starts_at = timezone.now().replace(microsecond=0) - timedelta(minutes=105)
    return make_session(
        starts_at, mentorship=make_mentorship(mentor=mentor, enrolment=make_enrolment(student=sam))
    )


def content(session, *extra) -> bytes:
    """Its report, with dates that can be read in one way only."""
    times = [f"{at:%Y-%m-%d %H:%M:%S}" for at in (session.starts_at, session.ends_at)]
    rows = [("Tess", "tess@example.org", *times), ("Sam", "sam@example.org", *times), *extra]
    return zoom(rows, block=False)


def send(client, *files: bytes, zone: str = "UTC", order: str = "auto"):
    uploads = [SimpleUploadedFile(f"participants_{n}.csv", each, "text/csv") for n, each in enumerate(files)]
    data = {"reports": uploads, "time_zone": zone, "date_order": order}
    return client.post(reverse("reports"), data, follow=True)


def test_upload_look_and_apply(client, session):
    client.force_login(session.mentor.user)
    page = send(
        client, content(session, ("=1+1 <b>", "guest@example.org", "2026-03-03 10:00", ""))
    ).content.decode()
    assert "Nothing has been changed yet" in page
    assert "You have no session with this person at this time." in page
    assert "=1+1 &lt;b&gt;" in page
    session.refresh_from_db()
    assert session.state == "scheduled"

    report = ConferenceReport.objects.get()
    page = client.post(reverse("report-apply"), {"report": report.pk}, follow=True).content.decode()
    assert "1 report was applied." in page
    session.refresh_from_db()
    assert session.state == "held"
    again = send(client, content(session, ("=1+1 <b>", "guest@example.org", "2026-03-03 10:00", "")))
    assert again.redirect_chain[-1][0] == reverse("report", args=[report.pk])


def test_the_uploaders_own_zone_is_offered(client, session):
    client.force_login(session.mentor.user)
    page = client.get(reverse("reports")).content.decode()
    assert '<option value="UTC" selected>' in page


def test_a_question_about_dates_is_asked_and_answered(client, session):
    client.force_login(session.mentor.user)
    page = send(
        client, zoom([("Sam", "sam@example.org", "03/04/2026 02:00:00 PM", "")], block=False)
    ).content.decode()
    assert "Which day is meant?" in page and "Apply this report" not in page
    report = ConferenceReport.objects.get()
    client.post(reverse("report-apply"), {"report": report.pk})
    report.refresh_from_db()
    assert report.applied_at is None
    page = client.post(
        reverse("report-read", args=[report.pk]), {"time_zone": "UTC", "date_order": "month"}, follow=True
    ).content.decode()
    assert "Which day is meant?" not in page and "Apply this report" in page


def test_staff_sends_several_at_once_and_one_that_cannot_be_read_does_not_hold_up_the_others(client, session):
    client.force_login(make_user(Role.STUDENT_SUCCESS, time_zone="UTC"))
    page = send(client, content(session), b"holiday photos")
    assert page.status_code == 422
    assert "participants_1.csv: This is no participant report" in page.content.decode()
    page = send(
        client, content(session, ("A", "", "2026-03-03 10:00", "")), content(session)
    ).content.decode()
    assert "Apply all 2 reports that wait" in page
    client.post(reverse("report-apply"))
    session.refresh_from_db()
    assert session.state == "held"
    assert not ConferenceReport.objects.filter(applied_at=None).exists()


def test_abuse_15_a_report_is_its_uploaders_alone(client, session):
    client.force_login(session.mentor.user)
    send(client, content(session))
    report = ConferenceReport.objects.get()
    for role in (Role.MENTOR, Role.STUDENT_SUCCESS, Role.ADMINISTRATOR):
        client.force_login(make_user(role))
        assert client.get(reverse("report", args=[report.pk])).status_code == 404
        for name in ("report-read", "report-discard"):
            assert client.post(reverse(name, args=[report.pk])).status_code == 404
        client.post(reverse("report-apply"), {"report": report.pk})
    report.refresh_from_db()
    assert report.applied_at is None
    client.force_login(session.mentor.user)
    client.post(reverse("report-discard", args=[report.pk]))
    assert not ConferenceReport.objects.exists()


@pytest.mark.parametrize("role", [Role.STUDENT, Role.LEARNING_MANAGER, None])
def test_nobody_else_finds_these_pages(client, session, role):
    client.force_login(make_user(*([role] if role else [])))
    assert client.get(reverse("reports")).status_code == 404
    assert send(client, content(session)).status_code == 404
    assert client.post(reverse("report-apply")).status_code == 404
    assert not ConferenceReport.objects.exists()
    client.logout()
    assert client.get(reverse("reports")).status_code == 302


def test_large_files_and_a_zone_that_is_none(client, session, settings):
    client.force_login(session.mentor.user)
    assert send(client, content(session), zone="Mars/Olympus").status_code == 422
    settings.REPORT_MAX_FILE = 10
    assert "is larger than" in send(client, content(session)).content.decode()
    assert not ConferenceReport.objects.exists()
