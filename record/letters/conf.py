"""The settings of letters, with their defaults, in one place."""

from __future__ import annotations

from datetime import timedelta

from django.conf import settings

SKEW = timedelta(minutes=5)
"""How far another clock may be ahead, and how old the signature of a webhook may be (Standard Webhooks)."""


def default_carrier() -> str:
    """Who carries letters (``LETTER_CARRIER``)."""
    return str(getattr(settings, "LETTER_CARRIER", "hand"))


def letterhead() -> list[str]:
    """The lines of the letterhead (``LETTER_LETTERHEAD``, or that of the certificates)."""
    text = getattr(settings, "LETTER_LETTERHEAD", "") or getattr(settings, "CERTIFICATE_LETTERHEAD", "")
    return [line.strip() for line in text.split("|") if line.strip()]


def claim() -> timedelta:
    """How long a claim on a letter holds, and how long a carrier has to show a letter that it took
    (``LETTER_CLAIM_SECONDS``)."""
    return timedelta(seconds=getattr(settings, "LETTER_CLAIM_SECONDS", 600))


def look_every() -> timedelta:
    """How often a carrier is asked what became of a letter, where no webhook told it (``LETTER_LOOK_SECONDS``)."""
    return timedelta(seconds=getattr(settings, "LETTER_LOOK_SECONDS", 6 * 3600))


def most_attempts() -> int:
    """After how many attempts that a carrier did not take a person is asked (``LETTER_MOST_ATTEMPTS``)."""
    return int(getattr(settings, "LETTER_MOST_ATTEMPTS", 30))
