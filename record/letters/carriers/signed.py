"""Webhooks about letters that are signed as a whole (Standard Webhooks): what they say is taken at its word."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

from record.letters.types import Forged, News, Notice
from record.models import EventKind
from record.webhooks import signing

from .base import Received


def read(received: Received, secret: str, now: datetime) -> list[Notice]:
    """The notice of ``{"type": "letter.<kind>", "timestamp": …, "data": {"letter", "key", "event"}}``."""
    try:
        notice_id = signing.check(secret, received.headers, received.body, now)
        said: dict[str, Any] = json.loads(received.body)
        family, _, kind = str(said["type"]).partition(".")
        happened_at = datetime.fromisoformat(str(said["timestamp"]))
        data = said["data"]
        news = News(kind, happened_at, str(data["event"])[:200], received.body.decode()[:4000])
        key, provider_id = str(data["key"]), str(data["letter"])
    except signing.BadSignature as error:
        raise Forged(str(error)) from error
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise Forged(f"it cannot be read: {type(error).__name__}") from error
    if family != "letter" or kind not in EventKind.values or happened_at.utcoffset() is None:
        raise Forged("it tells of nothing that happens to a letter")
    return [Notice(notice_id[:200], provider_id=provider_id, key=key, news=(news,))]
