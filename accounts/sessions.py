"""The session engine: Django's database sessions, with their owner and device as columns."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore as DatabaseStore
from django.utils.dateparse import parse_datetime

# Where a session's data keep what its row shows: {"agent": str, "ip": str, "at": ISO, "seen": ISO}.
DEVICE_KEY = "accounts.device"


class SessionStore(DatabaseStore):
    """Database sessions whose owner can be asked for.

    Not `cached_db`: a cache that was away while a session ended would give it back later (abuse 71);
    one look-up by primary key a request is the price.
    """

    # As the row stood when this request read it.
    owner_id: int | None = None
    last_seen_at: datetime | None = None

    @classmethod
    def get_model_class(cls) -> type:
        from accounts.models import Session

        return Session

    def _get_session_from_db(self) -> Any:
        row = super()._get_session_from_db()  # type: ignore[misc]  # the stubs leave it out
        if row is not None:
            self.owner_id = row.user_id
            self.last_seen_at = row.last_seen_at
        return row

    def create_model_instance(self, data: dict[str, Any]) -> Any:
        row: Any = super().create_model_instance(data)
        owner = data.get(SESSION_KEY)
        device = data.get(DEVICE_KEY) or {}
        row.user_id = int(owner) if owner else None
        row.device = device.get("agent", "")
        row.ip = device.get("ip") or None
        row.signed_in_at = parse_datetime(device.get("at", ""))
        # What LastSeen wrote since is kept when the session is saved again.
        row.last_seen_at = (owner and self.last_seen_at) or parse_datetime(device.get("seen", ""))
        return row
