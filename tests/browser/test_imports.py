"""Rosters and video-conference reports in a browser: upload, look, confirm; at both widths."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import FilePayload, Page, expect

from accounts.models import Role
from mentoring.tests.conference.files import zoom
from mentoring.tests.rosters.files import roster, school
from students.models import Student
from tests.factories import (
    make_enrolment,
    make_mentor,
    make_mentorship,
    make_session,
    make_student,
    make_user,
)

from .conftest import DESKTOP, PHONE

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
SIZES = pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])


def sign_in(page: Page, client: Any, live_server: Any, person: Any) -> None:
    """Through the cookie: signing in has journeys of its own."""
    client.force_login(person)
    page.context.add_cookies(
        [{"name": "session", "value": client.cookies["session"].value, "url": live_server.url}]
    )


def fits(page: Page, size: dict[str, int]) -> bool:
    return bool(page.evaluate("document.documentElement.scrollWidth") <= size["width"])


@SIZES
def test_a_roster_is_looked_at_and_applied(page: Page, client, live_server, accessible, size):
    sign_in(page, client, live_server, make_user(Role.ADMINISTRATOR))
    page.set_viewport_size(size)
    page.goto("/imports/rosters/")
    assert fits(page, size)
    accessible()
    page.get_by_label("OneRoster archive").set_input_files(
        {"name": "roster.zip", "mimeType": "application/zip", "buffer": roster(school(3))}
    )
    page.get_by_role("button", name="Show what would change").click()
    expect(page.get_by_role("heading", name="roster.zip")).to_be_visible()
    assert fits(page, size)
    accessible()
    page.get_by_role("button", name="Apply it").click()
    expect(page.get_by_text("The roster was applied.")).to_be_visible()
    assert Student.objects.count() == 3


@SIZES
def test_what_is_wrong_with_a_roster_is_told(page: Page, client, live_server, accessible, size):
    sign_in(page, client, live_server, make_user(Role.LEARNING_MANAGER))
    page.set_viewport_size(size)
    page.goto("/imports/rosters/")
    tables = school(2)
    tables["users"][1] |= {"email": "no address", "enabledUser": "yes"}
    page.get_by_label("OneRoster archive").set_input_files(
        {"name": "roster.zip", "mimeType": "application/zip", "buffer": roster(tables)}
    )
    page.get_by_role("button", name="Show what would change").click()
    expect(page.get_by_text("This is not an e-mail address.")).to_be_visible()
    expect(page.get_by_role("button", name="Apply it")).to_have_count(0)
    assert fits(page, size)
    accessible()


@SIZES
def test_a_report_is_looked_at_and_applied(page: Page, client, live_server, accessible, size):
    mentor = make_mentor(make_user(Role.MENTOR, email="tess@example.org", time_zone="Europe/Paris"))
    sam = make_student(make_user(Role.STUDENT, email="sam@example.org"))
    mentorship = make_mentorship(mentor=mentor, enrolment=make_enrolment(student=sam))
    session = make_session(
        timezone.now().replace(microsecond=0) - timedelta(minutes=105), mentorship=mentorship
    )
    begins, ends = (f"{at:%Y-%m-%dT%H:%M:%SZ}" for at in (session.starts_at, session.ends_at))
    lines = [
        ("Tess Teacher", "tess@example.org", begins, ends),
        ("Sam Student", "sam@example.org", begins, ends),
        ("iPhone of a guest <b>", "", begins, ends),
    ]
    sign_in(page, client, live_server, mentor.user)
    page.set_viewport_size(size)
    page.goto("/imports/reports/")
    assert fits(page, size)
    accessible()
    page.get_by_label("Participant reports").set_input_files(
        FilePayload(name="participants_812.csv", mimeType="text/csv", buffer=zoom(lines, block=False))
    )
    page.get_by_role("button", name="Show what they tell").click()
    expect(page.get_by_text("The report has no e-mail address for this participant.")).to_be_visible()
    assert fits(page, size)
    accessible()
    page.get_by_role("button", name="Apply this report").click()
    expect(page.get_by_text("1 report was applied.")).to_be_visible()
    session.refresh_from_db()
    assert session.state == "held"
