"""Ways out of the platform. A channel has one adapter; e-mail is built in, letters and webhooks add
theirs."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from email.mime.text import MIMEText
from smtplib import SMTPRecipientsRefused
from types import TracebackType
from typing import Protocol, Self

from django.core.exceptions import ValidationError
from django.core.mail import EmailMultiAlternatives, get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.core.validators import validate_email

from . import conf
from .attachments import Attachment
from .rendering import Content


class Refused(Exception):
    """The message can never go out as it is; trying again is of no use until a person changes something."""


class Unreachable(Exception):
    """The provider cannot be reached at all; the other messages of the batch need not wait for it either."""


@dataclass(frozen=True, slots=True)
class Outgoing:
    """What an adapter is given."""

    occasion: str
    address: str
    content: Content


class Channel(Protocol):
    """A connection to a provider, for the length of one batch."""

    def __enter__(self) -> Self: ...

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None: ...

    def deliver(self, outgoing: Outgoing) -> str:
        """Hand one message over and return the provider's id of it. Raises Refused (for good), Unreachable
        (all of them), or anything else (this one, for now). The same occasion may come twice, after a
        crash: an adapter gives the provider a key made from it, so that it can drop the second."""
        ...


def message_id(occasion: str) -> str:
    """The Message-ID of an occasion: always the same, so that a provider and a mail program know a
    repetition."""
    digest = hashlib.sha256(occasion.encode()).hexdigest()[:40]
    return f"<{digest}@{conf.message_domain()}>"


class Email:
    """E-mail through Django's backend; one connection a batch, opened at the first message."""

    def __init__(self) -> None:
        self._backend: BaseEmailBackend = get_connection()
        self._open = False

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._open:
            self._backend.close()

    def deliver(self, outgoing: Outgoing) -> str:
        mail = EmailMultiAlternatives(
            subject=outgoing.content.subject,
            body=outgoing.content.text,
            to=[checked(outgoing.address)],
            connection=self._backend,
            headers={
                "Message-ID": message_id(outgoing.occasion),
                "Auto-Submitted": "auto-generated",
            },
        )
        if outgoing.content.html:
            mail.attach_alternative(outgoing.content.html, "text/html")
        for each in outgoing.content.attachments:
            mail.attach(_part(each))
        if not self._open:
            try:
                self._backend.open()
            except OSError as error:  # smtplib's errors are OSErrors too
                raise Unreachable(f"{type(error).__name__}: {error}") from error
            self._open = True
        try:
            mail.send()
        except SMTPRecipientsRefused as error:
            if all(code >= 500 for code, _ in error.recipients.values()):
                raise Refused(str(error)) from error
            raise
        except Exception:
            # Who knows what the connection has seen: the next message gets a new one.
            self._backend.close()
            self._open = False
            raise
        return message_id(outgoing.occasion)


def _part(attachment: Attachment) -> MIMEText:
    """A small text as a part of its own; a calendar's says its method, so that a mail program offers it."""
    part = MIMEText(attachment.body, attachment.content_type.partition("/")[2], "utf-8")
    if attachment.method:
        part.set_param("method", attachment.method)
    part.add_header("Content-Disposition", "attachment", filename=attachment.name)
    return part


def checked(address: str) -> str:
    """An address fit for a header. One that is none, or would be two, is refused (abuse 65); no name stands
    beside it."""
    try:
        validate_email(address)
    except ValidationError as error:
        raise Refused(f"{address!r} is no address") from error
    return address


_channels: dict[str, Callable[[], Channel]] = {"email": Email}


def register(name: str, channel: Callable[[], Channel]) -> None:
    """Give a channel its adapter; called by the app that brings it, when it is ready."""
    _channels[name] = channel


def get_channel(name: str) -> Channel:
    """A new connection of this channel; Refused where there is no adapter."""
    if name not in _channels:
        raise Refused(f"there is no channel {name!r}")
    return _channels[name]()
