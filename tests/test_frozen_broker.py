"""A broker that is frozen or gone, with everything else running: no page waits for it, and enforcement goes on by
itself once it is back."""

from __future__ import annotations

import http.client
import os
import secrets
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from urllib.parse import urlencode

import pytest
from django.db import connection
from pytest_django import DjangoDbBlocker

from policy_portal import valkey
from policy_portal.cache import PATIENCE
from tests.test_trial import ROOT, Trial, free_port, start, surroundings

pytestmark = [
    pytest.mark.slow,
    pytest.mark.django_db,  # for its tables, which the trial starts with
    pytest.mark.skipif(sys.platform != "linux", reason="a stopped process is told from a dead one by /proc"),
]

# What is asked, whether signed in, and what it answers. Failed sign-ins and requests to the API are counted in the
# cache, which the broker serves too.
PAGES: tuple[tuple[str, str, dict[str, str], bool, int], ...] = (
    ("GET", "/accounts/login/", {}, False, 200),
    ("POST", "/accounts/login/", {"login": "", "password": "wrong"}, False, 200),
    ("GET", "/messages/", {}, True, 200),
    ("GET", "/api/v1/", {}, True, 200),
)
SIGN_IN = """
import django; django.setup()
from django.conf import settings
from django.test import Client
from accounts.models import User
browser = Client()
browser.force_login(User.objects.create(email="reader@example.org", given_name="Ada", family_name="Reader"))
print(browser.cookies[settings.SESSION_COOKIE_NAME].value)
"""
TRIES = 3
HANGS = 30.0
"""Seconds after which a request counts as hanging, however busy the machine."""


@pytest.fixture(scope="module")
def trial(
    tmp_path_factory: pytest.TempPathFactory, django_db_setup: None, django_db_blocker: DjangoDbBlocker
) -> Iterator[Trial]:
    try:
        valkey.binary()
    except valkey.NoEmbeddedValkey as reason:
        pytest.skip(f"no embedded Valkey for this machine: {reason}")
    var = tmp_path_factory.mktemp("t")
    if connection.vendor == "sqlite":  # the tests' own tables serve, which saves the migrations
        with django_db_blocker.unblock(), closing(sqlite3.connect(var / "portal.sqlite3")) as tables:
            connection.ensure_connection()
            connection.connection.backup(tables)
    trial = start(var, free_port())
    yield trial
    trial.process.send_signal(signal.SIGTERM)
    trial.process.wait(timeout=40)


@pytest.fixture(scope="module")
def session(trial: Trial) -> str:
    """The cookie of somebody who is signed in."""
    trial.wait_for(lambda: trial.status("/livez") == 200, seconds=180)
    code = [sys.executable, "-c", SIGN_IN]
    where = {**surroundings(trial.var, trial.port), "DJANGO_SETTINGS_MODULE": "policy_portal.settings"}
    done = subprocess.run(code, cwd=ROOT, env=where, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    return done.stdout.split()[-1]


def ask(
    trial: Trial, session: str, method: str, path: str, fields: dict[str, str], signed_in: bool, status: int
) -> float:
    """The seconds that an answer took; fails when there is none or it is another one."""
    token = secrets.token_hex(16)
    cookies = f"csrf={token}" + (f"; session={session}" if signed_in else "")
    headers = {
        "Cookie": cookies,
        "X-CSRFToken": token,
        "Content-Type": "application/x-www-form-urlencoded",
    }
    if "login" in fields:  # each try by somebody else, or the second would have to wait for the first's sake
        fields = {**fields, "login": f"{token}@example.org"}
    with closing(http.client.HTTPConnection("127.0.0.1", trial.port, timeout=HANGS)) as browser:
        begun = time.monotonic()
        browser.request(method, path, urlencode(fields) if fields else None, headers)
        answer = browser.getresponse()
        answer.read()
        assert answer.status == status, f"{method} {path}: {answer.status}"
        return time.monotonic() - begun


def ask_all(trial: Trial, session: str) -> list[list[float]]:
    """For each page, the seconds of some tries."""
    rounds = [[ask(trial, session, *page) for page in PAGES] for _ in range(TRIES)]
    return [list(times) for times in zip(*rounds, strict=True)]


def assert_nobody_waits(frozen: list[list[float]], ordinary: list[list[float]]) -> None:
    """A page that waited for the broker would do so each time, for a quarter of a second (the cache's patience)
    or for the second of the broker's own timeout. So the best of a few tries tells a wait from a busy machine."""
    for page, times, usual in zip(PAGES, frozen, ordinary, strict=True):
        assert min(times) < max(usual) + PATIENCE / 2, f"{page[0]} {page[1]} waits: {times}, usually {usual}"


def swept_since(trial: Trial, instant: datetime) -> bool:
    """Whether every sweep has given a sign of life since then."""
    with closing(sqlite3.connect(trial.var / "portal.sqlite3", timeout=20)) as database:
        (oldest,) = database.execute("SELECT min(alive_at) FROM enforcement_heartbeat").fetchone()
    return oldest is not None and datetime.fromisoformat(oldest).replace(tzinfo=UTC) > instant


def wait_until_swept(trial: Trial) -> None:
    begun = datetime.now(UTC)
    trial.wait_for(lambda: swept_since(trial, begun))


def wait_until_answering(trial: Trial) -> int:
    """The broker's process, once pages are answered and every sweep has run."""
    trial.wait_for(lambda: trial.status("/livez") == 200, seconds=180)
    wait_until_swept(trial)
    pid = trial.broker_pid()
    assert pid is not None
    return pid


def test_a_frozen_broker_holds_up_no_page_and_enforcement_goes_on_afterwards(
    trial: Trial, session: str
) -> None:
    broker = wait_until_answering(trial)
    ordinary = ask_all(trial, session)
    os.kill(broker, signal.SIGSTOP)  # it takes connections and never answers
    try:
        frozen = ask_all(trial, session)
        # Long enough for whatever was under way to run into its timeout, and for three ticks to be missed.
        trial.wait_for(lambda: trial.status("/readyz") == 503)
        assert trial.status("/livez") == 200
    finally:
        os.kill(broker, signal.SIGCONT)
    assert_nobody_waits(frozen, ordinary)
    wait_until_swept(trial)
    assert trial.broker_pid() == broker, "it was thawed, not replaced"


def test_a_worker_forgets_no_place_however_often_the_broker_freezes(trial: Trial) -> None:
    broker = wait_until_answering(trial)
    for _ in range(3):
        os.kill(broker, signal.SIGSTOP)
        try:
            time.sleep(1.5)  # more than the socket timeout of a second
        finally:
            os.kill(broker, signal.SIGCONT)
        wait_until_swept(trial)


def test_a_broker_that_is_gone_holds_up_no_page_and_comes_back(trial: Trial, session: str) -> None:
    broker = wait_until_answering(trial)
    ordinary = ask_all(trial, session)
    os.kill(broker, signal.SIGKILL)
    gone = ask_all(trial, session)
    assert_nobody_waits(gone, ordinary)
    trial.wait_for(lambda: trial.broker_pid() not in {None, broker})
    wait_until_swept(trial)
