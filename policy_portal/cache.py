"""The cache: Redis or Valkey while it answers at once, and this process's own memory while it does not.

Nothing that has to be true is kept here (the database has that), only counters of throttles and the like. So
a cache that is frozen or gone costs one caller a quarter of a second, and everybody after that nothing.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Iterable, Mapping
from typing import Any

import structlog
from django.core.cache.backends.base import DEFAULT_TIMEOUT, BaseCache
from django.core.cache.backends.locmem import LocMemCache
from django.core.cache.backends.redis import RedisCache
from redis import Redis
from redis.backoff import NoBackoff
from redis.exceptions import RedisError
from redis.retry import Retry

log = structlog.get_logger(__name__)

PATIENCE = 0.25  # seconds that one caller waits for the far cache
PROBE_EVERY = 2.0  # seconds between two looks at a far cache that failed

_circuits: dict[str, Circuit] = {}
_circuits_lock = threading.Lock()


def _connection_options() -> dict[str, Any]:
    return {
        "socket_timeout": PATIENCE,
        "socket_connect_timeout": PATIENCE,
        "retry": Retry(NoBackoff(), 0),
        "health_check_interval": 0,
    }


class Circuit:
    """Whether the far cache is asked. The first failure opens it; a thread of its own looks when to close it.

    One a process and address, shared by all threads.
    """

    def __init__(self, probe: Callable[[], object], on_close: Callable[[], object], every: float) -> None:
        self._probe = probe
        self._on_close = on_close
        self._every = every
        self._lock = threading.Lock()
        self._open = False
        self._prober: threading.Thread | None = None

    @property
    def is_open(self) -> bool:
        if self._open and (self._prober is None or not self._prober.is_alive()):
            self._watch()  # a fork took the state along, and not the thread
        return self._open

    def trip(self, error: Exception) -> None:
        with self._lock:
            if self._open:
                return
            self._open = True
        log.warning("cache_away", error=repr(error), pid=os.getpid())
        self._watch()

    def _watch(self) -> None:
        with self._lock:
            if not self._open or (self._prober is not None and self._prober.is_alive()):
                return
            self._prober = threading.Thread(target=self._wait_for_answer, name="cache-probe", daemon=True)
            self._prober.start()

    def _wait_for_answer(self) -> None:
        pause = threading.Event()
        while True:
            pause.wait(self._every)
            try:
                self._probe()
            except (RedisError, OSError):
                continue
            break
        self._on_close()
        with self._lock:
            self._open = False
        log.info("cache_back", pid=os.getpid())


class FailOpenCache(BaseCache):
    """Django's cache on Redis, with local memory to fall back on.

    What was written meanwhile is forgotten when the far cache is back: counters start over, nothing else.
    """

    def __init__(self, location: str, params: dict[str, Any]) -> None:
        super().__init__(params)
        # Room for the counts of a burst: Django's 300 would let an attacker push their own count out.
        self._near = LocMemCache(f"near {location}", {**params, "max_entries": 50_000})
        options = {**params.get("OPTIONS", {}), **_connection_options()}
        self._far = RedisCache(location, {**params, "OPTIONS": options})
        with _circuits_lock:
            if location not in _circuits:
                prober = Redis.from_url(location, **_connection_options())
                _circuits[location] = Circuit(prober.ping, self._near.clear, PROBE_EVERY)
            self._circuit = _circuits[location]

    def _ask(self, method: str, *args: Any, **kwargs: Any) -> Any:
        if not self._circuit.is_open:
            try:
                return getattr(self._far, method)(*args, **kwargs)
            except (RedisError, OSError) as error:
                self._circuit.trip(error)
        return getattr(self._near, method)(*args, **kwargs)

    def add(self, key: Any, value: Any, timeout: Any = DEFAULT_TIMEOUT, version: int | None = None) -> bool:
        return bool(self._ask("add", key, value, timeout=timeout, version=version))

    def get(self, key: Any, default: Any = None, version: int | None = None) -> Any:
        return self._ask("get", key, default=default, version=version)

    def set(self, key: Any, value: Any, timeout: Any = DEFAULT_TIMEOUT, version: int | None = None) -> None:
        self._ask("set", key, value, timeout=timeout, version=version)

    def touch(self, key: Any, timeout: Any = DEFAULT_TIMEOUT, version: int | None = None) -> bool:
        return bool(self._ask("touch", key, timeout=timeout, version=version))

    def delete(self, key: Any, version: int | None = None) -> bool:
        return bool(self._ask("delete", key, version=version))

    def get_many(self, keys: Iterable[Any], version: int | None = None) -> dict[Any, Any]:
        found: dict[Any, Any] = self._ask("get_many", list(keys), version=version)
        return found

    def has_key(self, key: Any, version: int | None = None) -> bool:
        return bool(self._ask("has_key", key, version=version))

    def incr(self, key: Any, delta: int = 1, version: int | None = None) -> int:
        return int(self._ask("incr", key, delta=delta, version=version))

    def set_many(
        self, data: Mapping[Any, Any], timeout: Any = DEFAULT_TIMEOUT, version: int | None = None
    ) -> list[Any]:
        failed: list[Any] = self._ask("set_many", dict(data), timeout=timeout, version=version)
        return failed

    def delete_many(self, keys: Iterable[Any], version: int | None = None) -> None:
        self._ask("delete_many", list(keys), version=version)

    def clear(self) -> None:
        """Forget every key of this cache; the broker shares the database, so it is never flushed whole."""
        self._near.clear()
        if self._circuit.is_open:
            return
        try:
            client = self._far._cache.get_client(write=True)
            for key in client.scan_iter(match=f"{self.key_prefix}:*", count=500):
                client.delete(key)
        except (RedisError, OSError) as error:
            self._circuit.trip(error)
