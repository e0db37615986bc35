"""What a person may change of themselves: and nothing else (abuse 43)."""

from __future__ import annotations

from typing import Any

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse

from accounts import services
from accounts.models import Role, User
from accounts.tests.conftest import NOW, MakePerson, sign_in

DETAILS = {
    "time_zone": "Asia/Kathmandu",
    "language": "fr",
    "theme": "dark",
}


def test_one_changes_ones_details(client: Client, student: User) -> None:
    client.force_login(student)
    answer = client.post(reverse("account_profile"), DETAILS)
    assert answer.status_code == 302
    assert answer.cookies["theme"].value == "dark"
    student.refresh_from_db()
    assert (student.time_zone, student.language, student.theme) == (
        "Asia/Kathmandu",
        "fr",
        "dark",
    )


def test_abuse_43_nothing_else_is_changed_by_naming_it(client: Client, student: User) -> None:
    client.force_login(student)
    client.post(
        reverse("account_profile"),
        {
            **DETAILS,
            # It stands in certificates and letters: the school's to change.
            "given_name": "Harper",
            "family_name": "\u202ehead",
            "email": "new@example.org",
            "is_superuser": "on",
            "is_active": "",
            "roles": "administrator",
            "joined_at": "2000-01-01",
            "password": "x",
        },
    )
    after = User.objects.get(pk=student.pk)
    assert (after.email, after.is_superuser, after.is_active) == (student.email, False, True)
    assert (after.given_name, after.family_name) == (student.given_name, student.family_name)
    assert after.roles == {Role.STUDENT}
    assert after.password == student.password


@pytest.mark.parametrize(
    ("field", "value"),
    [("time_zone", "Mars/Olympus"), ("language", "tlh"), ("theme", "neon")],
)
def test_a_wrong_value_is_refused_beside_its_field(
    client: Client, student: User, field: str, value: str
) -> None:
    client.force_login(student)
    answer = client.post(reverse("account_profile"), {**DETAILS, field: value})
    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == [field]


@pytest.mark.parametrize(
    "name",
    [
        "account_profile",
        "account_email",
        "account_change_password",
        "account_sessions",
        "account_tokens",
        "mfa_index",
        "mfa_list_webauthn",
        "mfa_add_webauthn",
        "mfa_activate_totp",
    ],
)
def test_each_page_opens_to_its_owner_and_to_nobody_else(client: Client, student: User, name: str) -> None:
    path = reverse(name)
    outside = client.get(path)
    assert outside.status_code == 302
    assert outside.headers["Location"].startswith("/accounts/login/")
    sign_in(client, student.email)
    assert client.get(path).status_code == 200


@pytest.mark.parametrize("name", ["account_login", "account_reset_password", "account_reset_password_done"])
def test_the_pages_before_the_door_open_to_all(client: Client, db: None, name: str) -> None:
    assert client.get(reverse(name)).status_code == 200


@pytest.mark.parametrize(
    "name",
    ["account_end_session", "account_end_all_sessions", "account_create_token", "account_revoke_token"],
)
def test_what_changes_something_takes_a_post_with_a_token(student: User, name: str) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(student)
    assert client.post(reverse(name)).status_code == 403


def test_pages_take_few_queries(client: Client, student: User, django_assert_max_num_queries: Any) -> None:
    sign_in(client, student.email)
    for name in ("account_profile", "account_sessions", "account_tokens"):
        with django_assert_max_num_queries(5):
            assert client.get(reverse(name)).status_code == 200


# --- The e-mail address


def link_in(message: Any) -> str:
    return next(word for word in message.body.split() if "/accounts/email/" in word)


def test_a_new_address_takes_effect_when_its_link_is_opened(client: Client, student: User) -> None:
    former = student.email
    sign_in(client, former)
    client.post(reverse("account_email"), {"email": "New@example.org"})
    assert User.objects.get(pk=student.pk).email == former
    link = link_in(mail.outbox[-1])
    assert client.get(link).status_code == 200
    assert User.objects.get(pk=student.pk).email == former
    client.post(link)
    assert User.objects.get(pk=student.pk).email == "new@example.org"
    assert mail.outbox[-1].to == [former]
    assert sign_in(Client(), former) == 200
    assert sign_in(Client(), "new@example.org") == 302


def test_the_link_works_once_and_for_its_owner_alone(
    client: Client, student: User, make_person: MakePerson
) -> None:
    sign_in(client, student.email)
    client.post(reverse("account_email"), {"email": "new@example.org"})
    link = link_in(mail.outbox[-1])
    other = Client()
    sign_in(other, make_person("other@example.org").email)
    assert other.post(link).status_code == 410
    assert Client().get(link).status_code == 302
    assert client.post(link[:-2] + "x/").status_code == 410
    assert client.post(link).status_code == 302
    assert client.post(link).status_code == 410


def test_an_address_that_was_taken_meanwhile_is_refused(
    client: Client, student: User, make_person: MakePerson
) -> None:
    sign_in(client, student.email)
    client.post(reverse("account_email"), {"email": "new@example.org"})
    make_person("new@example.org")
    assert client.post(link_in(mail.outbox[-1])).status_code == 410
    assert User.objects.get(pk=student.pk).email == student.email


def test_asking_for_another_address_needs_a_recent_login(
    client: Client, student: User, settings: Any
) -> None:
    sign_in(client, student.email)
    settings.ACCOUNT_REAUTHENTICATION_TIMEOUT = -1
    answer = client.post(reverse("account_email"), {"email": "new@example.org"})
    assert answer.headers["Location"].startswith(reverse("account_reauthenticate"))


def test_an_invitation_sets_the_first_password(make_person: MakePerson) -> None:
    from accounts.mail import send_invitation

    person = make_person("new@example.org", Role.STUDENT, password=None)
    invitation = services.invite_person(person=person, by=None, now=NOW)
    send_invitation(invitation, person)
    (message,) = mail.outbox
    assert message.to == ["new@example.org"]
    client = Client()
    link = next(word for word in message.body.split() if "/password/reset/key/" in word)
    form = client.get(link, follow=True)
    new = {"password1": "another harbour", "password2": "another harbour"}
    client.post(form.context["action_url"], new)
    assert client.get(reverse("account_profile")).status_code == 200
    assert sign_in(Client(), person.email, "another harbour") == 302


def test_the_theme_of_the_menu_is_kept_for_the_next_sign_in(client: Client, student: User) -> None:
    sign_in(client, student.email)
    client.post(reverse("theme"), {"theme": "dark"})
    assert User.objects.get(pk=student.pk).theme == "dark"
    elsewhere = Client()
    sign_in(elsewhere, student.email)
    assert elsewhere.cookies["theme"].value == "dark"
    client.post(reverse("theme"), {"theme": ""})
    assert User.objects.get(pk=student.pk).theme == "system"
