"""A PostgreSQL database for the length of a benchmark, with Django set up on it."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator

from script.lib.services import postgresql


@contextlib.contextmanager
def fresh_database() -> Iterator[None]:
    """An empty, migrated PostgreSQL database behind Django: DATABASE_URL's server, or a cluster of its own.

    Never the database that DATABASE_URL names: the benchmark makes one beside it and drops it again.
    """
    with postgresql(durable=True) as address:
        os.environ["DATABASE_URL"] = address
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "policy_portal.settings_test")

        import django

        django.setup()
        from django.db import connection
        from django.test.utils import setup_databases, teardown_databases

        old = setup_databases(verbosity=0, interactive=False)
        try:
            with connection.cursor() as cursor:
                cursor.execute("SET synchronous_commit = on")
            yield
        finally:
            teardown_databases(old, verbosity=0)
