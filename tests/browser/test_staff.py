"""Student Success in a real browser: decides a contest and sees the case withdrawn; no page scrolls sideways."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from accounts.models import Role, User
from discipline.models import Case
from discipline.sweeps import SWEEPS
from enforcement.runner import run
from mentoring.models import Absence, Contest, Streak, StreakAbsence
from mentoring.tests.student_pages import StudentPages
from tests.factories import make_absence, make_user

from .conftest import PHONE

pytestmark = pytest.mark.browser


@pytest.fixture
def contest(transactional_db: None) -> Contest:
    """Three unauthorised absences in a row, the case that they opened, and a contest of the last one."""
    now = timezone.now().replace(microsecond=0)
    pages = StudentPages(starts_on=now.date() - timedelta(days=90), ends_on=now.date() + timedelta(days=90))
    absences: list[Absence] = [
        make_absence(now - timedelta(days=days), mentorship=pages.mentorship) for days in (15, 8, 1)
    ]
    streak = Streak.objects.create(
        enrolment=pages.enrolment, reached_at=absences[-1].happened_at, policy_id="2026-01", taken_up_at=now
    )
    for position, absence in enumerate(absences, start=1):
        StreakAbsence.objects.create(streak=streak, absence=absence, position=position)
    Case.objects.create(
        kind="attendance",
        student=pages.student,
        enrolment=pages.enrolment,
        streak=streak,
        clause="3.2",
        policy_id="2026-01",
        opened_at=streak.reached_at,
        facts="{}",
    )
    return Contest.objects.create(absence=absences[-1], statement="I have a screenshot", made_at=now)


@pytest.mark.console_errors  # a form sent empty answers 422, which the console notes
def test_a_contest_is_decided_and_the_case_withdrawn(
    page: Page, contest: Contest, sign_in: Callable[[User], None], accessible: Callable[[], None]
) -> None:
    student = str(contest.absence.enrolment.student)
    sign_in(make_user(Role.STUDENT_SUCCESS))
    expect(page.get_by_role("heading", name="To decide")).to_be_visible()
    accessible()
    page.locator(".worklist a.button", has_text="Decide").click()
    expect(page.get_by_text("I have a screenshot")).to_be_visible()
    accessible()
    page.get_by_role("button", name="See what will follow").click()  # with nothing filled in
    expect(page.get_by_role("alert")).to_be_visible()
    accessible()
    page.get_by_label("The absence is authorised").check()
    page.get_by_label("Your reasons").fill("The screenshot shows the old link")
    page.get_by_role("button", name="See what will follow").click()
    expect(page.get_by_text("The case that these absences opened is withdrawn")).to_be_visible()
    accessible()
    page.get_by_role("button", name="Decide", exact=True).click()
    expect(page.get_by_text(f"{student} is told by e-mail.")).to_be_visible()
    for sweep in SWEEPS:
        run(sweep, timezone.now())
    page.get_by_role("link", name="The whole record").click()
    page.get_by_role("link", name="Three unauthorised absences in a row").click()
    expect(page.get_by_role("heading", name="Where it stands")).to_be_visible()
    expect(page.locator(".badge", has_text="Withdrawn").first).to_be_visible()
    accessible()


def test_no_staff_page_scrolls_sideways_on_a_phone(
    page: Page, contest: Contest, sign_in: Callable[[User], None], accessible: Callable[[], None]
) -> None:
    page.set_viewport_size(PHONE)
    sign_in(make_user(Role.ADMINISTRATOR))
    absence, student = contest.absence, contest.absence.enrolment.student_id
    for place in (
        "/staff/",
        f"/staff/contests/{contest.pk}/",
        f"/staff/sessions/{absence.session_id}/",
        f"/staff/sessions/{absence.session_id}/book/",
        "/staff/people/",
        f"/staff/people/{student}/",
        f"/staff/people/{student}/?tab=sessions",
        f"/staff/people/{student}/?tab=messages",
        f"/staff/people/{student}/?tab=record",
        f"/staff/trainings/{absence.enrolment_id}/dates/",
        "/staff/enforcement/",
        "/cases/",
        f"/cases/{Case.objects.get().pk}/",
    ):
        page.goto(place)
        assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"], place
        accessible()
