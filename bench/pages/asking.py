"""Requests to a WSGI application without a socket: the same way for the floor and for the platform."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from statistics import median
from time import perf_counter
from typing import Any
from wsgiref.util import setup_testing_defaults

Application = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]


class Way:
    """One way to answer, by its name: an application, an address and what the client sends along."""

    def __init__(
        self, name: str, application: Application, path: str, headers: Mapping[str, str] | None = None
    ) -> None:
        self.name = name
        self._application = application
        self._environ: dict[str, Any] = {"PATH_INFO": path, "HTTP_HOST": "localhost"}
        setup_testing_defaults(self._environ)
        for header, value in (headers or {}).items():
            self._environ[f"HTTP_{header.upper()}"] = value

    def ask(self) -> bytes:
        """The body of the answer, read to its end; anything but 200 stops the benchmark."""
        statuses: list[str] = []

        def start(status: str, headers: Any, exc_info: Any = None) -> None:
            statuses.append(status)

        answer = self._application(dict(self._environ), start)
        try:
            body = b"".join(answer)
        finally:
            if close := getattr(answer, "close", None):
                close()
        if statuses != ["200 OK"]:
            raise SystemExit(f"{self.name}: {statuses} {body[:300]!r}")
        return body

    def rate(self, requests: int) -> float:
        """Requests a second, one after the other."""
        started = perf_counter()
        for _ in range(requests):
            self.ask()
        return requests / (perf_counter() - started)


def compare(ways: list[Way], rounds: int, requests: int) -> dict[str, float]:
    """The median rate of each way; the ways take turns, so that a slow moment of the machine meets them all."""
    for way in ways:
        way.rate(max(2, requests // 10))
    found: dict[str, list[float]] = {way.name: [] for way in ways}
    for number in range(rounds):
        for way in ways if number % 2 else reversed(ways):
            found[way.name].append(way.rate(requests))
    return {name: median(rates) for name, rates in found.items()}


def queries(way: Way) -> int:
    """Statements that one request sends through Django."""
    from django.db import connection

    count = 0

    def counted(execute: Any, sql: Any, params: Any, many: Any, context: Any) -> Any:
        nonlocal count
        count += 1
        return execute(sql, params, many, context)

    with connection.execute_wrapper(counted):
        way.ask()
    return count
