"""The staff admin in a real browser: what is looked up while one types has its name."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from accounts.models import Role, User
from tests.factories import make_user

pytestmark = pytest.mark.browser


@pytest.mark.console_errors  # axe-core looks for the style sheets that the admin's own import, beside the page
@pytest.mark.parametrize("path", ["/admin/students/student/add/", "/admin/mentoring/mentor/add/"])
def test_a_person_is_looked_up_by_keyboard(
    page: Page,
    live_server: object,
    transactional_db: None,
    sign_in: Callable[[User], None],
    accessible: Callable[[], None],
    path: str,
) -> None:
    person = make_user(Role.STUDENT, given_name="Ada", family_name="Looked-Up")
    sign_in(make_user(Role.ADMINISTRATOR))
    page.goto(path)
    box = page.get_by_role("combobox", name="User")
    expect(box).to_be_visible()
    accessible()
    box.press("Enter")
    page.get_by_role("searchbox", name="User").fill("Looked")
    option = page.get_by_role("option", name=str(person))
    expect(option).to_be_visible()
    accessible()
    page.keyboard.press("Enter")
    expect(page.get_by_role("combobox", name=str(person))).to_be_visible()
    accessible()
