"""A defence in a real browser: the film, the word on each skill, the approval; watched, and seen by whom (2.2, 2.6)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from accounts.models import User
from mentoring.models import Defence, DefenceState
from policy_portal.demo.recordings import FILM
from students.models import WorkState
from tests.factories import make_approved_work, make_assessor, make_defence, make_mentorship, make_project

from .conftest import PHONE

pytestmark = pytest.mark.browser


@pytest.fixture
def defence(transactional_db: None) -> Defence:
    """A defence that has just been held: two skills, nothing recorded, nothing decided."""
    mentorship = make_mentorship()
    project = make_project(mentorship.enrolment.path, skills=["sql", "api"], in_depth=True)
    work = make_approved_work(mentorship.mentor.user, mentorship.enrolment, project=project)
    return make_defence(work, timezone.now() - timedelta(minutes=50), assessor=make_assessor())


def test_from_the_defence_to_the_approval(
    page: Page, defence: Defence, sign_in: Callable[[User], None], accessible: Callable[[], None]
) -> None:
    sign_in(defence.assessor.user)
    page.goto(f"/assessor/defences/{defence.pk}/")
    accessible()
    expect(page.get_by_text("Without the recording no skill can be approved.")).to_be_visible()
    page.locator("#id_recording").set_input_files(FILM)
    page.get_by_role("button", name="Add the recording").click()
    expect(page.get_by_text("The recording is part of the student")).to_be_visible()
    for choice in page.get_by_role("radio", name="Approved", exact=True).all():
        choice.check()
    for words in page.locator("textarea").all():
        words.fill("Well shown, with the reasons for each choice.")
    page.get_by_role("button", name="Record the outcome").click()
    expect(page.get_by_text("The outcome is recorded.")).to_be_visible()
    accessible()
    defence.refresh_from_db()
    defence.work.refresh_from_db()
    assert (defence.state, defence.work.state) == (DefenceState.PASSED, WorkState.DEFENDED)
    # The student reads the outcome, watches the film, and sees who watched it.
    page.context.clear_cookies()
    sign_in(defence.student.user)
    page.set_viewport_size(PHONE)
    page.goto(f"/portal/projects/{defence.work_id}/")
    expect(page.get_by_text("Well shown, with the reasons for each choice.").first).to_be_visible()
    accessible()
    page.get_by_role("link", name="Watch").first.click()
    page.locator("video").evaluate("async (it) => { it.muted = true; await it.play() }")
    page.goto("/portal/kept/")
    page.get_by_text("Watched 1 time").click()
    expect(page.get_by_role("main").get_by_text(defence.student.user.full_name).first).to_be_visible()
