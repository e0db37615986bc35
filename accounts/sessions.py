"""The session engine: Django's database sessions, with their owner and device as columns."""

from __future__ import annotations

from typing import Any

from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore as DatabaseStore
from django.utils.dateparse import parse_datetime

# Where a session keeps what the sessions page shows: {"agent": str, "ip": str, "at": ISO, "seen": ISO}.
DEVICE_KEY = "accounts.device"


class SessionStore(DatabaseStore):
    """Database sessions whose owner can be asked for.

    Not `cached_db`: a cache that was away while a session ended would give it back later (abuse 71);
    one look-up by primary key a request is the price.
    """

    @classmethod
    def get_model_class(cls) -> type:
        from accounts.models import Session

        return Session

    def create_model_instance(self, data: dict[str, Any]) -> Any:
        row = super().create_model_instance(data)
        owner = data.get(SESSION_KEY)
        row.user_id = int(owner) if owner else None
        device = data.get(DEVICE_KEY) or {}
        row.device = device.get("agent", "")
        row.ip = device.get("ip") or None
        row.signed_in_at = parse_datetime(device.get("at", ""))
        row.last_seen_at = parse_datetime(device.get("seen", ""))
        return row
