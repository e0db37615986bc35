"""What every test stands on: which tests run where, and the clock at the edge of a test."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.db import connection

from record.tests.flushing import flushing_allowed, triggers


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
        (kept if fits else left_out).append(item)
    if left_out:
        config.hook.pytest_deselected(items=left_out)
        items[:] = kept


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: pytest.FixtureRequest) -> Iterator[None]:
    """Transactional tests empty the tables, which the record's triggers refuse outside of the tests."""
    with django_db_blocker.unblock():  # type: ignore[attr-defined]  # pytest-django's own type is private
        guards = triggers()
    with flushing_allowed(guards):
        yield
