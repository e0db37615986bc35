"""The door, the rule book, the theme and the pages for what went wrong."""

from __future__ import annotations

import pytest
from django.test import Client
from django.views import defaults

from rulebook import policy as rulebook


def test_the_policy_has_an_anchor_for_every_clause(client):
    html = client.get("/policy/").content.decode()
    for number in rulebook.book().versions[-1].clauses:
        assert f'id="{number}"' in html
    assert "24 hours" in html and "15 minutes" in html


def test_a_version_has_a_page_and_an_unknown_one_has_none(client):
    assert client.get("/policy/2026-01/").status_code == 200
    assert client.get("/policy/1999-01/").status_code == 404


def test_the_policy_speaks_french(client):
    html = client.get("/policy/", headers={"accept-language": "fr"}).content.decode()
    assert "Assiduité" in html and '<html lang="fr"' in html


def test_the_theme_is_kept_and_only_known_ones_are(client):
    assert client.post("/theme/", {"theme": "dark", "next": "/policy/"}).headers["Location"] == "/policy/"
    assert 'data-theme="dark"' in client.get("/policy/").content.decode()
    client.post("/theme/", {"theme": '"><script>'})
    assert "data-theme" not in client.get("/policy/").content.decode()
    client.cookies["theme"] = '"onload=x'
    assert "data-theme" not in client.get("/policy/").content.decode()


@pytest.mark.parametrize("target", ["https://evil.example/", "//evil.example", "javascript:alert(1)", ""])
def test_abuse_67_the_theme_form_leads_nowhere_else(client, target):
    assert client.post("/theme/", {"theme": "dark", "next": target}).headers["Location"] == "/"


def test_the_theme_changes_by_post_only_and_with_a_token():
    strict = Client(enforce_csrf_checks=True)
    assert strict.get("/theme/").status_code == 405
    answer = strict.post("/theme/", {"theme": "dark"})
    assert answer.status_code == 403 and "This form is out of date" in answer.content.decode()


def test_a_page_that_is_not_there_says_so_in_the_shell(client):
    answer = client.get("/nothing/")
    assert answer.status_code == 404 and "There is no such page" in answer.content.decode()


def test_a_breakdown_has_a_page_that_needs_nothing(rf):
    answer = defaults.server_error(rf.get("/"))
    assert answer.status_code == 500 and b"Something went wrong here" in answer.content


def test_refusals_have_pages(rf, client):
    from django.contrib.auth.models import AnonymousUser

    request = rf.get("/")
    request.user = AnonymousUser()
    assert b"You may not do this" in defaults.permission_denied(request, Exception()).content
    assert b"could not be read" in defaults.bad_request(request, Exception()).content


def test_the_door_leads_to_the_sign_in(client):
    html = client.get("/").content.decode()
    assert "/accounts/login/" in html and 'href="#main"' in html
