"""API tokens: shown once, kept as digests, as strong as the session that made them."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.test import Client, RequestFactory
from django.urls import reverse
from django.utils import timezone
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request

from accounts import services
from accounts.api_auth import ApiTokenAuthentication
from accounts.models import ApiToken, Role, User
from accounts.tests.conftest import PASSWORD, MakePerson, sign_in
from rulebook.errors import RuleError


def ask(text: str, scheme: str = "Bearer") -> tuple[User, ApiToken] | None:
    request = Request(RequestFactory().get("/", HTTP_AUTHORIZATION=f"{scheme} {text}"))
    return ApiTokenAuthentication().authenticate(request)


def make(person: User, *, passed_mfa: bool = False, days: float = 30) -> tuple[ApiToken, str]:
    return services.create_token(
        person=person,
        name="Timetable",
        passed_mfa=passed_mfa,
        lifetime=timedelta(days=days),
        now=timezone.now(),
    )


def test_a_token_stands_for_its_person_and_their_roles_in_one_query(
    make_person: MakePerson, django_assert_num_queries: Any
) -> None:
    person = make_person("both@example.org", Role.MENTOR, Role.STUDENT_SUCCESS)
    _token, text = make(person)
    ApiToken.objects.update(last_used_at=timezone.now())
    with django_assert_num_queries(1):
        answer = ask(text)
        assert answer is not None
        assert answer[0] == person
        assert answer[0].roles == {Role.MENTOR, Role.STUDENT_SUCCESS}
        assert answer[1].name == "Timetable"


def test_its_use_is_noted_once_in_five_minutes(student: User, django_assert_num_queries: Any) -> None:
    _token, text = make(student)
    with django_assert_num_queries(2):
        ask(text)
    with django_assert_num_queries(1):
        ask(text)


def test_only_a_digest_is_kept(student: User) -> None:
    _token, text = make(student)
    assert text.startswith("ppt_")
    row = ApiToken.objects.values().get()
    assert text not in str(row)
    assert text[15:] not in str(row)


@pytest.mark.parametrize("text", ["", "x", "ppt_" + "0" * 60, "ppt_\udcff", "é" * 20])
def test_nonsense_is_refused(student: User, text: str) -> None:
    make(student)
    with pytest.raises(AuthenticationFailed):
        ApiTokenAuthentication().authenticate_credentials(text.encode("utf-8", "surrogateescape"))


def test_a_right_beginning_is_not_enough(student: User) -> None:
    _token, text = make(student)
    with pytest.raises(AuthenticationFailed):
        ask(text[:-1] + ("0" if text[-1] != "0" else "1"))


def test_another_scheme_is_left_to_others(student: User) -> None:
    assert ask("eDp5", "Basic") is None


def test_an_expired_token_is_refused(student: User) -> None:
    _token, text = make(student, days=-0.001)
    with pytest.raises(AuthenticationFailed):
        ask(text)


def test_abuse_71_a_closed_account_has_none(student: User) -> None:
    _token, text = make(student)
    User.objects.filter(pk=student.pk).update(is_active=False)
    with pytest.raises(AuthenticationFailed):
        ask(text)


def test_abuse_72_a_token_from_before_a_factor_was_required_opens_nothing(
    administrator: User, settings: Any
) -> None:
    _token, text = make(administrator)
    assert ask(text)
    settings.REQUIRE_STAFF_MFA = True
    with pytest.raises(AuthenticationFailed):
        ask(text)


def test_abuse_72_nor_one_from_before_its_owner_became_staff(student: User, settings: Any) -> None:
    settings.REQUIRE_STAFF_MFA = True
    _token, text = make(student)
    assert ask(text)
    services.grant_role(person=student, role=Role.STUDENT_SUCCESS, by=None, now=timezone.now())
    with pytest.raises(AuthenticationFailed):
        ask(text)


def test_abuse_72_staff_make_none_without_their_factor(administrator: User, settings: Any) -> None:
    settings.REQUIRE_STAFF_MFA = True
    with pytest.raises(RuleError):
        make(administrator)
    _token, text = make(administrator, passed_mfa=True)
    assert ask(text)


# --- The page


def test_the_text_is_shown_once(client: Client, student: User) -> None:
    sign_in(client, student.email)
    made = client.post(reverse("account_create_token"), {"name": "Timetable", "days": "90"})
    assert made.status_code == 201
    assert "no-store" in made.headers["Cache-Control"]
    text = made.context["text"]
    assert text in made.content.decode()
    assert ask(text)
    assert text not in client.get(reverse("account_tokens")).content.decode()
    expiry = ApiToken.objects.get().expiry
    assert expiry is not None
    assert expiry > timezone.now() + timedelta(days=89)


def test_making_one_needs_a_recent_login(client: Client, student: User, settings: Any) -> None:
    sign_in(client, student.email)
    settings.ACCOUNT_REAUTHENTICATION_TIMEOUT = -1
    answer = client.post(reverse("account_create_token"), {"name": "x", "days": "30"})
    assert answer.headers["Location"].startswith(reverse("account_reauthenticate"))
    assert not ApiToken.objects.exists()


def test_a_token_of_ten_years_is_not_to_be_had(client: Client, student: User) -> None:
    sign_in(client, student.email)
    answer = client.post(reverse("account_create_token"), {"name": "x", "days": "3650"})
    assert answer.status_code == 422
    assert not ApiToken.objects.exists()


def test_one_revokes_ones_own_and_no_other(client: Client, student: User, make_person: MakePerson) -> None:
    other, _text = make(make_person("other@example.org"))
    own, text = make(student)
    client.force_login(student)
    page = client.get(reverse("account_tokens")).content.decode()
    assert own.token_key in page
    assert other.token_key not in page
    assert client.post(reverse("account_revoke_token"), {"token": other.token_key}).status_code == 404
    client.post(reverse("account_revoke_token"), {"token": own.token_key})
    with pytest.raises(AuthenticationFailed):
        ask(text)
    assert ApiToken.objects.count() == 1


def test_after_confirming_who_one_is_the_token_is_made_as_asked(
    client: Client, student: User, settings: Any
) -> None:
    sign_in(client, student.email)
    settings.ACCOUNT_REAUTHENTICATION_TIMEOUT = -1
    asked = client.post(reverse("account_create_token"), {"name": "Timetable", "days": "30"})
    settings.ACCOUNT_REAUTHENTICATION_TIMEOUT = 600
    answer = client.post(
        reverse("account_reauthenticate"),
        {"password": PASSWORD, "next": parse_qs(urlsplit(asked.headers["Location"]).query)["next"][0]},
    )
    assert answer.status_code == 201
    assert ask(answer.context["text"])
