"""E-mails about signing in. No rule of the school hangs on them, so they are not in the record; they wait in an outbox
of their own (``accounts.outbox``), and no request waits for a mail server.
"""

from __future__ import annotations

from urllib.parse import urljoin

from django.conf import settings
from django.core.mail import EmailMessage
from django.template.loader import render_to_string
from django.utils import timezone, translation

from accounts import outbox
from accounts.models import User
from accounts.services import Invitation


def _send(template: str, to: str, context: dict[str, object], language: str | None = None) -> None:
    with translation.override(language or translation.get_language() or settings.LANGUAGE_CODE):
        context = {"SITE_NAME": settings.SITE_NAME, "SITE_URL": settings.SITE_URL, **context}
        subject = " ".join(render_to_string(f"account/email/{template}_subject.txt", context).split())
        body = render_to_string(f"account/email/{template}_message.txt", context)
    outbox.put(EmailMessage(subject, body, to=[to]), timezone.now())


def send_invitation(invitation: Invitation, person: User) -> None:
    _send(
        "invitation",
        invitation.address,
        {
            "person": person,
            "url": urljoin(settings.SITE_URL, invitation.path),
            "days": settings.PASSWORD_RESET_TIMEOUT // (24 * 3600),
        },
        person.language,
    )


def send_unknown_address(address: str) -> None:
    """To whoever asked for a reset without being enrolled, or with another address."""
    _send("unknown_account", address, {"address": address})


def send_address_confirmation(person: User, address: str, path: str) -> None:
    _send(
        "address_change",
        address,
        {"person": person, "url": urljoin(settings.SITE_URL, path)},
        person.language,
    )


def send_address_taken(person: User, address: str) -> None:
    """To an address that someone asked for although it belongs to another person already."""
    _send("address_taken", address, {"address": address}, person.language)


def send_address_changed(person: User, former: str) -> None:
    """To the former address, so that its owner can object."""
    _send("address_changed", former, {"person": person, "address": person.email}, person.language)


def send_factors_reset(person: User) -> None:
    _send("factors_reset", person.email, {"person": person}, person.language)
