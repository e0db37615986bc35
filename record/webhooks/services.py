"""Endpoints that others have named, and the events that go to them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_noop

from accounts.models import User
from accounts.sealing import vault
from record.canonical import iso, to_json
from record.models import WebhookDelivery, WebhookEndpoint
from record.services import write
from record.types import NewEntry
from rulebook.errors import RuleError
from rulebook.policy import policy_at

from . import signing
from .addresses import NotPublic, checked_url, resolve

CLAUSE = "4.1"
VAULT = "record.webhooks"


@transaction.atomic
def open_endpoint(*, owner: str, url: str, by: User, now: datetime) -> tuple[WebhookEndpoint, str]:
    """Name the address for an owner's events, in place of the one before; returns its secret, which is shown once.

    Raises ``RuleError`` on ``url`` where it is none of the public internet (abuse 66).
    """
    try:
        checked_url(url)
        resolve(url)
    except NotPublic as error:
        raise RuleError(
            "url", CLAUSE, gettext_noop("This address cannot be used: %(why)s."), {"why": str(error)}
        ) from error
    _revoke(
        WebhookEndpoint.objects.select_for_update().filter(owner=owner, revoked_at__isnull=True).first(),
        by,
        now,
    )
    secret = signing.new_secret()
    row = WebhookEndpoint.objects.create(
        owner=owner, url=url, sealed_secret=_seal(secret), created_at=now, created_by=by
    )
    _note(row, "webhook_endpoint_opened", by, now)
    return row, secret


@transaction.atomic
def revoke_endpoint(*, endpoint_id: int, by: User, now: datetime) -> WebhookEndpoint:
    """Close an address; what waits for it fails and is seen to by people."""
    row = WebhookEndpoint.objects.select_for_update().get(pk=endpoint_id)
    if row.revoked_at is not None:
        raise RuleError("endpoint", CLAUSE, gettext_noop("This address was closed already."))
    _revoke(row, by, now)
    return row


def _revoke(row: WebhookEndpoint | None, by: User, now: datetime) -> None:
    if row is None:
        return
    row.revoked_at = now
    row.save(update_fields=["revoked_at"])
    _note(row, "webhook_endpoint_closed", by, now)


def _note(row: WebhookEndpoint, kind: str, by: User, now: datetime) -> None:
    """In the school's chain: who gets events is a decision about everybody whom they are about."""
    facts = {"owner": row.owner, "url": row.url}
    entry = NewEntry(
        subject_id=None,
        kind=kind,
        clause=CLAUSE,
        policy_id=policy_at(now).id,
        happened_at=now,
        actor_id=by.pk,
        about=f"record.webhookendpoint:{row.pk}",
        facts=facts,
    )
    write(entries=[entry], now=now)


def endpoint_of(owner: str) -> WebhookEndpoint | None:
    return WebhookEndpoint.objects.filter(owner=owner, revoked_at__isnull=True).first()


def queue_event(
    *,
    endpoint: WebhookEndpoint,
    occasion: str,
    kind: str,
    happened_at: datetime,
    data: Mapping[str, Any],
    due_at: datetime,
    now: datetime,
) -> None:
    """Put an event into the queue, inside the caller's transaction; one that is there for its occasion is left."""
    body = to_json({"type": kind, "timestamp": iso(happened_at), "data": dict(data)})
    WebhookDelivery.objects.bulk_create(
        [
            WebhookDelivery(
                endpoint=endpoint,
                occasion=occasion,
                kind=kind,
                body=body,
                due_at=due_at,
                created_at=now,
                next_attempt_at=due_at,
            )
        ],
        ignore_conflicts=True,
    )


def secret_of(endpoint: WebhookEndpoint) -> str:
    return vault(VAULT).decrypt(endpoint.sealed_secret.encode()).decode()


def _seal(secret: str) -> str:
    return vault(VAULT).encrypt(secret.encode()).decode()


@transaction.atomic
def retry_delivery(*, delivery_id: int, by: User, now: datetime) -> WebhookDelivery:
    """Send again what could not be sent, to the owner's address of today."""
    row = (
        WebhookDelivery.objects.select_for_update(of=("self",))
        .select_related("endpoint")
        .filter(pk=delivery_id, state=WebhookDelivery.State.FAILED)
        .first()
    )
    open_one = endpoint_of(row.endpoint.owner) if row else None
    if row is None or open_one is None:
        raise RuleError(
            "delivery", CLAUSE, gettext_noop("Only what failed is sent again, and only to an open address.")
        )
    row.endpoint, row.state, row.attempts, row.next_attempt_at = (
        open_one,
        WebhookDelivery.State.PENDING,
        0,
        now,
    )
    row.save(update_fields=["endpoint", "state", "attempts", "next_attempt_at"])
    return row
