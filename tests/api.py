"""A caller of the API: a person with a token, and a clock that stands where the test says."""

from __future__ import annotations

from contextlib import nullcontext
from datetime import datetime, timedelta
from typing import Any

import time_machine
from django.core.cache import cache
from django.test import Client

from accounts import services
from accounts.models import ApiToken, User

ROOT = "/api/v1/"


class Caller:
    """One person's token at the door; ``now`` is when their requests arrive."""

    def __init__(self, user: User | None, now: datetime | None = None) -> None:
        self.user, self.now = user, now
        self.client = Client()
        self.headers: dict[str, str] = {}
        if user is not None:
            cache.clear()
            with self._clock():
                _token, text = services.create_token(
                    person=user,
                    name="Test",
                    passed_mfa=True,
                    lifetime=timedelta(days=3650),
                    now=now or datetime.now().astimezone(),
                )
            # Its use is noted every five minutes: not in these tests, which count statements.
            ApiToken.objects.filter(user=user).update(
                last_used_at=datetime.fromisoformat("2100-01-01T00:00Z")
            )
            self.headers["Authorization"] = f"Bearer {text}"

    def _clock(self, now: datetime | None = None) -> Any:
        instant = now or self.now
        return time_machine.travel(instant, tick=False) if instant else nullcontext()

    def send(self, method: str, path: str, data: Any = None, *, now: datetime | None = None, **headers: str):
        """One request; headers as keywords: ``If_Match='"1-2"'``."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        url = path if path.startswith("/") else ROOT + path
        with self._clock(now):
            return self.client.generic(
                method,
                url,
                data=_json(data),
                content_type="application/json",
                headers={**self.headers, **named},
            )

    def get(self, path: str, *, now: datetime | None = None, **headers: str):
        return self.send("GET", path, now=now, **headers)

    def post(self, path: str, data: Any = None, *, now: datetime | None = None, **headers: str):
        return self.send("POST", path, {} if data is None else data, now=now, **headers)

    def etag(self, path: str, *, now: datetime | None = None) -> str:
        return str(self.get(path, now=now)["ETag"])


def _json(data: Any) -> str:
    import json

    return "" if data is None else json.dumps(data)
