"""A worker that takes no more wake-ups ends itself, and whoever started it starts it anew.

Workers of Celery on Redis have a history of going deaf after their broker failed: alive, connected, silent. The one
way that is known here is mended (`policy_portal.broker`); this is for those that are not. systemd, Docker and
`script/server` all start a worker again that ended. What it was doing is rolled back and done by the next.
"""

from __future__ import annotations

import logging
import os
import threading
import time
from collections.abc import Callable

from celery import Celery
from celery.worker import state
from django.conf import settings
from redis import Redis
from redis.backoff import NoBackoff
from redis.exceptions import RedisError
from redis.retry import Retry

log = logging.getLogger(__name__)

PATIENCE = 90.0
"""Seconds for which wake-ups may wait; Celery itself waits up to half a minute between two tries to connect."""
TICKS = 6
EXIT_CODE = 70  # sysexits.h: an internal error of the software


class Watchdog(threading.Thread):
    """Looks now and then whether wake-ups wait while this worker does nothing, or nothing new.

    ``waiting`` says how many wait for a worker (0 when nobody can tell), ``running`` which tasks run in this one.
    A task may run for ``time_limit`` seconds before it counts as nothing new.
    """

    def __init__(
        self,
        *,
        waiting: Callable[[], int],
        running: Callable[[], frozenset[str]],
        end: Callable[[], None],
        every: float,
        patience: float,
        time_limit: float,
    ) -> None:
        super().__init__(name="watchdog", daemon=True)
        self._waiting, self._running, self._end = waiting, running, end
        self._every, self._patience, self._time_limit = every, patience, time_limit
        self._seen: frozenset[str] = frozenset()
        self._since = time.monotonic()

    def run(self) -> None:
        pause = threading.Event()
        while not pause.wait(self._every):
            if self.is_deaf(time.monotonic()):
                self._end()

    def is_deaf(self, now: float) -> bool:
        """Whether at every look for longer than the patience wake-ups waited, and nothing began or ended here."""
        running = self._running()
        if running != self._seen or not self._waiting():
            self._seen, self._since = running, now
        return now - self._since > self._patience + (self._time_limit if running else 0)


def start(app: Celery) -> Watchdog:
    """Watch over the worker of this process."""
    tick = float(settings.ENFORCEMENT_TICK_SECONDS)
    broker = Redis.from_url(
        settings.REDIS_URL, socket_timeout=1, socket_connect_timeout=1, retry=Retry(NoBackoff(), 0)
    )

    def waiting() -> int:
        try:
            return int(broker.llen(app.conf.task_default_queue))
        except (RedisError, OSError):
            return 0

    watchdog = Watchdog(
        waiting=waiting,
        running=lambda: frozenset(request.id for request in tuple(state.active_requests)),
        end=end,
        every=min(tick, 5.0),
        patience=max(PATIENCE, TICKS * tick),
        time_limit=float(app.conf.task_time_limit),
    )
    watchdog.start()
    return watchdog


def end() -> None:
    log.critical("this worker takes no wake-ups although some wait; it ends, to be started anew")
    logging.shutdown()
    os._exit(EXIT_CODE)  # its main thread may hang, and would not end in any other way
