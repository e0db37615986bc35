"""A message's words: its templates, in the recipient's language and time zone."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.conf import settings
from django.template import Context
from django.template.loader import get_template
from django.utils import timezone, translation

from accounts.models import User

from .attachments import Attachment, attachments_of

KIND = re.compile(r"[a-z][a-z0-9_]*\Z")
LONGEST_SUBJECT = 255


@dataclass(frozen=True, slots=True)
class Outsider:
    """A recipient without an account: in the platform's language and time zone."""

    email: str
    full_name: str
    given_name: str = ""
    language: str = field(default_factory=lambda: settings.LANGUAGE_CODE)
    time_zone: str = field(default_factory=lambda: settings.TIME_ZONE)


Reader = User | Outsider


@dataclass(frozen=True, slots=True)
class Content:
    """A message as it is sent."""

    subject: str
    text: str
    html: str
    attachments: tuple[Attachment, ...] = ()


def render(kind: str, context: str, recipient: Reader) -> Content:
    """The content of a message of this kind.

    Templates get plain values only (the stored context, the recipient's names, the site's name and
    address): no object that a placeholder could walk into (abuse 63). Values that people wrote are never
    themselves read as templates, are escaped in HTML, and cannot begin a header (abuse 65).
    """
    if not KIND.match(kind):
        raise ValueError(f"{kind!r} is no kind of message")
    values: dict[str, Any] = {
        "SITE_NAME": settings.SITE_NAME,
        "SITE_URL": settings.SITE_URL,
        "recipient": {
            "name": one_line(recipient.full_name),
            "given_name": one_line(recipient.given_name),
        },
        "time_zone": recipient.time_zone,
        **instants(json.loads(context)),
    }
    with translation.override(language_of(recipient)), timezone.override(zone_of(recipient)):
        return Content(
            subject=one_line(_filled(f"messages/{kind}.subject.txt", values, escape=False))[:LONGEST_SUBJECT],
            text=_tidied(_filled(f"messages/{kind}.txt", values, escape=False)),
            html=_filled(f"messages/{kind}.html", values, escape=True),
            attachments=attachments_of(kind, values, recipient) if isinstance(recipient, User) else (),
        )


def instants(value: Any, key: str = "") -> Any:
    """A stored value with every ISO string under a key ending ``_at`` as an aware datetime."""
    if isinstance(value, Mapping):
        return {name: instants(inner, name) for name, inner in value.items()}
    if isinstance(value, list):
        return [instants(inner, key) for inner in value]
    if isinstance(value, str) and key.endswith("_at"):
        try:
            at = datetime.fromisoformat(value)
        except ValueError:
            return value
        return at if at.tzinfo is not None else value
    return value


def zone_of(person: Reader) -> ZoneInfo:
    """The person's time zone, or the platform's where theirs is not known."""
    try:
        return ZoneInfo(person.time_zone)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return ZoneInfo(settings.TIME_ZONE)


def language_of(person: Reader) -> str:
    """The person's language where the platform speaks it."""
    return person.language if person.language in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE


def one_line(text: str) -> str:
    """Text without line breaks and other control characters: what stands in a header."""
    plain = "".join(" " if unicodedata.category(c) in ("Cc", "Zl", "Zp") else c for c in text)
    return " ".join(plain.split())


def _filled(name: str, values: dict[str, Any], *, escape: bool) -> str:
    # The backend's wrapper always escapes; plain text must not show "&amp;".
    template: Any = get_template(name)
    return str(template.template.render(Context(values, autoescape=escape)))


def _tidied(text: str) -> str:
    """Plain text without the blank lines that empty blocks leave behind."""
    return re.sub(r"\n[ \t]*(\n[ \t]*)+", "\n\n", text).strip() + "\n"
