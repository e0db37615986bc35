"""A case from the third absence to a delivered exclusion letter, at real times through the sweeps: as mentor, student,
chair, Learning Manager, representative and funder."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.core import mail
from playwright.sync_api import FilePayload, Page, expect

from accounts.models import Role, User
from discipline.models import Case, CaseState, Penalty, StudentRepresentative
from enforcement.registry import all_sweeps
from enforcement.runner import run
from record.models import Letter
from students.models import PostalAddress
from tests.factories import (
    LONG_AGO,
    accept_rules,
    make_absence,
    make_enrolment,
    make_mentor,
    make_mentorship,
    make_path,
    make_session,
    make_student,
    make_user,
)
from tests.papers import PDF, make_funder, make_funding

from .conftest import DESKTOP, PASSWORD, PHONE

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

PARIS = ZoneInfo("Europe/Paris")
START = datetime(2026, 3, 3, 13, 0, tzinfo=UTC)  # a Tuesday, 14:00 in Paris: the third session
SECOND, MINUTE, HOUR, DAY = (timedelta(**{unit: 1}) for unit in ("seconds", "minutes", "hours", "days"))
SWEPT = ("mentoring.", "discipline.", "send_messages", "hand_over", "escalate", "mark_late", "follow")


class School:
    """The people around one student, with two unauthorised absences in a row before the day on which this begins."""

    def __init__(self) -> None:
        def person(*roles: str, name: str) -> User:
            return make_user(*roles, given_name=name, family_name="Sample", time_zone="Europe/Paris")

        self.head = person(Role.HEAD_OF_LEARNING, name="Chantal")
        self.manager = person(Role.LEARNING_MANAGER, name="Leo")
        self.path = make_path(learning_manager=self.manager, title="Data analyst")
        self.student = person(Role.STUDENT, name="Sam")
        self.representative = person(Role.STUDENT, name="Rosa")
        for user in (self.student, self.representative):
            accept_rules(make_student(user))
        self.enrolment = make_enrolment(path=self.path, student=self.student.student)
        make_enrolment(path=self.path, student=self.representative.student)
        StudentRepresentative.objects.create(
            user=self.representative, path=self.path, starts_on=LONG_AGO.date()
        )
        self.mentor = make_mentor(person(Role.MENTOR, name="Tess"))
        mentorship = make_mentorship(mentor=self.mentor, enrolment=self.enrolment)
        for weeks in (2, 1):
            make_absence(START - timedelta(weeks=weeks), mentorship=mentorship)
        self.session = make_session(START, mentorship=mentorship)
        PostalAddress.objects.create(
            user=self.student,
            line_1="1 Example Street",
            postal_code="75001",
            city="Paris",
            changed_at=LONG_AGO,
        )
        self.funder = make_funder(name="Example Fund", email="fund@example.org")
        make_funding(self.enrolment, funder=self.funder)


class Clock:
    """The server's clock, moved by the test. After each move everything that fell due happens, as the sweeps do it."""

    def __init__(self, coordinates: Any) -> None:
        self.coordinates = coordinates
        self.now = START

    def move(self, now: datetime) -> None:
        self.now = now
        self.coordinates.move_to(now)

    def sweep(self) -> None:
        """All rules that time enforces, until nothing is due (each may bring about another)."""
        sweeps = [each for name, each in all_sweeps().items() if name.startswith(SWEPT)]
        for _ in range(3):
            for each in sweeps:
                run(each, self.now, heartbeat=False)
            # What went out, went out a moment after it fell due.
            self.move(self.now + SECOND)


@pytest.fixture
def clock() -> Iterator[Clock]:
    traveller = time_machine.travel(START - HOUR, tick=False)
    coordinates = traveller.start()
    yield Clock(coordinates)
    traveller.stop()


@pytest.fixture
def enter(page: Page) -> Callable[[User], None]:
    """Sign out whoever was there, and sign in through the form."""

    def sign_in(user: User) -> None:
        page.context.clear_cookies()
        if not user.check_password(PASSWORD):
            user.set_password(PASSWORD)
            user.save(update_fields=["password"])
        page.goto("/accounts/login/")
        page.locator("input[name=login]").fill(user.email)
        page.locator("input[name=password]").fill(PASSWORD)
        page.locator("form:has(input[name=login]) button[type=submit]").first.click()
        page.wait_for_url(lambda url: "/accounts/login" not in url)

    return sign_in


def fits(page: Page) -> None:
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")


def local(instant: datetime) -> str:
    return f"{instant.astimezone(PARIS):%Y-%m-%dT%H:%M}"


def test_a_case_from_the_third_absence_to_a_delivered_exclusion_letter(
    page: Page, clock: Clock, enter: Callable[[User], None], accessible: Callable[[], None]
) -> None:
    school = School()
    page.route("https://video.example.org/**", lambda route: route.fulfill(body="In the conference"))

    # The mentor joins; the student does not. At the limit the third absence in a row opens the case.
    clock.move(START + MINUTE)
    enter(school.mentor.user)
    page.get_by_role("button", name="Join by video").click()
    expect(page.get_by_text("In the conference")).to_be_visible()
    clock.move(START + 16 * MINUTE)
    clock.sweep()
    case = Case.objects.get()
    assert (case.kind, case.opened_at) == ("attendance", START + 15 * MINUTE)

    # The student reads what is held against them, on a phone.
    page.set_viewport_size(PHONE)
    enter(school.student)
    page.goto("/portal/situation/")
    expect(page.get_by_role("link", name="Three unauthorised absences in a row").first).to_be_visible()
    expect(page.get_by_text("Nothing is decided.")).to_be_visible()
    fits(page)
    accessible()

    # The chair writes the complaint and sends it.
    page.set_viewport_size(DESKTOP)
    clock.move(START + DAY)
    enter(school.head)
    expect(page.get_by_text("The complaint is written and sent")).to_be_visible()
    page.goto(f"/cases/{case.pk}/")
    accessible()
    follow(page, "/complaint/")
    page.locator("textarea[name=facts]").fill("You missed three sessions in a row without notice.")
    page.get_by_role("button", name="Keep the draft").click()
    follow(page, "/send/")
    page.get_by_role("button", name="Send the complaint").click()
    expect(page.get_by_text("The complaint goes out.")).to_be_visible()
    clock.sweep()
    case.refresh_from_db()
    assert case.state == CaseState.INFORMED
    assert any("Sam" in str(each.to) or school.student.email in each.to for each in mail.outbox)

    # The student answers, on a phone.
    page.set_viewport_size(PHONE)
    clock.move(START + DAY + HOUR)
    enter(school.student)
    page.goto("/portal/situation/")
    expect(page.get_by_text("You missed three sessions in a row without notice.")).to_be_visible()
    page.get_by_role("link", name="Read the case and answer").click()
    follow(page, "/reply/")
    fits(page)
    page.locator("textarea[name=text]").fill("I moved house and lost the link.")
    page.locator("main form button.primary").click()
    expect(page.get_by_text("I moved house and lost the link.").first).to_be_visible()
    accessible()

    # The Board is composed; the summons goes out in time.
    page.set_viewport_size(DESKTOP)
    clock.move(START + 2 * DAY)
    enter(school.head)
    page.goto(f"/cases/{case.pk}/")
    page.get_by_role("button", name="Seat Head of Learning and Learning Manager").click()
    follow(page, "/board/representative/")
    page.get_by_label("Rosa Sample").check()
    page.locator("main form button.primary").click()
    confirm(page)
    meets_at = START + 7 * DAY
    page.goto(f"/cases/{case.pk}/")
    follow(page, "/summon/")
    page.locator("textarea[name=purpose]").fill("A penalty after three absences in a row is considered")
    page.locator("textarea[name=grounds]").fill("Three unauthorised absences in a row (3.2)")
    page.locator("input[name=starts_at]").fill(local(meets_at))
    page.locator("input[name=ends_at]").fill(local(meets_at + HOUR))
    page.locator("input[name=place]").fill("By video")
    page.locator("input[name=video_link]").fill("https://video.example.org/board")
    page.locator("input[name=channel][value=email]").check()
    accessible()
    page.locator("main form button.primary").click()
    confirm(page)
    clock.sweep()
    case.refresh_from_db()
    assert case.state == CaseState.SUMMONED

    # The representative reads the file; the meeting takes place.
    enter(school.representative)
    page.goto(f"/cases/{case.pk}/")
    expect(page.get_by_text("I moved house and lost the link.").first).to_be_visible()
    accessible()
    clock.move(meets_at + HOUR)
    enter(school.head)
    page.goto(f"/cases/{case.pk}/")
    follow(page, "/minutes/")
    for box in page.locator("input[name=present]").all():
        box.check()
    page.locator("input[name=student_present]").check()
    page.locator("textarea[name=grounds_stated]").fill("Three unauthorised absences in a row")
    page.locator("textarea[name=explanations]").fill("I moved house. I am sorry.")
    page.locator("main form button.primary").click()
    confirm(page)
    case.refresh_from_db()
    assert case.state == CaseState.HEARD

    # The representative advises; the two who decide vote; one drafts, the other confirms.
    enter(school.representative)
    page.goto(f"/cases/{case.pk}/")
    follow(page, "/advice/")
    page.locator("textarea[name=text]").fill("A warning would do.")
    page.locator("main form button.primary").click()
    confirm(page)
    for voter in (school.manager, school.head):
        enter(voter)
        page.goto(f"/cases/{case.pk}/")
        follow(page, "/vote/")
        page.locator("input[name=choice][value=exclusion]").check()
        page.locator("textarea[name=reasons]").fill("No sign of coming back")
        page.locator("main form button.primary").click()
        confirm(page)
    page.goto(f"/cases/{case.pk}/")
    follow(page, "/decision/")
    page.locator("input[name=kind][value=exclusion]").check()
    page.locator("textarea[name=reasons]").fill("Three absences in a row, and no word before any of them.")
    page.locator("main form button.primary").click()
    confirm(page)
    enter(school.manager)
    page.goto(f"/cases/{case.pk}/")
    follow(page, "/decision/confirm/")
    page.locator("main form button.primary").click()
    confirm(page)
    case.refresh_from_db()
    assert case.state == CaseState.DECIDED
    clock.sweep()

    # Nobody hears of it before the letter: neither the student nor the funder.
    enter(school.student)
    page.goto(f"/cases/{case.pk}/")
    expect(page.get_by_text("Permanent exclusion")).to_have_count(0)
    assert not any("fund@example.org" in each.to for each in mail.outbox)

    # Two days later the letter is posted, and comes back signed.
    clock.move(meets_at + 3 * DAY)
    clock.sweep()
    letter = Letter.objects.get(template="decision")
    clock.move(clock.now + HOUR)
    enter(school.head)
    page.goto("/staff/letters/")
    page.locator(f"a[href*='{letter.key}']").first.click()
    follow(page, "/posted/")
    page.locator("input[name=tracking_number]").fill("RK 123 456 789 FR")
    page.locator("input[name=happened_at]").fill(local(clock.now))
    page.locator("main form button.primary").click()
    confirm(page)
    expect(page.get_by_text("It is posted.")).to_be_visible()
    clock.move(meets_at + 5 * DAY)
    enter(school.head)
    page.goto(f"/staff/letters/{letter.key}/")
    follow(page, "/receipt/")
    page.locator("input[name=kind][value=delivered]").check()
    page.locator("input[name=happened_at]").fill(local(clock.now - HOUR))
    paper = FilePayload(name="receipt.pdf", mimeType="application/pdf", buffer=PDF)
    page.locator("input[type=file][name=file]").set_input_files(paper)
    page.locator("main form button.primary").click()
    expect(page.get_by_text("It is entered")).to_be_visible()
    clock.sweep()
    penalty = Penalty.objects.get()
    assert (penalty.kind, penalty.effective_by) == ("exclusion", "delivered")
    case.refresh_from_db()
    assert case.state == CaseState.CONCLUDED

    # The student is shut out, and still reads what was decided, their rights and their file.
    page.set_viewport_size(PHONE)
    enter(school.student)
    page.goto("/portal/situation/")
    expect(page.get_by_role("link", name="Permanent exclusion")).to_be_visible()
    expect(page.get_by_text("You can enrol again after")).to_be_visible()
    fits(page)
    accessible()
    page.goto(f"/cases/{case.pk}/")
    expect(page.get_by_text("no word before any of them").first).to_be_visible()
    with page.expect_download() as file:
        page.get_by_role("button", name="My file as PDF").click()
    assert file.value.suggested_filename.startswith(f"case-{case.pk}-")

    # The funder has the decision, and never more.
    [copy] = [each for each in mail.outbox if "fund@example.org" in each.to]
    assert "ermanent exclusion" in copy.body and "I moved house" not in copy.body


def follow(page: Page, place: str) -> None:
    """Go where one thing can be done."""
    page.locator(f"main a[href$='{place}']").first.click()


def confirm(page: Page) -> None:
    """What will follow is shown: yes."""
    expect(page.locator("input[name=confirmed]")).to_have_count(1)
    page.locator("main form:has(input[name=confirmed]) button.primary").click()
    expect(page.locator("input[name=confirmed]")).to_have_count(0)
