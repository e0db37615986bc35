"""What every answer carries: no shared caching, strict content security, the reader's language and zone."""

from __future__ import annotations

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory
from django.utils import timezone, translation

from accounts.models import User
from policy_portal.middleware import PrivateByDefault, ReadersOwn


def private(view) -> HttpResponse:
    return PrivateByDefault(view)(RequestFactory().get("/"))


def test_abuse_21_an_answer_is_private_unless_its_view_says_otherwise() -> None:
    answer = private(lambda request: HttpResponse("mine"))
    assert "no-store" in answer["Cache-Control"] and "private" in answer["Cache-Control"]
    assert {"Cookie", "Authorization"} <= {part.strip() for part in answer["Vary"].split(",")}


def test_a_public_answer_keeps_what_its_view_says() -> None:
    answer = private(lambda request: HttpResponse("all", headers={"Cache-Control": "public, max-age=60"}))
    assert answer["Cache-Control"] == "public, max-age=60"


@pytest.mark.django_db
def test_the_content_security_policy_has_no_way_for_inline_code(client: Client) -> None:
    policy = client.get("/accounts/login/")["Content-Security-Policy"]
    assert "unsafe" not in policy
    assert "default-src 'none'" in policy
    assert "script-src 'self'" in policy
    assert "frame-ancestors 'none'" in policy


def test_a_probe_may_ask_by_address_and_plain_http(client: Client, settings) -> None:
    settings.SECURE_SSL_REDIRECT = True
    assert client.get("/livez", headers={"host": "10.0.0.7:8000"}).status_code == 200


@pytest.mark.django_db
def test_the_signed_in_reader_has_their_own_language_and_zone() -> None:
    seen = {}

    def view(request: HttpRequest) -> HttpResponse:
        seen["zone"] = timezone.get_current_timezone_name()
        seen["language"] = translation.get_language()
        return HttpResponse()

    request = RequestFactory().get("/")
    request.COOKIES["session"] = "x"
    request.user = User.objects.create_user("reader@example.org", time_zone="Asia/Kathmandu", language="fr")
    answer = ReadersOwn(view)(request)
    assert seen == {"zone": "Asia/Kathmandu", "language": "fr"}
    assert answer["Content-Language"] == "fr"
    assert timezone.get_current_timezone_name() == "UTC"


@pytest.mark.django_db
def test_an_unknown_zone_or_language_stops_nobody() -> None:
    request = RequestFactory().get("/")
    request.COOKIES["session"] = "x"
    request.user = User.objects.create_user("reader@example.org", time_zone="Mars/Base", language="xx")
    assert ReadersOwn(lambda _: HttpResponse("ok"))(request).status_code == 200
