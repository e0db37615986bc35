"""A worker that has gone deaf is told from one that is busy, idle, or without a broker."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

import pytest
from redis import Redis

from policy_portal import valkey, watchdog
from policy_portal.celery import app


class Worker:
    """A watchdog at instant 0 and what it looks at."""

    def __init__(self) -> None:
        self.waiting, self.running = 0, frozenset[str]()
        self._dog = watchdog.Watchdog(
            waiting=lambda: self.waiting,
            running=lambda: self.running,
            end=lambda: None,
            every=5,
            patience=90,
            time_limit=330,
        )
        assert not self._dog.is_deaf(0)

    def deaf_at(self, last: int, first: int = 5) -> int | None:
        """The first look, one every five seconds, at which it counts as deaf."""
        return next((at for at in range(first, last + 1, 5) if self._dog.is_deaf(at)), None)


@pytest.fixture
def worker() -> Worker:
    return Worker()


def test_one_that_leaves_wake_ups_lying_is_deaf_once_patience_is_over(worker: Worker) -> None:
    worker.waiting = 1
    assert worker.deaf_at(300) == 95


def test_one_that_took_the_last_wake_up_is_not(worker: Worker) -> None:
    worker.waiting = 7
    assert worker.deaf_at(60) is None
    worker.waiting = 0
    assert worker.deaf_at(65, first=65) is None
    worker.waiting = 7
    assert worker.deaf_at(300, first=70) == 160


def test_one_with_nothing_to_take_is_not(worker: Worker) -> None:
    assert worker.deaf_at(3600) is None


def test_one_that_begins_and_ends_tasks_is_not_however_many_wait(worker: Worker) -> None:
    worker.waiting = 1000
    for at in range(5, 3600, 80):
        worker.running = frozenset({str(at)})
        assert worker.deaf_at(at + 75, first=at) is None


def test_a_long_task_may_run_into_its_time_limit_first(worker: Worker) -> None:
    worker.waiting, worker.running = 1000, frozenset({"long"})
    assert worker.deaf_at(1000) == 430  # seen at 5, 330 seconds to run, 90 of patience


def test_the_platform_s_worker_is_watched_by_the_queue_s_length(
    var_dir: Path, valkey_server: subprocess.Popen[bytes], settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.REDIS_URL = f"unix://{valkey.socket_path(var_dir)}"
    monkeypatch.setattr(watchdog.Watchdog, "start", lambda self: None)
    dog = watchdog.start(app)
    assert not dog.is_deaf(0)
    assert not dog.is_deaf(10_000), "nothing waits"
    Redis.from_url(settings.REDIS_URL).lpush("portal", "a wake-up")
    assert not dog.is_deaf(10_080)
    assert dog.is_deaf(10_100)
    valkey_server.send_signal(signal.SIGSTOP)
    assert not dog.is_deaf(10_110), "a broker that does not answer is not the worker's fault"
    valkey_server.send_signal(signal.SIGCONT)


def test_it_ends_the_process_at_once_and_says_why() -> None:
    code = "import policy_portal.watchdog as w, logging; logging.basicConfig(); w.end()"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60)
    assert done.returncode == watchdog.EXIT_CODE
    assert "takes no wake-ups" in done.stderr
