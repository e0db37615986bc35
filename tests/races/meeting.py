"""Two transactions that meet at a line: no luck and no sleeping.

The first stops just before a function that it calls; the second then runs until it is done or waits for a lock
(which PostgreSQL itself is asked); then the first goes on.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from django.db import connection, connections

LONGEST = 20.0  # seconds, after which a test has hung

Work = Callable[[], Any]


@dataclass
class Run:
    """What one of the two returned or raised."""

    value: Any = None
    error: Exception | None = None
    waited: bool = False  # for a lock that the other held


class _Runner(threading.Thread):
    def __init__(self, work: Work) -> None:
        super().__init__(daemon=True)
        self.work = work
        self.result = Run()
        self.backend = 0
        self.connected = threading.Event()

    def run(self) -> None:
        try:
            connection.ensure_connection()
            self.backend = connection.connection.info.backend_pid
            self.connected.set()
            self.result.value = self.work()
        except Exception as error:
            self.result.error = error
        finally:
            self.connected.set()
            connections.close_all()


def meet(
    monkeypatch: pytest.MonkeyPatch, place: object, name: str, first: Work, second: Work
) -> tuple[Run, Run]:
    """Run both: ``first`` up to its first call of ``place.name``, then ``second``, then the rest of ``first``."""
    one, other = _Runner(first), _Runner(second)
    original = getattr(place, name)
    stopped = False

    def stop(*arguments: Any, **named: Any) -> Any:
        nonlocal stopped
        if threading.current_thread() is one and not stopped:
            stopped = True
            other.start()
            other.result.waited = _until_done_or_waiting(other)
        return original(*arguments, **named)

    monkeypatch.setattr(place, name, stop)
    one.start()
    one.join(LONGEST)
    assert stopped, f"{name} was never called"
    other.join(LONGEST)
    assert not one.is_alive() and not other.is_alive(), "a transaction hangs"
    return one.result, other.result


def _until_done_or_waiting(runner: _Runner) -> bool:
    """Whether it waits for a lock; false when it came to its end."""
    runner.connected.wait(LONGEST)
    pause = threading.Event()
    for _ in range(int(LONGEST / 0.01)):
        if not runner.is_alive():
            return False
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT EXISTS (SELECT 1 FROM pg_locks WHERE pid = %s AND NOT granted)", [runner.backend]
            )
            if cursor.fetchone()[0]:
                return True
        pause.wait(0.01)
    raise AssertionError("the second neither ends nor waits")


def all_at_once(*works: Work) -> list[Run]:
    """Run them in as many threads from the same moment on."""
    gate = threading.Barrier(len(works))

    def gated(work: Work) -> Work:
        def run() -> Any:
            gate.wait(LONGEST)
            return work()

        return run

    runners = [_Runner(gated(work)) for work in works]
    for runner in runners:
        runner.start()
    for runner in runners:
        runner.join(LONGEST)
        assert not runner.is_alive(), "a transaction hangs"
    return [runner.result for runner in runners]
