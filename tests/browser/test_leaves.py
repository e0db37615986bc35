"""A funded student asks for a leave; the funder answers over its API; the mentor validates."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import FilePayload, Page, expect

from accounts.models import User
from mentoring.tests.student_pages import StudentPages
from students.models import LeaveRequest, LeaveState
from students.services.clients import make_client
from tests.papers import PDF, make_funding

from .conftest import PHONE

pytestmark = pytest.mark.browser


@pytest.fixture
def pages(transactional_db: None) -> StudentPages:
    today = timezone.localdate(timezone.now())
    return StudentPages(starts_on=today - timedelta(days=90), ends_on=today + timedelta(days=90))


def test_a_funded_leave_from_the_form_to_the_funders_answer(
    page: Page,
    pages: StudentPages,
    sign_in: Callable[[User], None],
    accessible: Callable[[], None],
) -> None:
    now = timezone.now()
    funding = make_funding(pages.enrolment)
    client, secret = make_client(funder=funding.funder, label="Desk", by=None, now=now)
    first = timezone.localdate(now) + timedelta(days=10)
    sign_in(pages.student.user)
    page.set_viewport_size(PHONE)
    page.goto("/portal/requests/")
    page.get_by_role("link", name="Ask for a leave").click()
    page.locator("input[name=starts_on]").fill(str(first))
    page.locator("input[name=ends_on]").fill(str(first + timedelta(days=2)))
    page.get_by_role("button", name="See what will follow").click()
    expect(page.get_by_text("3 days, first and last included")).to_be_visible()
    expect(page.get_by_text(str(funding.funder))).to_be_visible()
    accessible()
    assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
    page.get_by_role("button", name="Ask for this leave").click()
    expect(page.get_by_text("Waits for the written approval of 1 funder.")).to_be_visible()
    accessible()
    api = page.request
    grant: dict[str, str | float | bool] = {
        "grant_type": "client_credentials",
        "client_id": client.client_id,
        "client_secret": secret,
    }
    token = api.post("/api/v1/funder/token/", form=grant).json()["access_token"]
    bearer = {"Authorization": f"Bearer {token}"}
    asked = api.get("/api/v1/funder/approvals/?open=1", headers=bearer).json()["results"]
    paper = FilePayload(name="approval.pdf", mimeType="application/pdf", buffer=PDF)
    answer = api.post(
        f"/api/v1/funder/approvals/{asked[0]['id']}/answer/",
        headers=bearer,
        multipart={"answer": "approve", "document": paper},
    )
    assert answer.ok, answer.text()
    page.reload()
    expect(page.get_by_text("From the funder itself")).to_be_visible()
    page.context.clear_cookies()
    sign_in(pages.mentorship.mentor.user)
    leave = LeaveRequest.objects.get()
    page.goto(f"/mentor/leaves/{leave.pk}/")
    page.get_by_role("link", name="Validate the leave").click()
    page.get_by_role("button", name="See what will follow").click()
    page.get_by_role("button", name="Validate the leave").click()
    expect(page.get_by_text("The leave is validated.")).to_be_visible()
    leave.refresh_from_db()
    assert leave.state == LeaveState.VALIDATED
