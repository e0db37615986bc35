"""A real browser against a live server. Every journey also fails on a console error or a refused script or style."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, ViewportSize, sync_playwright

from accounts.models import User

# The sync API of Playwright keeps an event loop in this thread; Django would refuse the database because of it.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")

DESKTOP = ViewportSize(width=1280, height=800)
PHONE = ViewportSize(width=390, height=844)
PASSWORD = "a long enough word 7"
SCREENSHOTS = os.environ.get("SCREENSHOTS")  # a folder to keep pictures in, for looking at


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    path = os.environ.get("CHROMIUM")
    assert path, "CHROMIUM has to name a browser; script/test finds one"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox", "--disable-gpu"])
        yield browser
        browser.close()


@pytest.fixture
def context(browser: Browser, live_server: Any) -> Iterator[BrowserContext]:
    context = browser.new_context(
        base_url=live_server.url, viewport=DESKTOP, locale="en-GB", timezone_id="Europe/Paris"
    )
    context.set_default_timeout(15_000)
    yield context
    context.close()


@pytest.fixture
def page(context: BrowserContext, request: pytest.FixtureRequest) -> Iterator[Page]:
    """A page of its own. What the console complains about fails the test, a refused inline style among it."""
    complaints: list[str] = []
    page = context.new_page()

    def listen(message: ConsoleMessage) -> None:
        if message.type == "error":
            complaints.append(f"{message.text} ({page.url})")

    page.on("console", listen)
    page.on("pageerror", lambda error: complaints.append(f"{error} ({page.url})"))
    yield page
    if SCREENSHOTS:
        Path(SCREENSHOTS).mkdir(parents=True, exist_ok=True)
        page.screenshot(path=Path(SCREENSHOTS) / f"{request.node.name}.png", full_page=True)
    expected = request.node.get_closest_marker("console_errors")
    assert expected is not None or not complaints, complaints


@pytest.fixture
def sign_in(page: Page) -> Callable[[User], None]:
    """Sign in through the form, as a person does. The user gets the password of the journeys."""

    def through_the_form(user: User) -> None:
        user.set_password(PASSWORD)
        user.save(update_fields=["password"])
        page.goto("/accounts/login/")
        page.locator("input[name=login]").fill(user.email)
        page.locator("input[name=password]").fill(PASSWORD)
        page.locator("form:has(input[name=login]) button[type=submit]").first.click()
        page.wait_for_url(lambda url: "/accounts/login" not in url)

    return through_the_form


@pytest.fixture
def accessible(page: Page) -> Callable[[], None]:
    """The page as it stands has no violation that axe-core knows of."""

    def check() -> None:
        found = Axe().run(page, options={"resultTypes": ["violations"]})
        assert found.violations_count == 0, found.generate_report()

    return check
