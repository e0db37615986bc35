"""Sessions: listed, revocable, and over when their reason is (abuse 71)."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.contrib.sessions.backends.base import UpdateError
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts import services
from accounts.models import ApiToken, Role, Session, User
from accounts.tests.conftest import NOW, PASSWORD, MakePerson, is_signed_in, sign_in

FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"


def token_of(person: User) -> ApiToken:
    token, _text = services.create_token(
        person=person, name="x", passed_mfa=True, lifetime=timedelta(days=1), now=timezone.now()
    )
    return token


@pytest.fixture
def two(student: User) -> tuple[Client, Client]:
    browsers = Client(HTTP_USER_AGENT=FIREFOX), Client()
    for browser in browsers:
        sign_in(browser, student.email)
    return browsers


def test_the_page_lists_ones_own(two: tuple[Client, Client], make_person: MakePerson) -> None:
    stranger = Client()
    sign_in(stranger, make_person("other@example.org").email)
    answer = two[0].get(reverse("account_sessions"))
    assert len(answer.context["sessions"]) == 2
    page = answer.content.decode()
    assert "Firefox on Linux" in page
    assert "This one" in page
    assert str(two[1].session.session_key) not in page


def test_one_signs_another_device_out(two: tuple[Client, Client]) -> None:
    other = Session.objects.get(pk=two[1].session.session_key)
    two[0].post(reverse("account_end_session"), {"session": other.handle})
    assert is_signed_in(two[0])
    assert not is_signed_in(two[1])


def test_one_does_not_sign_out_somebody_else(two: tuple[Client, Client], make_person: MakePerson) -> None:
    stranger = Client()
    sign_in(stranger, make_person("other@example.org").email)
    theirs = Session.objects.get(pk=stranger.session.session_key)
    assert two[0].post(reverse("account_end_session"), {"session": theirs.handle}).status_code == 404
    assert is_signed_in(stranger)


def test_signing_out_everywhere_ends_all_and_revokes_tokens(
    two: tuple[Client, Client], student: User
) -> None:
    token_of(student)
    two[0].post(reverse("account_end_all_sessions"))
    assert not is_signed_in(two[0])
    assert not is_signed_in(two[1])
    assert not ApiToken.objects.exists()


def test_abuse_71_a_new_password_ends_the_others_and_keeps_this_one(
    two: tuple[Client, Client], student: User
) -> None:
    token_of(student)
    two[0].post(
        reverse("account_change_password"),
        {"oldpassword": PASSWORD, "password1": "another harbour", "password2": "another harbour"},
    )
    assert is_signed_in(two[0])
    assert not is_signed_in(two[1])
    assert not ApiToken.objects.exists()


def test_abuse_71_a_role_that_is_lost_takes_its_sessions_along(
    two: tuple[Client, Client], student: User
) -> None:
    token_of(student)
    change = services.revoke_role(person=student, role=Role.STUDENT, by=None, now=NOW)
    assert (change.changed, change.sessions_ended, change.tokens_revoked) == (True, 2, 1)
    assert not is_signed_in(two[0])


def test_abuse_71_closing_the_account_ends_everything(two: tuple[Client, Client], student: User) -> None:
    token_of(student)
    ended = services.deactivate_person(person=student, by=None, now=NOW)
    assert (ended.changed, ended.sessions_ended, ended.tokens_revoked) == (True, 2, 1)
    assert not is_signed_in(two[0])
    again = services.deactivate_person(person=student, by=None, now=NOW)
    assert (again.changed, again.sessions_ended) == (False, 0)


def test_abuse_71_even_a_session_that_was_left_over_opens_no_closed_account(
    client: Client, student: User
) -> None:
    sign_in(client, student.email)
    User.objects.filter(pk=student.pk).update(is_active=False)
    assert not is_signed_in(client)


def test_a_session_that_ended_is_not_saved_back(two: tuple[Client, Client], student: User) -> None:
    """A request that was under way while its session ended must not bring it back to life."""
    session = two[1].session
    session["touched"] = True
    services.end_sessions(person=student)
    with pytest.raises(UpdateError):
        session.save(must_create=False)
    assert not is_signed_in(two[1])


def test_last_seen_is_noted_at_most_every_five_minutes(client: Client, student: User) -> None:
    sign_in(client, student.email)
    old = timezone.now() - timedelta(minutes=6)
    Session.objects.update(last_seen_at=old)
    client.get(reverse("account_profile"))
    seen = Session.objects.get(user=student).last_seen_at
    assert seen is not None
    assert seen > old + timedelta(minutes=5)
    client.get(reverse("account_profile"))
    assert Session.objects.get(user=student).last_seen_at == seen


def test_saving_a_session_keeps_when_it_was_seen(client: Client, student: User) -> None:
    sign_in(client, student.email)
    client.get(reverse("account_profile"))
    before = Session.objects.get(user=student)
    session = client.session
    session["x"] = 1
    session.save()
    after = Session.objects.get(user=student)
    assert (after.last_seen_at, after.signed_in_at, after.device) == (
        before.last_seen_at,
        before.signed_in_at,
        before.device,
    )


def test_what_has_expired_is_purged(client: Client, student: User) -> None:
    sign_in(client, student.email)
    token_of(student)
    assert services.purge_expired(now=timezone.now()) == 0
    assert services.purge_expired(now=timezone.now() + timedelta(days=30)) == 2
