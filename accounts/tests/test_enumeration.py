"""Nothing on the way in tells who is enrolled (abuse 23)."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any
from unittest import mock

import pytest
from django.contrib.auth.hashers import MD5PasswordHasher
from django.core import mail
from django.test import Client
from django.urls import reverse

from accounts import services
from accounts.models import User
from accounts.tests.conftest import NOW, MakePerson, sign_in

UNKNOWN = "nobody@example.org"


def seen(client: Client, path: str, data: dict[str, str]) -> tuple[int, str]:
    """Status and page, without what differs by itself: the address as it was typed, and the form's token."""
    answer = client.post(path, data, follow=True)
    page = answer.content.decode()
    for typed in data.values():
        page = page.replace(typed, "TYPED")
    page = re.sub(r'name="csrfmiddlewaretoken" value="[^"]+"', "", page)
    return answer.status_code, re.sub(r'data-now="[^"]+"', "", page)


@pytest.fixture
def kinds(make_person: MakePerson) -> dict[str, str]:
    """An address of each kind that an outsider must not tell apart."""
    open_account = make_person("open@example.org")
    invited = make_person("invited@example.org", password=None)
    closed = make_person("closed@example.org")
    services.deactivate_person(person=closed, by=None, now=NOW)
    return {
        "open": open_account.email,
        "invited": invited.email,
        "closed": closed.email,
        "unknown": UNKNOWN,
    }


def test_abuse_23_login_says_the_same(kinds: dict[str, str]) -> None:
    path = reverse("account_login")
    pages = {seen(Client(), path, {"login": address, "password": "wrong"}) for address in kinds.values()}
    assert len(pages) == 1


@pytest.mark.parametrize("kind", ["open", "invited", "closed", "unknown"])
def test_abuse_23_login_runs_the_hasher_once_whoever_it_is(kinds: dict[str, str], kind: str) -> None:
    runs: list[int] = []
    encode: Callable[..., str] = MD5PasswordHasher.encode

    def counted(self: MD5PasswordHasher, password: str, salt: str) -> str:
        runs.append(1)
        return encode(self, password, salt)

    with mock.patch.object(MD5PasswordHasher, "encode", counted):
        sign_in(Client(), kinds[kind], "wrong")
    assert len(runs) == 1


def test_abuse_23_reset_says_the_same(kinds: dict[str, str]) -> None:
    path = reverse("account_reset_password")
    pages = {seen(Client(), path, {"email": address}) for address in kinds.values()}
    assert len(pages) == 1


@pytest.mark.parametrize("kind", ["open", "invited", "closed", "unknown"])
def test_abuse_23_reset_sends_one_e_mail_whoever_it_is(kinds: dict[str, str], kind: str) -> None:
    mail.outbox.clear()
    Client().post(reverse("account_reset_password"), {"email": kinds[kind]})
    assert [message.to for message in mail.outbox] == [[kinds[kind]]]
    (message,) = mail.outbox
    assert message.subject == "Policy Portal: your sign-in"
    has_link = "/password/reset/key/" in message.body
    assert has_link is (kind in ("open", "invited"))


def test_the_link_leads_to_our_own_site_whatever_the_host_header_says(student: User, settings: Any) -> None:
    settings.ALLOWED_HOSTS = ["*"]
    Client().post(reverse("account_reset_password"), {"email": student.email}, HTTP_HOST="evil.example.com")
    assert "evil.example.com" not in mail.outbox[-1].body
    assert f"{settings.SITE_URL}/accounts/password/reset/key/" in mail.outbox[-1].body


def test_a_former_address_resets_nothing(student: User) -> None:
    former = student.email
    services.edit_person(person=student, email="new@example.org", by=None, now=NOW)
    Client().post(reverse("account_reset_password"), {"email": former})
    assert "/password/reset/key/" not in mail.outbox[-1].body


def test_a_reset_link_works_once(student: User) -> None:
    Client().post(reverse("account_reset_password"), {"email": student.email})
    link = next(word for word in mail.outbox[-1].body.split() if "/password/reset/key/" in word)
    first = Client()
    form = first.get(link, follow=True)
    new = {"password1": "another harbour", "password2": "another harbour"}
    assert first.post(form.context["action_url"], new).status_code == 302
    assert Client().get(link, follow=True).context["token_fail"]


def test_a_weak_password_is_refused_with_reasons(student: User) -> None:
    Client().post(reverse("account_reset_password"), {"email": student.email})
    link = next(word for word in mail.outbox[-1].body.split() if "/password/reset/key/" in word)
    client = Client()
    form = client.get(link, follow=True)
    for weak in ("short", "1234567890", "password123", "Ilse Montcalm", "ilse@example.org"):
        answer = client.post(form.context["action_url"], {"password1": weak, "password2": weak})
        assert answer.context["form"].errors["password1"], weak


def test_abuse_23_a_new_address_that_is_taken_gets_the_same_answer(
    client: Client, student: User, make_person: MakePerson
) -> None:
    taken = make_person("taken@example.org").email
    sign_in(client, student.email)
    path = reverse("account_email")
    client.get(path)  # takes the welcome off
    mail.outbox.clear()
    first, second = (seen(client, path, {"email": address}) for address in (taken, "free@example.org"))
    assert first == second
    assert [message.to for message in mail.outbox] == [[taken], ["free@example.org"]]
    assert "/accounts/email/" not in mail.outbox[0].body
