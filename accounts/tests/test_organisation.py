"""An organisation's own sign-in (OpenID Connect), against an issuer made up here."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from unittest import mock
from urllib.parse import parse_qs, urlsplit

import jwt
import pytest
from allauth.socialaccount.models import SocialAccount
from django.core.exceptions import ImproperlyConfigured
from django.test import Client
from django.urls import reverse

from accounts import services
from accounts.models import User
from accounts.tests.conftest import NOW, MakePerson, is_signed_in
from policy_portal import environment

ISSUER = "https://login.example.org/school"
CONFIGURATION = {
    "issuer": ISSUER,
    "authorization_endpoint": f"{ISSUER}/authorize",
    "token_endpoint": f"{ISSUER}/token",
    "userinfo_endpoint": f"{ISSUER}/userinfo",
    "jwks_uri": f"{ISSUER}/keys",
}


class Answer:
    """What the issuer answers over HTTP."""

    def __init__(self, body: Any) -> None:
        self.body = body
        self.status_code = 200
        self.headers = {"content-type": "application/json"}

    def json(self) -> Any:
        return self.body

    def raise_for_status(self) -> None:
        pass


Enter = Callable[..., Any]


@pytest.fixture
def enter(settings: Any) -> Enter:
    """Sign in through the issuer, which says these claims of whoever it is."""
    app = {
        "provider_id": "organisation",
        "name": "Example College",
        "client_id": "portal",
        "secret": "s3cret",
        "settings": {"server_url": ISSUER},
    }
    settings.SOCIALACCOUNT_PROVIDERS = {"openid_connect": {"OAUTH_PKCE_ENABLED": True, "APPS": [app]}}

    def sign_in(
        client: Client, *, query: str = "process=login", state: str | None = None, **claims: object
    ) -> Any:
        claims = {"sub": "u-1", **claims}
        id_token = jwt.encode(
            {"iss": ISSUER, "aud": "portal", "exp": 4102444800, "iat": 1, **claims}, "k" * 32
        )

        def request(self: Any, method: str, url: str, **_: Any) -> Answer:
            if url.endswith("openid-configuration"):
                return Answer(CONFIGURATION)
            if url.endswith("/token"):
                return Answer({"access_token": "a", "token_type": "Bearer", "id_token": id_token})
            assert url.endswith("/userinfo"), url
            return Answer(claims)

        with mock.patch("requests.Session.request", request):
            start = client.post(reverse("openid_connect_login", args=["organisation"]) + f"?{query}")
            sent = parse_qs(urlsplit(start.headers["Location"]).query)
            assert start.headers["Location"].startswith(CONFIGURATION["authorization_endpoint"])
            assert sent["code_challenge_method"] == ["S256"]
            return client.get(
                reverse("openid_connect_callback", args=["organisation"]),
                {"code": "c", "state": state or sent["state"][0]},
            )

    return sign_in


def test_the_sign_in_page_offers_it_by_its_label(client: Client, enter: Enter, db: None) -> None:
    assert "Sign in with Example College" in client.get(reverse("account_login")).content.decode()


def test_without_the_setting_there_is_none(client: Client, db: None) -> None:
    assert "oidc" not in client.get(reverse("account_login")).content.decode()
    assert client.post(reverse("openid_connect_login", args=["organisation"])).status_code == 404


def test_a_known_active_verified_address_comes_in(client: Client, enter: Enter, student: User) -> None:
    enter(client, email="ILSE@example.org", email_verified=True)
    assert is_signed_in(client)
    assert SocialAccount.objects.get().user == student
    again = Client()
    enter(again, email=student.email, email_verified=True)
    assert is_signed_in(again)


@pytest.mark.parametrize(
    "claims",
    [
        {"email": "ilse@example.org"},
        {"email": "ilse@example.org", "email_verified": False},
        {"email": "ilse@example.org", "email_verified": "true"},
        {"email": "nobody@example.org", "email_verified": True},
        {"email": "", "email_verified": True},
        {"email_verified": True},
        {"preferred_username": "ilse@example.org", "email_verified": True},
    ],
)
def test_nobody_else_does_and_all_get_the_same_answer(
    client: Client, enter: Enter, student: User, claims: dict[str, object]
) -> None:
    answer = enter(client, **claims)
    assert answer.status_code == 403
    assert "You cannot sign in here" in answer.content.decode()
    assert not is_signed_in(client)
    assert User.objects.count() == 1
    assert not SocialAccount.objects.exists()


def test_a_closed_account_stays_closed(client: Client, enter: Enter, student: User) -> None:
    enter(client, email=student.email, email_verified=True)
    services.deactivate_person(person=student, by=None, now=NOW)
    assert enter(Client(), email=student.email, email_verified=True).status_code == 403


def test_an_address_that_the_issuer_gave_to_somebody_else_does_not_inherit_the_account(
    client: Client, enter: Enter, student: User
) -> None:
    enter(client, email=student.email, email_verified=True)
    newcomer = Client()
    assert enter(newcomer, sub="u-2", email=student.email, email_verified=True).status_code == 403
    assert not is_signed_in(newcomer)


def test_a_subject_does_not_move_to_another_person_with_its_address(
    client: Client, enter: Enter, student: User, make_person: MakePerson
) -> None:
    other = make_person("other@example.org")
    enter(client, email=student.email, email_verified=True)
    assert enter(Client(), email=other.email, email_verified=True).status_code == 403


def test_a_signed_in_person_cannot_tie_a_stranger_s_identity_to_their_account(
    client: Client, enter: Enter, student: User
) -> None:
    client.force_login(student)
    answer = enter(client, query="process=connect", email="x@evil.example.com", email_verified=True)
    assert answer.status_code == 403
    assert not SocialAccount.objects.exists()


def test_a_state_that_was_not_given_out_is_refused(client: Client, enter: Enter, student: User) -> None:
    enter(client, state="forged", email=student.email, email_verified=True)
    assert not is_signed_in(client)


def test_abuse_67_it_leads_nowhere_else(client: Client, enter: Enter, student: User) -> None:
    answer = enter(
        client,
        query="process=login&next=https://evil.example.com/",
        email=student.email,
        email_verified=True,
    )
    assert answer.headers["Location"] == "/"


def test_looking_at_the_link_starts_nothing(client: Client, enter: Enter, db: None) -> None:
    """A GET must not start a sign-in: another site could put someone into an account that is not theirs."""
    answer = client.get(reverse("openid_connect_login", args=["organisation"]))
    assert answer.status_code == 200


def test_it_is_no_second_factor(client: Client, enter: Enter, administrator: User, settings: Any) -> None:
    settings.REQUIRE_STAFF_MFA = True
    enter(client, email=administrator.email, email_verified=True)
    assert client.get("/admin/").headers["Location"] == reverse("mfa_index")


@pytest.mark.parametrize(
    "value", ["login.example.org", "http://login.example.org", "https://", "https://x.org/?a=1", "ftp://x"]
)
def test_a_wrong_issuer_stops_the_start_with_its_name(monkeypatch: Any, value: str) -> None:
    monkeypatch.setenv("OIDC_ISSUER", value)
    with pytest.raises(ImproperlyConfigured, match="OIDC_ISSUER"):
        environment.issuer("OIDC_ISSUER")
