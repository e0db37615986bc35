"""Signing in with e-mail and password, and what is not offered."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import NoReverseMatch, reverse

from accounts import services
from accounts.backends import PrefetchingBackend
from accounts.models import Role, User
from accounts.sessions import loaded_owner
from accounts.tests.conftest import NOW, PASSWORD, MakePerson, is_signed_in, sign_in
from policy_portal.demo import cast


def test_the_right_password_lets_in(client: Client, student: User) -> None:
    assert sign_in(client, "Ilse@Example.org") == 302
    assert is_signed_in(client)


def test_a_wrong_password_does_not(client: Client, student: User) -> None:
    assert sign_in(client, student.email, "something else") == 200
    assert not is_signed_in(client)


def test_a_closed_account_gets_the_answer_of_a_wrong_password(client: Client, student: User) -> None:
    User.objects.filter(pk=student.pk).update(is_active=False)
    right = client.post(reverse("account_login"), {"login": student.email, "password": PASSWORD})
    wrong = client.post(reverse("account_login"), {"login": student.email, "password": "x"})
    assert right.status_code == wrong.status_code == 200
    assert right.context["form"].errors == wrong.context["form"].errors


def test_nobody_signs_up() -> None:
    with pytest.raises(NoReverseMatch):
        reverse("account_signup")
    assert Client().get("/accounts/signup/").status_code == 404


def test_the_form_keeps_the_address_and_not_the_password(client: Client, student: User) -> None:
    answer = client.post(reverse("account_login"), {"login": student.email, "password": "wrong-one"})
    assert student.email in answer.content.decode()
    assert "wrong-one" not in answer.content.decode()


@pytest.mark.parametrize(
    "target",
    [
        "https://evil.example.com/",
        "//evil.example.com/",
        "/\\evil.example.com",
        "///evil.example.com",
        "javascript:alert(1)",
        "http:evil.example.com",
        "https://testserver@evil.example.com/",
        "https://testserver.evil.example.com/",
        "\thttps://evil.example.com",
    ],
)
def test_abuse_67_no_redirect_leaves_the_site_after_login(client: Client, student: User, target: str) -> None:
    answer = client.post(
        reverse("account_login"), {"login": student.email, "password": PASSWORD, "next": target}
    )
    assert (answer.status_code, answer.headers["Location"]) == (302, "/")


def test_after_login_one_is_where_one_wanted_to_go(client: Client, student: User) -> None:
    answer = client.post(
        reverse("account_login"),
        {"login": student.email, "password": PASSWORD, "next": "/accounts/tokens/?a=1"},
    )
    assert answer.headers["Location"] == "/accounts/tokens/?a=1"


def test_abuse_67_nor_after_logout(client: Client, student: User) -> None:
    client.force_login(student)
    answer = client.post(reverse("account_logout"), {"next": "https://evil.example.com/"})
    assert answer.headers["Location"] == reverse("account_login")


def test_admin_has_no_login_of_its_own(client: Client, administrator: User) -> None:
    answer = client.get("/admin/login/?next=/admin/accounts/user/")
    assert answer.headers["Location"] == "/accounts/login/?next=%2Fadmin%2Faccounts%2Fuser%2F"
    assert sign_in(client, administrator.email) == 302
    assert client.get("/admin/").status_code == 200


def test_a_person_and_their_roles_take_one_query(
    make_person: MakePerson, django_assert_num_queries: Any
) -> None:
    person = make_person("both@example.org", Role.MENTOR, Role.LEARNING_MANAGER)
    with django_assert_num_queries(1):
        found = PrefetchingBackend().get_user(person.pk)
        assert found is not None
        assert found.roles == {Role.MENTOR, Role.LEARNING_MANAGER}


def test_session_person_and_roles_of_a_request_take_one_query(
    client: Client, make_person: MakePerson
) -> None:
    person = make_person("both@example.org", Role.MENTOR, Role.LEARNING_MANAGER)
    sign_in(client, person.email)
    client.get(reverse("account_logout"))  # takes the welcome off
    with CaptureQueriesContext(connection) as queries:
        answer = client.get(reverse("account_logout"))
    assert answer.context["user"].roles == {Role.MENTOR, Role.LEARNING_MANAGER}
    assert sum('"accounts_' in query["sql"] for query in queries) == 1


def test_a_role_that_changed_counts_in_the_next_request(client: Client, student: User) -> None:
    sign_in(client, student.email)
    assert client.get(reverse("account_profile")).context["user"].roles == {Role.STUDENT}
    services.grant_role(person=student, role=Role.MENTOR, by=None, now=NOW)
    found = client.get(reverse("account_profile")).context["user"]
    assert found.roles == {Role.STUDENT, Role.MENTOR}
    assert loaded_owner.get() is None


def test_a_session_whose_password_hash_is_another_one_is_nobody_s(client: Client, student: User) -> None:
    sign_in(client, student.email)
    User.objects.filter(pk=student.pk).update(password="changed behind the services")
    assert not is_signed_in(client)


def test_signing_in_changes_the_session_key(client: Client, student: User) -> None:
    client.get(reverse("account_login"))
    session = client.session
    session["before"] = 1
    session.save()
    before = session.session_key
    sign_in(client, student.email)
    assert client.session.session_key != before


def test_without_remember_me_the_cookie_ends_with_the_browser(client: Client, student: User) -> None:
    sign_in(client, student.email)
    assert client.cookies["session"]["max-age"] == ""
    other = Client()
    other.post(reverse("account_login"), {"login": student.email, "password": PASSWORD, "remember": "on"})
    assert int(other.cookies["session"]["max-age"]) == 14 * 24 * 3600


def test_an_older_hash_opens_and_is_renewed(client: Client, make_person: MakePerson, settings: Any) -> None:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    person = make_person()
    settings.PASSWORD_HASHERS = [
        "accounts.hashers.Argon2",
        "django.contrib.auth.hashers.MD5PasswordHasher",
    ]
    assert sign_in(client, person.email) == 302
    assert is_signed_in(client)
    held = User.objects.get(pk=person.pk).password
    assert held.startswith("argon2$argon2id$v=19$m=47104,t=1,p=1$")


@pytest.mark.parametrize(
    ("demo", "there", "shown"), [(True, True, True), (True, False, False), (False, True, False)]
)
def test_demo_logins_stand_on_the_sign_in_page_of_a_demo_school_alone(
    client: Client, make_person: MakePerson, settings: Any, demo: bool, there: bool, shown: bool
) -> None:
    settings.DEMO = demo
    if there:
        make_person(next(iter(cast.LOGINS)), Role.STUDENT)
    page = client.get(reverse("account_login")).content.decode()
    assert (cast.PASSWORD in page) is shown
