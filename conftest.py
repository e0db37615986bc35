"""What every test stands on: which tests run where, and the clock at the edge of a test."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import datetime
from pathlib import Path

import pytest
from django.core.mail import EmailMessage
from django.db import connection
from django.test import SimpleTestCase
from hypothesis import HealthCheck, settings

from record.tests.flushing import flushing_allowed, triggers
from tests.migrated import migrate_once

# How fast a machine is says nothing about a rule; a failure prints how to repeat it.
settings.register_profile(
    "portal", deadline=None, suppress_health_check=[HealthCheck.too_slow], print_blob=True
)
settings.load_profile("portal")


DATABASE = {"db", "transactional_db", "live_server", "django_db_reset_sequences"}


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--with-database",
        action="store_true",
        help="only tests that ask something of the database: the others say the same on each, and ran on the first",
    )


def uses_database(item: pytest.Item) -> bool:
    """Whether a test reads or writes a database, as it has to say to be let."""
    return (
        item.get_closest_marker("django_db") is not None
        or not DATABASE.isdisjoint(getattr(item, "fixturenames", ()))
        or issubclass(getattr(item, "cls", None) or object, SimpleTestCase)
    )


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out what cannot run here, and count it as deselected.

    Browser journeys run only when asked for (`-m browser`): script/test does so once it has a browser.
    Tests of PostgreSQL's own locks and triggers run on PostgreSQL only.
    """
    browser_wanted = "browser" in (config.option.markexpr or "")
    on_postgresql = connection.vendor == "postgresql"
    kept: list[pytest.Item] = []
    left_out: list[pytest.Item] = []
    for item in items:
        fits = (browser_wanted or item.get_closest_marker("browser") is None) and (
            on_postgresql or item.get_closest_marker("postgresql") is None
        )
        if config.option.with_database and (
            item.get_closest_marker("once") is not None or not uses_database(item)
        ):
            fits = False
        (kept if fits else left_out).append(item)
    if left_out:
        config.hook.pytest_deselected(items=left_out)
        items[:] = kept


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings: None, pytestconfig: pytest.Config) -> None:
    """The tests' SQLite database is migrated once for all test processes of the same code."""
    if connection.vendor == "sqlite":
        migrate_once(pytestconfig.cache.mkdir("migrated"))


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: pytest.FixtureRequest) -> Iterator[None]:
    """Transactional tests empty the tables, which the record's triggers refuse outside of the tests."""
    with django_db_blocker.unblock():  # type: ignore[attr-defined]  # pytest-django's own type is private
        guards = triggers()
    with flushing_allowed(guards):
        yield


@pytest.fixture
def many_connections(transactional_db: None, tmp_path: Path) -> Iterator[None]:
    """A database that several threads may use at once, each with a connection of its own.

    The tests' SQLite lies in memory, where connections share a cache whose locks nobody waits for; here its
    copy lies in a file (WAL, IMMEDIATE), as a trial's does. On PostgreSQL there is nothing to do.
    """
    if connection.vendor != "sqlite":
        yield
        return
    connection.ensure_connection()
    memory, name = connection.connection, connection.settings_dict["NAME"]
    file = tmp_path / "many.sqlite3"
    with closing(sqlite3.connect(file)) as copy:
        memory.backup(copy)
    connection.connection = None
    connection.settings_dict["NAME"] = str(file)  # which the threads' connections read, too
    try:
        yield
    finally:
        connection.close()
        connection.connection, connection.settings_dict["NAME"] = memory, name


@pytest.fixture(autouse=True)
def sign_in_mail_goes_out_at_once(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """E-mails about signing in do not wait for their sweep, but where a test is about that (`mail_waits`)."""
    if request.node.get_closest_marker("mail_waits") is not None:
        return
    from accounts import outbox

    put = outbox.put

    def put_and_send(message: EmailMessage, now: datetime) -> object:
        row = put(message, now)
        outbox.send([row.pk], now)
        return row

    monkeypatch.setattr(outbox, "put", put_and_send)
