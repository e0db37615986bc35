"""The sending of webhooks: claim, send, mark, as the outbox does with messages.

An endpoint that answers 2xx has it. Anything else is tried again, ever more slowly, for about a day; the body and
the id stay the same in every byte, so that the other side knows a repetition, and the signature is that of the attempt.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from datetime import datetime, timedelta
from time import monotonic

from django.db import connection, transaction
from django.db.models import QuerySet

from record import conf, http
from record.models import WebhookDelivery
from record.outbox import delay

from . import services, signing
from .addresses import NotPublic, resolve

log = logging.getLogger(__name__)

TIMEOUT = 10.0
"""Seconds that an endpoint has to answer."""
ANSWER = 64 * 1024
GONE = 410


def due(now: datetime) -> QuerySet[WebhookDelivery]:
    """Deliveries whose (next) attempt has come, oldest first; served by the index record_delivery_due."""
    waiting = WebhookDelivery.objects.filter(state=WebhookDelivery.State.PENDING, next_attempt_at__lte=now)
    return waiting.order_by("next_attempt_at")


def send(pks: Sequence[int], now: datetime) -> int:
    """Send these deliveries, those of them that nobody else has claimed."""
    started = monotonic()
    rows = _claim(pks, now)
    for row in rows:
        at = now + timedelta(seconds=monotonic() - started)
        try:
            status = _post(row, at)
        except (NotPublic, http.NotConnected, http.Broken, OSError) as error:
            _failed(row, at, None, f"{type(error).__name__}: {error}")
        except Exception as error:
            log.exception("webhook %s", row.pk)
            _failed(row, at, None, f"{type(error).__name__}: {error}")
        else:
            if 200 <= status < 300:
                _mine(row).update(
                    state=WebhookDelivery.State.SENT, sent_at=at, last_status=status, last_error=""
                )
            else:
                _failed(row, at, status, f"it answered {status}", for_good=status == GONE)
    return len(rows)


def _claim(pks: Sequence[int], now: datetime) -> list[WebhookDelivery]:
    with transaction.atomic():
        rows = due(now).filter(pk__in=pks).select_related("endpoint")
        if connection.features.has_select_for_update_skip_locked:
            rows = rows.select_for_update(skip_locked=True, of=("self",))
        claimed = list(rows)
        for row in claimed:
            row.attempts += 1
            row.next_attempt_at = now + conf.claim()
        WebhookDelivery.objects.bulk_update(claimed, ["attempts", "next_attempt_at"])
    return claimed


def _post(row: WebhookDelivery, at: datetime) -> int:
    """One attempt; no redirect is followed, and only to an address that was just found to be public (abuse 66)."""
    if row.endpoint.revoked_at is not None:
        return GONE
    body = row.body.encode()
    address = resolve(row.endpoint.url)
    signed = signing.headers(services.secret_of(row.endpoint), f"msg_{row.key.hex}", at, body)
    answer = http.request(
        "POST",
        row.endpoint.url,
        headers={"Content-Type": "application/json", "User-Agent": "PolicyPortal-Webhooks/1", **signed},
        body=body,
        timeout=TIMEOUT,
        connect_to=address,
        most=ANSWER,
    )
    return answer.status


def _mine(row: WebhookDelivery) -> QuerySet[WebhookDelivery]:
    """The delivery, if the claim on it is still the one that this attempt made."""
    return WebhookDelivery.objects.filter(
        pk=row.pk, state=WebhookDelivery.State.PENDING, attempts=row.attempts
    )


def _failed(
    row: WebhookDelivery, at: datetime, status: int | None, why: str, *, for_good: bool = False
) -> None:
    over = for_good or row.attempts >= conf.most_attempts()
    state = WebhookDelivery.State.FAILED if over else WebhookDelivery.State.PENDING
    _mine(row).update(
        state=state,
        next_attempt_at=at + delay(row.occasion, row.attempts),
        last_status=status,
        last_error=why[:2000],
    )
