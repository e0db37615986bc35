"""The API's description to browse, under the strict content security policy and without another host."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def test_the_description_is_shown_and_asks_nobody_else(page: Page):
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto("/api/v1/docs/")
    page.locator("#operations-tag-sessions").click()
    page.locator("#operations-sessions-sessions_notice_create").click()
    page.get_by_text("An exam at the university.").first.wait_for()
    own = page.url.split("/api/")[0]
    assert all(url.startswith((own, "data:", "blob:")) for url in asked), asked
