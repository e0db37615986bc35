"""E-mails about signing in, on their way out: sealed until they are sent, and gone from here afterwards.

A request only puts them here, whoever it is about: how long it takes tells nothing of who is enrolled (abuse 23), and a
mail server that is away undoes no change. They hold links that let in whoever opens them, so none is kept.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Sequence
from datetime import datetime, timedelta

from cryptography.fernet import InvalidToken
from django.core.mail import EmailMessage, EmailMultiAlternatives, get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.db import connection, transaction
from django.db.models import QuerySet

from accounts.models import WaitingMail
from accounts.sealing import vault

log = logging.getLogger(__name__)

PURPOSE = "accounts.outbox"
CLAIM = timedelta(minutes=2)
"""How long a try may take before another worker may make the next one."""
LONGEST_DELAY = timedelta(hours=1)
KEPT = timedelta(days=1)
"""After so long an e-mail about signing in is of no use: whoever waits has asked again."""


def put(message: EmailMessage, now: datetime) -> WaitingMail:
    """Leave an e-mail to be sent."""
    html = next((str(each[0]) for each in getattr(message, "alternatives", ()) if each[1] == "text/html"), "")
    told = {"to": list(message.to), "subject": str(message.subject), "body": str(message.body), "html": html}
    sealed = vault(PURPOSE).encrypt(json.dumps(told).encode()).decode()
    return WaitingMail.objects.create(sealed=sealed, created_at=now, next_attempt_at=now)


def due(now: datetime) -> QuerySet[WaitingMail]:
    """E-mails whose (next) try has come, oldest first."""
    return WaitingMail.objects.filter(next_attempt_at__lte=now).order_by("next_attempt_at", "pk")


def send(pks: Sequence[int], now: datetime) -> int:
    """Send these e-mails, those of them that nobody else has claimed; how many it dealt with."""
    claimed = _claim(pks, now)
    backend = get_connection()
    for row in claimed:
        if now - row.created_at > KEPT:
            log.error("an e-mail about signing in could not be sent for a day: given up")
        elif not _sent(row, backend):
            continue
        row.delete()
    return len(claimed)


def _claim(pks: Sequence[int], now: datetime) -> list[WaitingMail]:
    with transaction.atomic():
        rows = due(now).filter(pk__in=pks)
        if connection.features.has_select_for_update_skip_locked:
            rows = rows.select_for_update(skip_locked=True)
        claimed = list(rows)
        for row in claimed:
            row.attempts += 1
            row.next_attempt_at = now + min(CLAIM * 2 ** min(row.attempts - 1, 10), LONGEST_DELAY)
        WaitingMail.objects.bulk_update(claimed, ["attempts", "next_attempt_at"])
    return claimed


def _sent(row: WaitingMail, backend: BaseEmailBackend) -> bool:
    """Whether it is out, or can never be: then it is not tried again."""
    try:
        told = json.loads(vault(PURPOSE).decrypt(row.sealed.encode()))
    except InvalidToken:  # sealed under a key that is gone
        log.error("an e-mail about signing in cannot be opened: given up")
        return True
    message = EmailMultiAlternatives(told["subject"], told["body"], to=told["to"], connection=backend)
    if told["html"]:
        message.attach_alternative(told["html"], "text/html")
    try:
        message.send()
    except OSError as error:  # smtplib's errors are OSErrors too
        log.warning("an e-mail about signing in was not sent: %s", type(error).__name__)
        return False
    return True
