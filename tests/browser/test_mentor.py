"""A mentor's day in a browser: join, mark an arrival, cancel another session, keep hours; at both widths."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from accounts.models import Role
from mentoring.models import Join, Notice, SessionState, TimeOff, WeeklySlot
from tests.factories import (
    make_absence,
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


class School:
    """A mentor with one session that is on and others around it."""

    def __init__(self) -> None:
        now = timezone.now().replace(second=0, microsecond=0)
        self.mentor = make_mentor(
            make_user(Role.MENTOR, given_name="Tess", family_name="Sample", time_zone="Europe/Paris")
        )
        self.sam = self._mentorship("Sam")
        self.ada = self._mentorship("Ada")
        self.live = make_session(now - timedelta(minutes=20), mentorship=self.sam, mentor_joined_at=None)
        self.next = make_session(now + timedelta(days=1), mentorship=self.ada)
        for weeks in (2, 1):
            make_absence(now - timedelta(weeks=weeks), mentorship=self.sam)
        make_session(now - timedelta(hours=20), mentorship=self.ada, state=SessionState.UNATTENDED)
        excused = make_session(
            now + timedelta(days=2),
            mentorship=self.sam,
            state=SessionState.AUTHORISED_ABSENCE,
            ground="timely_notice",
        )
        Notice.objects.create(session=excused, reason="A dentist at that hour", received_at=now)

    def _mentorship(self, name: str) -> Any:
        student = make_student(make_user(Role.STUDENT, given_name=name, family_name="Example"))
        return make_mentorship(mentor=self.mentor, enrolment=make_enrolment(student=student))


@pytest.fixture
def school() -> School:
    return School()


@pytest.fixture
def opened(page: Page, client: Any, live_server: Any, school: School) -> Page:
    """The mentor's browser, signed in through the cookie: signing in has journeys of its own."""
    client.force_login(school.mentor.user)
    page.context.add_cookies(
        [{"name": "session", "value": client.cookies["session"].value, "url": live_server.url}]
    )
    return page


def fits(page: Page, size: dict[str, int]) -> bool:
    return bool(page.evaluate("document.documentElement.scrollWidth") <= size["width"])


@SIZES
def test_a_mentor_joins_marks_an_arrival_and_cancels_another(opened, school, accessible, size):
    page = opened
    page.set_viewport_size(size)
    page.route("https://video.example.org/**", lambda route: route.fulfill(body="In the conference"))
    page.goto("/mentor/")
    expect(page.get_by_text("Sam has not joined.")).to_be_visible()
    expect(page.get_by_role("link", name="Say whether Ada Example was there")).to_be_visible()
    expect(page.get_by_text("A dentist at that hour")).to_be_visible()
    assert fits(page, size)
    accessible()

    page.get_by_role("button", name="Join by video").click()
    expect(page.get_by_text("In the conference")).to_be_visible()
    assert Join.objects.get().participant == "mentor"

    page.goto("/mentor/")
    page.get_by_role("link", name="Mark presence").click()
    page.get_by_label("Yes, and arrived later").check()
    there = (school.live.starts_at + timedelta(minutes=4)).astimezone(ZoneInfo("Europe/Paris"))
    page.get_by_label("Arrived at").fill(f"{there:%H:%M}")
    assert fits(page, size)
    accessible()
    page.get_by_role("button", name="Show what follows").click()
    expect(page.get_by_text("Sam Example, by e-mail, at once")).to_be_visible()
    assert Join.objects.count() == 1
    accessible()
    page.get_by_role("button", name="State it").click()
    expect(page.get_by_text("It is noted. This session was held.")).to_be_visible()
    school.live.refresh_from_db()
    assert school.live.student_joined_at == school.live.starts_at + timedelta(minutes=4)

    page.goto(f"/mentor/sessions/{school.next.pk}/")
    accessible()
    page.get_by_role("link", name="Cancel it").click()
    expect(page.get_by_text("Nothing: it does not count against Ada Example")).to_be_visible()
    accessible()
    page.get_by_label("Why do you cancel it?").fill("A fever")
    page.get_by_role("button", name="Cancel the session").click()
    expect(page.get_by_text("The session is cancelled. Ada Example has been told")).to_be_visible()
    assert fits(page, size)
    accessible()
    school.next.refresh_from_db()
    assert school.next.state == "cancelled_by_mentor"


@SIZES
def test_students_and_notes(opened, school, accessible, size):
    page = opened
    page.set_viewport_size(size)
    page.goto("/mentor/students/")
    expect(page.get_by_text("2 unauthorised absences in a row", exact=True)).to_be_visible()
    assert fits(page, size)
    accessible()
    page.get_by_role("link", name="Sam Example").click()
    page.get_by_text("Write a note").click()
    page.get_by_role("textbox", name="Note").fill("Wants to talk about the project first")
    page.get_by_label("Share it with the student").check()
    accessible()
    page.get_by_role("button", name="Save the note").click()
    expect(page.get_by_text("The note is saved and shared with the student.")).to_be_visible()
    assert fits(page, size)
    accessible()


@SIZES
def test_hours_and_time_off(opened, school, accessible, size):
    page = opened
    page.set_viewport_size(size)
    page.goto("/mentor/availability/")
    assert fits(page, size)
    accessible()
    page.get_by_label("Day, row 6").select_option("Saturday")
    page.get_by_label("From, row 6").fill("10:00")
    page.get_by_label("Until, row 6").fill("12:00")
    page.get_by_role("button", name="Save the hours").click()
    expect(page.get_by_text("Your hours are saved.")).to_be_visible()
    assert WeeklySlot.objects.filter(mentor=school.mentor, weekday=6).exists()

    page.get_by_role("link", name="Take time off").click()
    accessible()
    first, last = school.next.starts_at - timedelta(hours=12), school.next.starts_at + timedelta(days=2)
    page.get_by_label("From").fill(f"{first:%Y-%m-%dT%H:%M}")
    page.get_by_label("Until").fill(f"{last:%Y-%m-%dT%H:%M}")
    page.get_by_role("button", name="Show what follows").click()
    expect(page.get_by_text("Ada Example, by e-mail, at once")).to_be_visible()
    assert fits(page, size)
    accessible()
    page.get_by_role("button", name="Take this time off").click()
    expect(page.get_by_text("1 session is cancelled and its student told.")).to_be_visible()
    assert TimeOff.objects.count() == 1
