"""A student in a real browser: joins, gives notice, picks a new slot; with JavaScript and without."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import Browser, Page, Route, expect

from accounts.models import User
from mentoring.models import Absence, Join, Session
from mentoring.tests.student_pages import StudentPages

from .conftest import PASSWORD, PHONE

pytestmark = pytest.mark.browser
PAGES = ("", "sessions/", "absences/", "notes/", "record/", "training/")


@pytest.fixture
def pages(transactional_db: None) -> StudentPages:
    return StudentPages(starts_on=timezone.now().date() - timedelta(days=90))


def in_days(days: int) -> Any:
    return (timezone.now() + timedelta(days=days)).replace(minute=0, second=0, microsecond=0)


def test_notice_then_another_session(
    page: Page, pages: StudentPages, sign_in: Callable[[User], None], accessible: Callable[[], None]
) -> None:
    session = pages.session(in_days(3))
    sign_in(pages.user)
    expect(page.get_by_role("heading", name=f"Session with {pages.mentor.user.full_name}")).to_be_visible()
    accessible()
    page.get_by_role("link", name="I will miss it: give notice").click()
    expect(page.get_by_text("It will be an authorised absence")).to_be_visible()
    accessible()
    page.get_by_label("Why will you miss it?").fill("A job interview")
    page.get_by_role("button", name="Send notice (authorised)").click()
    expect(page.get_by_role("heading", name="Your notice was received")).to_be_visible()
    accessible()
    page.get_by_role("link", name="Pick a new slot").click()
    week = page.get_by_role("navigation", name="Weeks").get_by_role("link").last
    week.click()
    expect(page.locator("#slots [data-focus]")).to_be_focused()
    accessible()
    page.locator(".slot").first.click()
    page.get_by_role("button", name="Book this session").click()
    expect(page.get_by_text("Your session is booked.")).to_be_visible()
    assert Session.objects.filter(replaces=session, released_at__isnull=True).count() == 1
    assert Absence.objects.get().rescheduling_state == "met"


def test_without_javascript_on_a_phone(browser: Browser, live_server: Any, pages: StudentPages) -> None:
    pages.session(in_days(3))
    pages.user.set_password(PASSWORD)
    pages.user.save(update_fields=["password"])
    context = browser.new_context(base_url=live_server.url, viewport=PHONE, java_script_enabled=False)
    page = context.new_page()
    page.goto("/accounts/login/")
    page.locator("input[name=login]").fill(pages.user.email)
    page.locator("input[name=password]").fill(PASSWORD)
    page.locator("form:has(input[name=login]) button[type=submit]").first.click()
    page.get_by_role("link", name="I will miss it: give notice").click()
    page.get_by_label("Why will you miss it?").fill("A job interview")
    page.get_by_role("button", name="Send notice (authorised)").click()
    page.get_by_role("link", name="Pick a new slot").click()
    page.get_by_role("navigation", name="Weeks").get_by_role("link").last.click()
    page.locator(".slot input").first.check(force=True)
    page.get_by_role("button", name="Book this session").click()
    expect(page.get_by_text("Your session is booked.")).to_be_visible()
    assert Absence.objects.get().rescheduling_state == "met"
    context.close()


def test_joining_leads_to_the_video_conference_and_is_recorded(
    page: Page, pages: StudentPages, sign_in: Callable[[User], None]
) -> None:
    session = pages.session(timezone.now() + timedelta(minutes=5))

    def answer(route: Route) -> None:
        route.fulfill(body="<title>The room</title>", content_type="text/html")

    page.route("https://video.example.org/**", answer)
    sign_in(pages.user)
    page.get_by_role("button", name="Join by video").click()
    page.wait_for_url(session.video_link)
    assert Join.objects.get().session_id == session.pk


def test_no_page_scrolls_sideways_on_a_phone(
    page: Page, pages: StudentPages, sign_in: Callable[[User], None], accessible: Callable[[], None]
) -> None:
    session = pages.session(in_days(2))
    page.set_viewport_size(PHONE)
    sign_in(pages.user)
    for place in (*PAGES, f"sessions/{session.pk}/", f"sessions/{session.pk}/notice/"):
        page.goto(f"/portal/{place}")
        assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"], place
        accessible()
