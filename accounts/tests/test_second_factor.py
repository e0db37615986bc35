"""Second factors: required of staff, shown once a session, never skipped."""

from __future__ import annotations

import base64
import json
import time
from io import StringIO
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, hotp_value
from django.core import mail
from django.core.cache import cache
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse

from accounts.adapters import FactorAdapter
from accounts.models import ApiToken, Role, Session, User
from accounts.tests.conftest import PASSWORD, MakePerson, is_signed_in, sign_in

SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"


@pytest.fixture
def required(settings: Any) -> None:
    settings.REQUIRE_STAFF_MFA = True


def code(secret: str = SECRET) -> str:
    return format_hotp_value(hotp_value(secret, int(time.time()) // 30))


def with_app(person: User) -> Authenticator:
    from allauth.core import context
    from django.test import RequestFactory

    with context.request_context(RequestFactory().get("/")):
        return TOTP.activate(person, SECRET).instance


def test_a_password_alone_does_not_let_in_who_has_a_second_factor(client: Client, student: User) -> None:
    with_app(student)
    answer = client.post(reverse("account_login"), {"login": student.email, "password": PASSWORD})
    assert answer.headers["Location"] == reverse("mfa_authenticate")
    assert not is_signed_in(client)
    client.post(reverse("mfa_authenticate"), {"code": code()})
    assert is_signed_in(client)


def test_a_wrong_code_does_not(client: Client, student: User) -> None:
    with_app(student)
    sign_in(client, student.email)
    client.post(reverse("mfa_authenticate"), {"code": "000000"})
    assert not is_signed_in(client)


def test_a_code_is_good_once(student: User) -> None:
    with_app(student)
    used = code()
    for browser, lets_in in ((Client(), True), (Client(), False)):
        sign_in(browser, student.email)
        browser.post(reverse("mfa_authenticate"), {"code": used})
        assert is_signed_in(browser) is lets_in


def test_codes_are_not_guessed(client: Client, student: User) -> None:
    with_app(student)
    sign_in(client, student.email)
    for number in range(10):
        client.post(reverse("mfa_authenticate"), {"code": f"{number:06}"})
    client.post(reverse("mfa_authenticate"), {"code": code()})
    assert not is_signed_in(client)


def test_the_secret_is_not_in_the_database_as_text(student: User) -> None:
    held = with_app(student)
    assert SECRET not in str(held.data)


def test_students_need_none(client: Client, student: User, required: None) -> None:
    sign_in(client, student.email)
    assert is_signed_in(client)


@pytest.mark.parametrize(
    "role", [Role.STUDENT_SUCCESS, Role.LEARNING_MANAGER, Role.HEAD_OF_LEARNING, Role.ADMINISTRATOR]
)
def test_staff_without_one_are_sent_to_set_one_up(
    client: Client, make_person: MakePerson, required: None, role: str
) -> None:
    person = make_person("staff@example.org", role)
    sign_in(client, person.email)
    for path in ("/", "/admin/", "/admin/accounts/user/", "/accounts/", "/accounts/tokens/"):
        answer = client.get(path)
        assert (answer.status_code, answer.headers.get("Location")) == (302, reverse("mfa_index")), path
    assert client.post(reverse("account_create_token"), {"name": "x", "days": 30}).status_code == 302
    assert client.get(reverse("mfa_index")).status_code == 200
    assert client.get(reverse("mfa_activate_totp")).status_code == 200
    assert not ApiToken.objects.exists()


def test_a_fragment_is_sent_there_as_a_whole_page(
    client: Client, administrator: User, required: None
) -> None:
    client.force_login(administrator)
    answer = client.get("/accounts/", headers={"HX-Request": "true"})
    assert answer.headers["HX-Redirect"] == reverse("mfa_index")


@pytest.mark.django_db(transaction=True)
def test_staff_who_set_one_up_go_on_at_once(client: Client, administrator: User, required: None) -> None:
    elsewhere = Client()
    sign_in(elsewhere, administrator.email)
    sign_in(client, administrator.email)
    secret = client.get(reverse("mfa_activate_totp")).context["form"].secret
    client.post(reverse("mfa_activate_totp"), {"code": code(secret)})
    assert client.get("/admin/").status_code == 200
    # What was let in without it is out.
    assert Session.objects.filter(user=administrator).count() == 1
    assert not is_signed_in(elsewhere)
    assert any("authenticator app" in message.body for message in mail.outbox)


def test_a_session_from_before_has_to_show_the_factor_and_may_not_add_another(
    client: Client, administrator: User, required: None
) -> None:
    sign_in(client, administrator.email)
    with_app(administrator)
    for name in ("account_profile", "mfa_activate_totp", "mfa_add_webauthn", "mfa_index"):
        answer = client.get(reverse(name))
        assert answer.headers["Location"].startswith(reverse("mfa_reauthenticate")), name
    client.post(reverse("mfa_reauthenticate"), {"code": code(), "next": "/accounts/"})
    assert is_signed_in(client)


def test_staff_cannot_turn_their_only_factor_off(client: Client, administrator: User, required: None) -> None:
    with_app(administrator)
    sign_in(client, administrator.email)
    client.post(reverse("mfa_authenticate"), {"code": code()})
    client.post(reverse("mfa_deactivate_totp"))
    assert Authenticator.objects.filter(user=administrator, type="totp").exists()


def test_a_student_may(client: Client, student: User, required: None) -> None:
    with_app(student)
    sign_in(client, student.email)
    client.post(reverse("mfa_authenticate"), {"code": code()})
    client.post(reverse("mfa_deactivate_totp"))
    assert not Authenticator.objects.filter(user=student).exists()


def test_a_reset_does_not_pass_the_second_factor(client: Client, student: User) -> None:
    with_app(student)
    client.post(reverse("account_reset_password"), {"email": student.email})
    link = next(word for word in mail.outbox[-1].body.split() if "/password/reset/key/" in word)
    form = client.get(link, follow=True)
    answer = client.post(
        form.context["action_url"], {"password1": "another harbour", "password2": "another harbour"}
    )
    assert answer.headers["Location"] == reverse("mfa_authenticate")
    assert not is_signed_in(client)


def test_recovery_codes_let_in_once(
    client: Client, student: User, django_capture_on_commit_callbacks: Any
) -> None:
    sign_in(client, student.email)
    secret = client.get(reverse("mfa_activate_totp")).context["form"].secret
    with django_capture_on_commit_callbacks(execute=True):
        client.post(reverse("mfa_activate_totp"), {"code": code(secret)})
    codes = client.get(reverse("mfa_view_recovery_codes")).context["unused_codes"]
    assert len(codes) == 10
    cache.clear()
    for browser, lets_in in ((Client(), True), (Client(), False)):
        sign_in(browser, student.email)
        browser.post(reverse("mfa_authenticate"), {"code": codes[0]})
        assert is_signed_in(browser) is lets_in


def test_after_ten_minutes_a_change_asks_for_the_password_again(
    client: Client, student: User, settings: Any
) -> None:
    sign_in(client, student.email)
    assert client.get(reverse("mfa_activate_totp")).status_code == 200
    settings.ACCOUNT_REAUTHENTICATION_TIMEOUT = -1
    answer = client.get(reverse("mfa_activate_totp"))
    assert answer.headers["Location"].startswith(reverse("account_reauthenticate"))


def test_the_qr_code_is_an_image_that_the_content_policy_allows(client: Client, student: User) -> None:
    sign_in(client, student.email)
    answer = client.get(reverse("mfa_activate_totp"))
    assert 'src="data:image/svg+xml' in answer.content.decode()
    assert "img-src 'self' data:" in answer.headers["Content-Security-Policy"]


@pytest.mark.parametrize(
    "name",
    ["account_login", "mfa_add_webauthn", "mfa_activate_totp", "account_profile", "account_sessions"],
)
def test_no_page_has_script_or_style_of_its_own(client: Client, student: User, name: str) -> None:
    import re

    if name != "account_login":
        sign_in(client, student.email)
    page = client.get(reverse(name)).content.decode()
    for tag in re.findall(r"<script\b[^>]*>", page):
        assert "src=" in tag or "application/json" in tag, tag
    assert not re.search(r"\son[a-z]+=|\sstyle=|<style|javascript:", page)


def test_who_lost_every_factor_gets_in_again_after_an_operator_saw_to_it(
    client: Client, student: User
) -> None:
    with_app(student)
    sign_in(client, student.email)
    client.post(reverse("mfa_authenticate"), {"code": code()})
    call_command("reset_factors", student.email.upper(), stdout=StringIO())
    assert not is_signed_in(client)
    assert mail.outbox[-1].to == [student.email]
    sign_in(client, student.email)
    assert is_signed_in(client)
    with pytest.raises(CommandError):
        call_command("reset_factors", "nobody@example.org")


def test_a_changed_secret_key_keeps_codes_working_while_the_old_one_is_kept(
    student: User, settings: Any
) -> None:
    held = with_app(student)
    former = settings.SECRET_KEY
    settings.SECRET_KEY = "another"
    assert FactorAdapter().decrypt(held.data["secret"]) == ""
    settings.SECRET_KEY_FALLBACKS = [former]
    assert FactorAdapter().decrypt(held.data["secret"]) == SECRET


def _b64(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


NONSENSE = [
    {},
    [],
    1,
    {"response": 1},
    {"id": "a", "rawId": "a", "type": "public-key", "response": {"userHandle": _b64(b"1")}},
    {
        "id": "YQ",
        "rawId": "YQ",
        "type": "public-key",
        "response": {
            "clientDataJSON": _b64(b'{"type":"webauthn.get","challenge":"YQ","origin":"http://x"}'),
            "authenticatorData": _b64(b"0" * 37),
            "signature": "YQ",
            "userHandle": _b64(b"z" * 30),
        },
    },
]


@pytest.mark.parametrize("name", ["mfa_login_webauthn", "mfa_add_webauthn", "mfa_reauthenticate_webauthn"])
@pytest.mark.parametrize("nonsense", NONSENSE)
def test_a_made_up_key_opens_and_breaks_nothing(
    client: Client, student: User, name: str, nonsense: object
) -> None:
    inside = name != "mfa_login_webauthn"
    if inside:
        sign_in(client, student.email)
    client.get(reverse(name), headers={"X-Requested-With": "XMLHttpRequest"})
    answer = client.post(reverse(name), {"credential": json.dumps(nonsense), "name": "x"})
    assert answer.status_code < 500
    assert not Authenticator.objects.exists()
    assert is_signed_in(client) is inside
