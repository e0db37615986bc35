"""People who sign in, and the ways in."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from accounts import services
from accounts.models import Role, User

PASSWORD = "a quiet harbour at noon"
NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)

MakePerson = Callable[..., User]


@pytest.fixture(autouse=True)
def _fresh_counts() -> None:
    cache.clear()


@pytest.fixture
def make_person(db: None) -> MakePerson:
    def make(email: str = "ilse@example.org", *roles: str, password: str | None = PASSWORD) -> User:
        person = services.create_person(
            email=email, given_name="Ilse", family_name="Montcalm", roles=roles, by=None, now=NOW
        )
        if password:
            person.set_password(password)
            person.save(update_fields=["password"])
        return person

    return make


@pytest.fixture
def student(make_person: MakePerson) -> User:
    return make_person("ilse@example.org", Role.STUDENT)


@pytest.fixture
def administrator(make_person: MakePerson) -> User:
    return make_person("ada@example.org", Role.ADMINISTRATOR)


def sign_in(client: Client, email: str, password: str = PASSWORD, **headers: Any) -> int:
    """The status of a try: 302 when it let in (or on to the second step), 200 when it did not."""
    answer = client.post(
        reverse("account_login"),
        {"login": email, "password": password},
        **headers,
    )
    return answer.status_code


def is_signed_in(client: Client) -> bool:
    return client.get(reverse("account_profile")).status_code == 200
