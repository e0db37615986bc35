"""The settings of the record and its outbox, with their defaults, in one place."""

from __future__ import annotations

from datetime import timedelta
from email.utils import parseaddr

from django.conf import settings


def claim() -> timedelta:
    """How long a claim on a message holds (``RECORD_CLAIM_SECONDS``): longer than a batch can take to
    send."""
    return timedelta(seconds=getattr(settings, "RECORD_CLAIM_SECONDS", 300))


def send_batch() -> int:
    """How many messages one claim takes (``RECORD_SEND_BATCH``)."""
    return int(getattr(settings, "RECORD_SEND_BATCH", 25))


def most_attempts() -> int:
    """After how many attempts a message waits for a person instead (``RECORD_MOST_ATTEMPTS``); twelve take
    about a day."""
    return int(getattr(settings, "RECORD_MOST_ATTEMPTS", 12))


def checkpoint_every() -> timedelta:
    """How often the heads of the chains are signed (``RECORD_CHECKPOINT_SECONDS``)."""
    return timedelta(seconds=getattr(settings, "RECORD_CHECKPOINT_SECONDS", 3600))


def message_domain() -> str:
    """The right side of a Message-ID (``RECORD_MESSAGE_DOMAIN``, or the sender's own)."""
    sender = parseaddr(settings.DEFAULT_FROM_EMAIL)[1]
    return getattr(settings, "RECORD_MESSAGE_DOMAIN", "") or sender.rpartition("@")[2] or "localhost"
