"""The session engine: Django's database sessions, with their owner and device as columns."""

from __future__ import annotations

from contextvars import ContextVar
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore as DatabaseStore
from django.utils import timezone
from django.utils.dateparse import parse_datetime

if TYPE_CHECKING:
    from accounts.models import User

# The owner that came with the session which is being asked who its user is: set by the middleware for the
# length of that question, so that the authentication backend need not ask the database again.
loaded_owner: ContextVar[User | None] = ContextVar("loaded_owner", default=None)

# Where a session's data keep what its row shows: {"agent": str, "ip": str, "at": ISO, "seen": ISO}.
DEVICE_KEY = "accounts.device"


class SessionStore(DatabaseStore):
    """Database sessions whose owner can be asked for.

    Not `cached_db`: a cache that was away while a session ended would give it back later (abuse 71). The
    price is one look-up by primary key a request, which brings the owner and their roles along.
    """

    # As the row stood when this request read it.
    owner: User | None = None
    owner_id: int | None = None
    last_seen_at: datetime | None = None

    @classmethod
    def get_model_class(cls) -> type:
        from accounts.models import Session

        return Session

    def _get_session_from_db(self) -> Any:
        from accounts.selectors import session_with_owner

        # A session engine is an edge of its own: Django asks it without an instant.
        row = session_with_owner(str(self.session_key), timezone.now())  # noqa: TID251 — a session is read at the edge
        if row is None:
            self._session_key = None
            return None
        self.owner, self.owner_id, self.last_seen_at = row.user, row.user_id, row.last_seen_at
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
