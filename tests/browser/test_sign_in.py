"""Signing in, at a desk and on a phone."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page

from accounts.models import User

from .conftest import PHONE

pytestmark = pytest.mark.browser


@pytest.fixture
def student(transactional_db: None) -> User:
    return User.objects.create_user("ada.example@example.org", given_name="Ada", family_name="Example")


def test_a_person_signs_in_and_out(page: Page, student: User, sign_in: Callable[[User], None]) -> None:
    sign_in(student)
    assert "session" in {cookie["name"] for cookie in page.context.cookies()}
    page.goto("/accounts/logout/")
    page.locator("main form button[type=submit], form button[type=submit]").last.click()
    page.goto("/accounts/login/")
    assert page.locator("input[name=login]").is_visible()


def test_the_sign_in_page_is_accessible_and_fits_a_phone(page: Page, accessible: Callable[[], None]) -> None:
    page.goto("/accounts/login/")
    accessible()
    page.set_viewport_size(PHONE)
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
