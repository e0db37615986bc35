"""Passkeys, codes and the account pages in a real browser, under the content security policy that is served."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.core import mail
from playwright.sync_api import Page, expect

from accounts.models import Role, User
from tests.browser.conftest import PASSWORD
from tests.factories import make_user

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

SignIn = Callable[[User], None]


@pytest.fixture
def device(page: Page) -> None:
    """A device that keeps passkeys and knows its owner's finger, as Chromium pretends it."""
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    session.send(
        "WebAuthn.addVirtualAuthenticator",
        {
            "options": {
                "protocol": "ctap2",
                "transport": "internal",
                "hasResidentKey": True,
                "hasUserVerification": True,
                "isUserVerified": True,
                "automaticPresenceSimulation": True,
            }
        },
    )


def sign_out(page: Page) -> None:
    page.goto("/accounts/logout/")
    page.locator("main").get_by_role("button", name="Sign out").click()
    page.wait_for_url("**/accounts/login/")


def add_passkey(page: Page) -> None:
    page.goto("/accounts/2fa/")
    page.get_by_role("link", name="Add a passkey").click()
    page.get_by_label("Name").fill("Phone")
    page.get_by_role("button", name="Add it").click()
    expect(page.get_by_role("heading", name="Recovery codes")).to_be_visible()


def test_a_passkey_is_added_and_then_signs_in_by_itself(
    page: Page, sign_in: SignIn, device: None, accessible: Callable[[], None]
) -> None:
    person = make_user(Role.STUDENT)
    sign_in(person)
    add_passkey(page)
    page.get_by_role("link", name="Done").click()
    page.get_by_role("link", name="Manage").first.click()
    expect(page.get_by_role("row", name="Phone")).to_contain_text("Passkey")
    accessible()
    sign_out(page)
    page.get_by_role("button", name="Use a passkey").click()
    page.wait_for_url(lambda url: "/accounts/login" not in url)
    page.goto("/accounts/")
    expect(page.get_by_role("heading", name="Your account")).to_be_visible()


def test_it_is_the_second_step_after_a_password(page: Page, sign_in: SignIn, device: None) -> None:
    person = make_user(Role.STUDENT)
    sign_in(person)
    add_passkey(page)
    sign_out(page)
    page.locator("input[name=login]").fill(person.email)
    page.locator("input[name=password]").fill(PASSWORD)
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.get_by_role("button", name="Use a passkey or security key").click()
    page.wait_for_url(lambda url: "/2fa/authenticate" not in url)
    page.goto("/accounts/")
    expect(page.get_by_role("heading", name="Your account")).to_be_visible()


def test_staff_set_up_a_passkey_before_the_admin_opens(
    page: Page, sign_in: SignIn, device: None, settings: Any
) -> None:
    settings.REQUIRE_STAFF_MFA = True
    sign_in(make_user(Role.ADMINISTRATOR))
    page.goto("/admin/")
    expect(page.get_by_text("Your role asks for a second factor")).to_be_visible()
    add_passkey(page)
    page.goto("/admin/accounts/user/")
    expect(page.locator("#changelist")).to_be_visible()


def test_the_qr_code_is_drawn(page: Page, sign_in: SignIn, accessible: Callable[[], None]) -> None:
    sign_in(make_user(Role.STUDENT))
    page.goto("/accounts/2fa/totp/activate/")
    picture = page.get_by_role("img", name="QR code")
    assert picture.evaluate("image => image.complete && image.naturalWidth > 0")
    accessible()


def test_the_account_pages_are_for_everybody(
    page: Page, sign_in: SignIn, accessible: Callable[[], None]
) -> None:
    sign_in(make_user(Role.STUDENT))
    for path in ("", "email/", "password/change/", "2fa/", "2fa/webauthn/add/", "sessions/", "tokens/"):
        page.goto(f"/accounts/{path}")
        accessible()
    page.set_viewport_size({"width": 390, "height": 844})
    for path in ("", "email/", "password/change/", "2fa/", "sessions/", "tokens/"):
        page.goto(f"/accounts/{path}")
        width = page.evaluate("document.documentElement.scrollWidth")
        assert width <= 390, (path, width)


def test_an_api_token_is_made_and_shown_once(page: Page, sign_in: SignIn) -> None:
    sign_in(make_user(Role.MENTOR))
    page.goto("/accounts/tokens/")
    page.get_by_label("Name").fill("Timetable")
    page.get_by_role("button", name="Make the token").click()
    assert page.get_by_label("The token").input_value().startswith("ppt_")
    page.goto("/accounts/tokens/")
    expect(page.get_by_label("The token")).to_have_count(0)
    page.get_by_role("button", name="Revoke").click()
    expect(page.get_by_text("The token is revoked")).to_be_visible()


def test_a_forgotten_password_is_reset(page: Page, accessible: Callable[[], None]) -> None:
    person = make_user(Role.STUDENT)
    page.goto("/accounts/login/")
    page.get_by_role("link", name="Forgot").click()
    page.get_by_label("E-mail").fill(person.email)
    page.get_by_role("button", name="Send me an e-mail").click()
    expect(page.get_by_role("heading", name="Look into your mail")).to_be_visible()
    accessible()
    link = next(word for word in mail.outbox[-1].body.split() if "/password/reset/key/" in word)
    page.goto(link[link.index("/accounts/") :])
    page.locator("input[name=password1]").fill("another quiet harbour")
    page.locator("input[name=password2]").fill("another quiet harbour")
    accessible()
    page.get_by_role("button", name="Set the password and sign in").click()
    page.wait_for_url(lambda url: "/password/" not in url)
    page.goto("/accounts/")
    expect(page.get_by_role("heading", name="Your account")).to_be_visible()
