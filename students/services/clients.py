"""Funders' API clients: made, revoked, and given tokens for a while (OAuth 2.0, client credentials: RFC 6749, 4.4).

A secret is shown once, and only digests are kept. Secrets and tokens are random and long, so that a plain SHA-256
is enough: there is nothing to be guessed.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable
from datetime import datetime, timedelta
from hashlib import sha256

from django.db import transaction
from django.utils.crypto import constant_time_compare

from accounts.models import User
from accounts.services import IDEMPOTENCY_KEPT
from record.services import write
from record.types import NewEntry
from rulebook.errors import RuleError
from rulebook.marking import gettext_noop
from rulebook.policy import policy_at
from students.models import Funder, FunderClient, FunderRequest, FunderToken

LASTS = timedelta(hours=1)
"""How long a token opens anything."""


def digest_of(secret: str) -> str:
    return sha256(secret.encode()).hexdigest()


@transaction.atomic
def make_client(*, funder: Funder, label: str, by: User | None, now: datetime) -> tuple[FunderClient, str]:
    """A client of a funder, and its secret, which is told this once."""
    secret = secrets.token_urlsafe(32)
    client = FunderClient.objects.create(
        funder=funder,
        label=label.strip(),
        client_id=secrets.token_urlsafe(16),
        secret_digest=digest_of(secret),
        created_at=now,
        created_by=by,
    )
    write(entries=[_entry(client, "funder_client_made", by, now)], now=now)
    return client, secret


@transaction.atomic
def revoke_client(*, client_id: int, by: User | None, now: datetime) -> FunderClient:
    """From now on neither its secret nor any token of it opens anything."""
    client = FunderClient.objects.select_for_update(of=("self",)).select_related("funder").get(pk=client_id)
    if client.revoked_at is not None:
        raise RuleError("client", "2.7", gettext_noop("This client was revoked already."))
    client.revoked_at = now
    client.save(update_fields=["revoked_at"])
    client.tokens.all().delete()
    write(entries=[_entry(client, "funder_client_revoked", by, now)], now=now)
    return client


@transaction.atomic
def issue_token(*, client_id: str, secret: str, now: datetime) -> tuple[str, timedelta] | None:
    """A token for who knows a client's secret, or None: an unknown client and a wrong secret are the same."""
    client = FunderClient.objects.filter(client_id=client_id, revoked_at__isnull=True).first()
    # Compared in either case, so that the time it takes says nothing.
    known = constant_time_compare(digest_of(secret), client.secret_digest if client else digest_of(""))
    if client is None or not known:
        return None
    FunderToken.objects.filter(client=client, expires_at__lte=now).delete()
    token = secrets.token_urlsafe(32)
    FunderToken.objects.create(client=client, digest=digest_of(token), created_at=now, expires_at=now + LASTS)
    FunderClient.objects.filter(pk=client.pk).update(last_used_at=now)
    return token, LASTS


def client_of(token: str, now: datetime) -> FunderClient | None:
    """The client that a token stands for, while it lasts and the client is not revoked; one statement."""
    row = (
        FunderToken.objects.filter(
            digest=digest_of(token), expires_at__gt=now, client__revoked_at__isnull=True
        )
        .select_related("client__funder")
        .first()
    )
    return row.client if row else None


class KeyReused(Exception):
    """The Idempotency-Key belongs to another request."""


@transaction.atomic
def once(
    *, client: FunderClient, key: str, fingerprint: str, work: Callable[[], str], now: datetime
) -> tuple[str, bool]:
    """What ``work`` answers, in one transaction with it; the kept answer, and that it is one, where the key was used.

    One request of a client with a key at a time. A refusal keeps nothing. Raises KeyReused.
    """
    FunderClient.objects.select_for_update(no_key=True).get(pk=client.pk)
    FunderRequest.objects.filter(client=client, created_at__lte=now - IDEMPOTENCY_KEPT).delete()
    kept = FunderRequest.objects.filter(client=client, key=key).first()
    if kept is not None:
        if kept.fingerprint != fingerprint:
            raise KeyReused
        return kept.body, True
    body = work()
    FunderRequest.objects.create(client=client, key=key, fingerprint=fingerprint, body=body, created_at=now)
    return body, False


def _entry(client: FunderClient, kind: str, by: User | None, now: datetime) -> NewEntry:
    return NewEntry(
        subject_id=None,
        kind=kind,
        clause="2.7",
        policy_id=policy_at(now).id,
        happened_at=now,
        actor_id=by.pk if by else None,
        about=f"students.funderclient:{client.pk}",
        facts={"funder": client.funder.name, "label": client.label},
    )
