"""What anyone can open: the door, the rule book and the sign-in, at both widths and in both lights."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from .conftest import DESKTOP, PHONE

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.mark.parametrize("path", ["/", "/policy/", "/accounts/login/"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_a_public_page_is_accessible_and_never_scrolls_sideways(page: Page, accessible, path, scheme, size):
    page.set_viewport_size(size)
    page.emulate_media(color_scheme=scheme)
    page.goto(path)
    assert page.evaluate("document.documentElement.scrollWidth") <= size["width"]
    accessible()


def test_the_first_tab_skips_to_the_content(page: Page):
    page.goto("/policy/")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"


def test_a_clause_can_be_linked_to(page: Page):
    page.goto("/policy/#3.2")
    # The browser scrolls after the page has loaded, and gently: an assertion that waits for it.
    expect(page.locator("[id='3.2']")).to_be_in_viewport()
