"""A broker that is frozen or gone, with everything else running: no page waits for it."""

from __future__ import annotations

import http.client
import os
import secrets
import signal
import sys
import time
from collections.abc import Iterator
from urllib.parse import urlencode

import pytest

from policy_portal import valkey
from tests.test_trial import Trial, free_port, start

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(sys.platform != "linux", reason="a stopped process is told from a dead one by /proc"),
]

PATIENCE = 15.0
"""Seconds after which a request counts as hanging. A frozen broker should cost one a quarter of a second; this
leaves room for a busy machine, and is less than any default timeout that a forgotten one would bring."""


@pytest.fixture(scope="module")
def trial(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Trial]:
    try:
        valkey.binary()
    except valkey.NoEmbeddedValkey as reason:
        pytest.skip(f"no embedded Valkey for this machine: {reason}")
    trial = start(tmp_path_factory.mktemp("t"), free_port())
    yield trial
    trial.process.send_signal(signal.SIGTERM)
    trial.process.wait(timeout=40)


@pytest.fixture
def frozen_broker(trial: Trial) -> Iterator[int]:
    """The broker's process, stopped: it takes connections and never answers."""
    trial.wait_for(lambda: trial.status("/livez") == 200 and trial.broker_pid())
    pid = trial.broker_pid()
    assert pid is not None
    os.kill(pid, signal.SIGSTOP)
    yield pid
    os.kill(pid, signal.SIGCONT)


def ask(trial: Trial, method: str, path: str, **fields: str) -> tuple[int, float]:
    """The status of an answer and the seconds that it took; fails when there is none in time."""
    token = secrets.token_hex(16)
    connection = http.client.HTTPConnection("127.0.0.1", trial.port, timeout=PATIENCE)
    begun = time.monotonic()
    try:
        connection.request(
            method,
            path,
            urlencode(fields) if fields else None,
            {
                "Cookie": f"csrftoken={token}",
                "X-CSRFToken": token,
                "Content-Type": "application/x-www-form-urlencoded",
            },
        )
        status = connection.getresponse().status
    finally:
        connection.close()
    return status, time.monotonic() - begun


def test_a_frozen_broker_holds_up_no_page(trial: Trial, frozen_broker: int) -> None:
    slowest = 0.0
    for _ in range(3):
        for method, path, fields in (
            ("GET", "/accounts/login/", {}),
            # Failed sign-ins are counted in the cache, which the broker serves too.
            ("POST", "/accounts/login/", {"login": "nobody@example.org", "password": "wrong"}),
            ("GET", "/policy/", {}),
            ("GET", "/api/v1/", {}),
        ):
            status, seconds = ask(trial, method, path, **fields)
            assert status < 500, path
            slowest = max(slowest, seconds)
    assert slowest < PATIENCE
    assert trial.status("/livez") == 200


def test_a_broker_that_is_gone_holds_up_no_page_and_comes_back(trial: Trial) -> None:
    trial.wait_for(lambda: trial.status("/livez") == 200 and trial.broker_pid())
    pid = trial.broker_pid()
    assert pid is not None
    os.kill(pid, signal.SIGKILL)
    for _ in range(3):
        status, seconds = ask(trial, "POST", "/accounts/login/", login="nobody@example.org", password="wrong")
        assert status < 500
        assert seconds < PATIENCE
    trial.wait_for(lambda: trial.broker_pid() not in {None, pid})
