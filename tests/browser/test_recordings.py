"""Recordings in a real browser: sent over a line that breaks, watched, and told; and without JavaScript."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import Browser, Page, Route, expect

from accounts.models import Role, User
from mentoring.models import Recording, Session, SessionState
from mentoring.services.recordings import say_filming
from policy_portal.demo.recordings import FILM
from record.models import StagedUpload, Viewing
from record.tests.documents.samples import mp4
from tests.factories import make_mentorship, make_session, make_user

from .conftest import PASSWORD, PHONE

pytestmark = pytest.mark.browser


@pytest.fixture
def session(transactional_db: None) -> Session:
    """A session held yesterday, of a student who agreed to being filmed."""
    starts_at = timezone.now() - timedelta(days=1)
    made = make_session(starts_at, mentorship=make_mentorship(), state=SessionState.HELD)
    student = made.student
    say_filming(student=student, agreed=True, by=student.user, now=starts_at - timedelta(days=1))
    return made


@pytest.mark.console_errors
def test_a_large_recording_over_a_line_that_breaks(
    page: Page,
    session: Session,
    sign_in: Callable[[User], None],
    accessible: Callable[[], None],
    tmp_path: Path,
) -> None:
    large = tmp_path / "talk.mp4"
    large.write_bytes(mp4(sound=bytes(range(256)) * 36_000))
    sign_in(session.mentor.user)
    page.goto(f"/mentor/sessions/{session.pk}/recording/")
    accessible()
    seen: list[str] = []

    def broken(route: Route) -> None:
        seen.append(route.request.method)
        if route.request.method == "PATCH" and seen.count("PATCH") == 2:
            route.abort("connectionreset")
        else:
            route.continue_()

    page.route("**/documents/uploads/*/", broken)
    page.get_by_label("Recording", exact=True).set_input_files(large)
    page.get_by_label("for the school's internal quality only").check()
    expect(page.get_by_text("The connection broke off.")).to_be_visible()
    assert StagedUpload.objects.get().offset == 4 * 1024 * 1024
    # Sent while the file still travels: the form waits for it and goes by itself.
    page.get_by_role("button", name="Send the recording").click()
    expect(page.get_by_text("The recording is kept.")).to_be_visible(timeout=30_000)
    assert seen.count("HEAD") == 1
    document = Recording.objects.get().document
    assert (document.size, document.content_type) == (large.stat().st_size, "video/mp4")
    assert not StagedUpload.objects.exists()


def test_a_recording_is_watched_and_the_student_sees_by_whom(
    page: Page, session: Session, sign_in: Callable[[User], None], accessible: Callable[[], None]
) -> None:
    sign_in(session.mentor.user)
    page.goto(f"/mentor/sessions/{session.pk}/recording/")
    page.get_by_label("Recording", exact=True).set_input_files(FILM)
    page.get_by_label("for the school's internal quality only").check()
    page.get_by_role("button", name="Send the recording").click()
    expect(page.get_by_text("The recording is kept.")).to_be_visible()
    page.context.clear_cookies()
    quality = make_user(Role.QUALITY, given_name="Quinn")
    sign_in(quality)
    accessible()
    page.get_by_role("link", name="Watch").click()
    expect(page.get_by_text("Whoever plays this is written down")).to_be_visible()
    assert not Viewing.objects.exists()
    played = page.locator("video").evaluate(
        "async (it) => { it.muted = true; await it.play(); return it.videoWidth }"
    )
    assert played == 320
    assert Viewing.objects.get().viewer == quality
    page.reload()
    expect(page.get_by_role("main").get_by_text("Quinn Example")).to_be_visible()
    accessible()
    page.context.clear_cookies()
    sign_in(session.student.user)
    page.set_viewport_size(PHONE)
    page.goto("/portal/kept/")
    page.get_by_text("Watched 1 time").click()
    expect(page.get_by_text("Quinn Example")).to_be_visible()
    expect(page.get_by_role("link", name="session.webm")).to_have_count(0)
    assert page.evaluate("document.documentElement.scrollWidth") == PHONE["width"]
    accessible()


def test_without_javascript_a_file_goes_with_the_form(
    browser: Browser, live_server: Any, session: Session
) -> None:
    mentor = session.mentor.user
    mentor.set_password(PASSWORD)
    mentor.save()
    with browser.new_context(base_url=live_server.url, java_script_enabled=False, viewport=PHONE) as context:
        page = context.new_page()
        page.goto("/accounts/login/")
        page.locator("input[name=login]").fill(mentor.email)
        page.locator("input[name=password]").fill(PASSWORD)
        page.locator("form:has(input[name=login]) button[type=submit]").first.click()
        page.goto(f"/mentor/sessions/{session.pk}/recording/")
        page.get_by_label("Recording", exact=True).set_input_files(FILM)
        page.get_by_label("for the school's internal quality only").check()
        page.get_by_role("button", name="Send the recording").click()
        expect(page.get_by_text("The recording is kept.")).to_be_visible()
    assert Recording.objects.get().document.content_type == "video/webm"
