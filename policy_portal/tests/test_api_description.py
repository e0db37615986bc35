"""The API describes itself: completely, validly, and without asking any other host."""

from __future__ import annotations

import re

import pytest
from django.urls import reverse
from drf_spectacular.drainage import GENERATOR_STATS
from drf_spectacular.validation import validate_schema

from mentoring.urls.funders import urlpatterns
from policy_portal.api.description import description


@pytest.fixture(scope="module")
def described():
    description.cache_clear()
    GENERATOR_STATS.reset()
    return description("en")


def operations(described, funder=False):
    for path, methods in described["paths"].items():
        if path.startswith("/api/v1/funder/") != funder:  # a scope of its own, with its own security
            continue
        for method, operation in methods.items():
            yield f"{method} {path}", operation


def test_it_is_made_without_warnings_and_valid(described) -> None:
    assert not GENERATOR_STATS._warn_cache
    assert not GENERATOR_STATS._error_cache
    assert described["openapi"].startswith("3.1")
    validate_schema(described)


def test_every_operation_says_how_it_refuses(described) -> None:
    for name, operation in operations(described):
        for code in ("400", "401", "403", "429"):
            content = operation["responses"][code]["content"]
            assert content == {
                "application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}
            }, name
        assert {"token": []} in operation["security"], name


def test_every_write_with_a_body_has_an_example(described) -> None:
    for name, operation in operations(described):
        body = operation.get("requestBody")
        if body is not None:
            assert body["content"]["application/json"].get("examples"), name


def test_every_post_takes_a_key_and_what_replaces_asks_for_a_version(described) -> None:
    asked = set()
    for name, operation in operations(described):
        headers = {each["name"]: each for each in operation.get("parameters", []) if each["in"] == "header"}
        assert ("Idempotency-Key" in headers) == name.startswith("post "), name
        if headers.get("If-Match", {}).get("required"):
            asked.add(name.removeprefix("post ").removeprefix("put ").removeprefix("patch "))
    assert asked == {
        f"/api/v1/{path}/"
        for path in (
            "sessions/{id}/presence",
            "sessions/{id}/cancel",
            "sessions/{id}/exception",
            "sessions/{id}/decline-exception",
            "sessions/{id}/resolve",
            "contests/{id}/decide",
            "mentors/{id}/availability",
            "mentorships/{id}/end",
            "mentorships/{id}/replace",
            "notes/{id}",
            "projects/{id}",
            "skills/{id}",
            "reports/{id}/apply",
            "deliverables/{id}/decide",
            "places/{id}",
        )
    }


def test_a_funders_scope_is_described_with_its_own_scheme(described) -> None:
    scheme = described["components"]["securitySchemes"]["funder"]
    assert scheme["flows"]["clientCredentials"]["tokenUrl"] == reverse("funder-token")
    told = {name.split()[1] for name, _ in operations(described, funder=True)}
    assert told == {
        reverse(f"funder-{each.name.removeprefix('funder-')}", args=args)
        .replace("/0/", "/{id}/", 1)
        .replace("/M/", "/{month}/")
        for each in urlpatterns
        for args in [
            ([0] if "pk" in str(each.pattern) else []) + (["M"] if "month" in str(each.pattern) else [])
        ]
    }
    for name, operation in operations(described, funder=True):
        if not name.endswith("/token/"):
            assert operation["security"] == [{"funder": []}], name
        assert {"400", "401", "429"} <= set(operation["responses"]), name


@pytest.mark.django_db
def test_the_page_has_nothing_inline_and_nothing_of_others(client) -> None:
    page = client.get(reverse("api-docs"))
    html = page.content.decode()
    assert page.status_code == 200
    assert not re.search(r"<script(?![^>]*src=)|<style|style=|https?://", html)
    assert "unsafe" not in page["Content-Security-Policy"]


@pytest.mark.django_db
def test_the_file_is_everybodys(client) -> None:
    answer = client.get(reverse("api-schema"))
    assert answer.status_code == 200
    assert "public" in answer["Cache-Control"]
