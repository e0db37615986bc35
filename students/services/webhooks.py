"""Where a body that pays wants its copies of decisions by webhook (4.1, B6)."""

from __future__ import annotations

from datetime import datetime

from django.core.exceptions import PermissionDenied

from accounts.models import User
from accounts.permissions import is_administrator
from record.models import WebhookEndpoint
from record.webhooks import services
from students.models import Funder

PREFIX = "students.funder:"


def owner_of(funder: Funder) -> str:
    """Whose webhook endpoint it is."""
    return f"{PREFIX}{funder.pk}"


def funder_of(endpoint: WebhookEndpoint) -> int | None:
    kind, _colon, pk = endpoint.owner.partition(":")
    return int(pk) if f"{kind}:" == PREFIX and pk.isdigit() else None


def open_funder_webhook(*, funder: Funder, url: str, by: User, now: datetime) -> tuple[WebhookEndpoint, str]:
    """Name a funder's address, in place of the one before. By administrators; raises ``RuleError`` on ``url``."""
    if not is_administrator(by):
        raise PermissionDenied
    return services.open_endpoint(owner=owner_of(funder), url=url, by=by, now=now)


def close_funder_webhook(*, endpoint_id: int, by: User, now: datetime) -> WebhookEndpoint:
    if not is_administrator(by):
        raise PermissionDenied
    return services.revoke_endpoint(endpoint_id=endpoint_id, by=by, now=now)
