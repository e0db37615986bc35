"""E-mails about signing in leave by a sweep: no request waits for a mail server, or tells by it who is enrolled."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core import mail
from django.core.mail import EmailMessage
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts import outbox
from accounts.models import User, WaitingMail
from accounts.tests.conftest import NOW
from enforcement.registry import get_sweep
from enforcement.runner import run

pytestmark = [pytest.mark.django_db, pytest.mark.mail_waits]


def ask_for_reset(address: str) -> None:
    Client().post(reverse("account_reset_password"), {"email": address})


def letter(body: str = "Open this link") -> WaitingMail:
    return outbox.put(EmailMessage("Your sign-in", body, to=["ilse@example.org"]), NOW)


@pytest.mark.parametrize("known", [True, False])
def test_abuse_23_a_request_sends_nothing_itself(student: User, known: bool) -> None:
    ask_for_reset(student.email if known else "nobody@example.org")
    assert mail.outbox == []
    row = WaitingMail.objects.get()
    assert "example.org" not in row.sealed
    run(get_sweep("send_sign_in_mail"), timezone.now())
    (message,) = mail.outbox
    assert ("/password/reset/key/" in message.body) is known
    assert not WaitingMail.objects.exists()


def test_abuse_23_a_reset_writes_the_same_whoever_asks(student: User) -> None:
    def written(address: str) -> int:
        with CaptureQueriesContext(
            connection,
        ) as asked:
            ask_for_reset(address)
        return sum("waitingmail" in query["sql"] for query in asked)

    assert written(student.email) == written("nobody@example.org") == 1


def test_a_mail_server_that_is_away_is_tried_again(monkeypatch: pytest.MonkeyPatch) -> None:
    row = letter()
    send = EmailMessage.send
    monkeypatch.setattr(
        EmailMessage, "send", lambda *_args, **_kwargs: (_ for _ in ()).throw(ConnectionError())
    )
    assert outbox.send([row.pk], NOW) == 1
    assert list(outbox.due(NOW + timedelta(minutes=1))) == []
    monkeypatch.setattr(EmailMessage, "send", send)
    outbox.send([row.pk], NOW + timedelta(minutes=2))
    assert [message.subject for message in mail.outbox] == ["Your sign-in"]
    assert not WaitingMail.objects.exists()


def test_what_could_not_be_sent_for_a_day_is_given_up() -> None:
    row = letter()
    outbox.send([row.pk], NOW + timedelta(days=1, microseconds=1))
    assert mail.outbox == []
    assert not WaitingMail.objects.exists()


def test_what_another_key_sealed_is_given_up(settings: object) -> None:
    row = letter()
    settings.SECRET_KEY = "another key of the same school, and none of the former ones"  # type: ignore[attr-defined]  # pytest-django's
    settings.SECRET_KEY_FALLBACKS = []  # type: ignore[attr-defined]  # said above
    outbox.send([row.pk], NOW)
    assert mail.outbox == []
    assert not WaitingMail.objects.exists()
