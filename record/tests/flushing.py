"""Lets the tests empty the tables between two transactional tests, which the record's triggers refuse.

The guards are taken away for the flush and put back at once, by the owner of the test database: the product
has no switch for it. A test that drops a guard on purpose (as a database administrator could) also finds
it back in the next test.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connection, transaction
from django.db.backends.base.operations import BaseDatabaseOperations


def triggers() -> dict[str, tuple[str, str]]:
    """Name of each trigger of the record, and of those that refuse to delete elsewhere → its table and its SQL."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(
                "SELECT tgname, tgrelid::regclass::text, pg_get_triggerdef(oid) FROM pg_trigger"
                " WHERE NOT tgisinternal"
                " AND (tgrelid::regclass::text LIKE 'record\\_%' OR tgname LIKE '%\\_no\\_delete')"
            )
        else:
            cursor.execute(
                "SELECT name, tbl_name, sql FROM sqlite_master"
                " WHERE type = 'trigger' AND (tbl_name LIKE 'record\\_%' ESCAPE '\\'"
                " OR name LIKE '%\\_no\\_delete' ESCAPE '\\')"
            )
        return {name: (table, sql) for name, table, sql in cursor.fetchall()}


def drop(found: dict[str, tuple[str, str]]) -> None:
    """Take these guards away, as a database administrator could."""
    with connection.cursor() as cursor:
        for name, (table, _) in found.items():
            on = f" ON {table}" if connection.vendor == "postgresql" else ""
            cursor.execute(f"DROP TRIGGER IF EXISTS {name}{on}")


def restore(found: dict[str, tuple[str, str]]) -> None:
    """Put these guards back."""
    there = triggers()
    with connection.cursor() as cursor:
        for name, (_, sql) in found.items():
            if name not in there:
                cursor.execute(sql)


@contextmanager
def flushing_allowed(guards: dict[str, tuple[str, str]]) -> Iterator[None]:
    """While this holds, Django's ``flush`` works on the test database."""
    original = BaseDatabaseOperations.execute_sql_flush

    def execute_sql_flush(self: BaseDatabaseOperations, sql_list: Any) -> None:
        with transaction.atomic():
            drop(triggers())
            original(self, sql_list)
            restore(guards)

    BaseDatabaseOperations.execute_sql_flush = execute_sql_flush  # type: ignore[method-assign]  # tests only
    try:
        yield
    finally:
        BaseDatabaseOperations.execute_sql_flush = original  # type: ignore[method-assign]  # tests only
