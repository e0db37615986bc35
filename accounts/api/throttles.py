"""How often a person may ask: reads and writes each have a count a minute.

A count is kept in the cache, and a cache that is away lets everybody through: these limits keep a runaway
client from being a burden, and no rule hangs on them.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

import structlog
from django.conf import settings
from django.core.cache import cache
from django.utils import timezone
from rest_framework.permissions import SAFE_METHODS
from rest_framework.request import Request
from rest_framework.throttling import BaseThrottle

log = structlog.get_logger(__name__)
WINDOW = 60  # seconds


class PerPerson(BaseThrottle):
    """At most API_READS_PER_MINUTE and API_WRITES_PER_MINUTE by one person, over all their tokens."""

    _left = WINDOW

    def allow_request(self, request: Request, view: Any) -> bool:
        scope = "reads" if request.method in SAFE_METHODS else "writes"
        most = settings.API_READS_PER_MINUTE if scope == "reads" else settings.API_WRITES_PER_MINUTE
        if not most or not request.user.is_authenticated:
            return True
        second = int(timezone.now().timestamp())
        self._left = WINDOW - second % WINDOW
        try:
            return _count(f"api:{scope}:{request.user.pk}:{second // WINDOW}") <= most
        except Exception as error:
            log.warning("throttle_away", error=repr(error))
            return True

    def wait(self) -> float:
        return self._left


def within(whom: str, *, write: bool, now: datetime) -> int:
    """Count a request of somebody without an account (a funder's client, an address); the seconds to wait where it is
    one too many in this minute, else 0."""
    most = settings.API_WRITES_PER_MINUTE if write else settings.API_READS_PER_MINUTE
    second = int(now.timestamp())
    if not most:
        return 0
    try:
        passed = _count(f"api:{'writes' if write else 'reads'}:{whom}:{second // WINDOW}")
    except Exception as error:
        log.warning("throttle_away", error=repr(error))
        return 0
    return 0 if passed <= most else WINDOW - second % WINDOW


def _count(key: str) -> int:
    if cache.add(key, 1, timeout=2 * WINDOW):
        return 1
    try:
        return cache.incr(key)
    except ValueError:  # it was lost in between
        return 1
