"""What all of the API shares: problems, limits, languages."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from accounts.api import throttles
from accounts.models import Role
from tests.api import Caller
from tests.factories import make_user

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 3, 4, 9, 0, 5, tzinfo=UTC)


@pytest.fixture
def caller():
    return Caller(make_user(Role.STUDENT, language="fr"), NOW)


def test_me(caller) -> None:
    answer = caller.get("me/").json()
    assert answer["email"] == caller.user.email
    assert answer["roles"] == ["student"]


def test_nobody_is_told_what_is_missing_as_a_problem() -> None:
    answer = Caller(None).get("me/")
    assert answer.status_code == 401
    assert answer["Content-Type"] == "application/problem+json"
    assert answer["WWW-Authenticate"] == "Bearer"
    assert answer.json()["status"] == 401


@pytest.mark.parametrize("path", ["nowhere/", "sessions", "sessions/x/", "sessions/99999999999999999999/"])
def test_an_address_that_is_none_is_a_problem_too(caller, path) -> None:
    answer = caller.get(path)
    assert answer.status_code == 404
    assert answer["Content-Type"] == "application/problem+json"


def test_other_methods_and_bodies(caller) -> None:
    assert caller.send("PUT", "me/", {}).status_code == 405
    assert caller.send("DELETE", "sessions/").json()["status"] == 405
    sent = caller.client.post(
        "/api/v1/time-off/", data="<x/>", content_type="text/xml", headers=caller.headers
    )
    assert sent.status_code in (403, 415)
    assert sent["Content-Type"] == "application/problem+json"


def test_a_person_is_answered_in_their_language(caller) -> None:
    assert caller.get("me/")["Content-Language"] == "fr"
    assert caller.get("me/", Accept_Language="en")["Content-Language"] == "en"


def test_too_many_requests_are_asked_to_wait(caller, settings) -> None:
    settings.API_READS_PER_MINUTE = 2
    assert [caller.get("me/").status_code for _ in range(3)] == [200, 200, 429]
    refused = caller.get("me/")
    assert refused["Retry-After"] == "55"
    assert refused["Content-Type"] == "application/problem+json"
    assert caller.get("me/", now=NOW + timedelta(minutes=1)).status_code == 200


def test_reads_and_writes_are_counted_apart_and_by_person(caller, settings) -> None:
    settings.API_READS_PER_MINUTE = 1
    settings.API_WRITES_PER_MINUTE = 1
    caller.get("me/")
    assert caller.post("time-off/").status_code == 403
    assert caller.post("time-off/").status_code == 429
    other = Caller(make_user(Role.STUDENT), NOW)
    assert other.get("me/").status_code == 200


def test_a_cache_that_is_away_holds_nobody_up(caller, settings, monkeypatch) -> None:
    settings.API_READS_PER_MINUTE = 1

    def away(key: str) -> int:
        raise ConnectionError

    monkeypatch.setattr(throttles, "_count", away)
    assert [caller.get("me/").status_code for _ in range(3)] == [200, 200, 200]


def test_abuse_73_a_browsers_session_needs_its_csrf_token() -> None:
    from django.test import Client

    browser = Client(enforce_csrf_checks=True)
    browser.force_login(make_user(Role.STUDENT), backend="accounts.backends.PrefetchingBackend")
    assert browser.get("/api/v1/me/").status_code == 200
    answer = browser.post("/api/v1/messages/1/read/", "{}", content_type="application/json")
    assert answer.status_code == 403
    assert answer["Content-Type"] == "application/problem+json"
