"""A migrated SQLite database that the next test process starts from: migrating one takes a quarter of a minute.

It is kept in pytest's cache (``--cache-clear`` forgets it) under a digest of all that it was made from, so that a
changed migration or model makes another. PostgreSQL has ``--reuse-db`` for the same.
"""

from __future__ import annotations

import os
import sqlite3
import sys
from contextlib import closing
from hashlib import sha256
from pathlib import Path
from typing import Any
from unittest import mock

from django.apps import apps
from django.conf import settings
from django.core import management
from django.db import connection


def digest() -> str:
    """Of every migration, of what migrations are written with, and of the models (for their permissions)."""
    summed = sha256(repr((sys.version, sqlite3.sqlite_version, settings.INSTALLED_APPS)).encode())
    base = Path(settings.BASE_DIR)
    sources = {
        base / "requirements.txt",
        base / "accounts/migrations_ops.py",
        base / "record/migrations_ops.py",
        base / "rulebook/dates.py",
    }
    for app in apps.get_app_configs():
        for pattern in ("migrations/*.py", "models.py", "models/**/*.py"):
            sources |= set(Path(app.path).glob(pattern))
    for source in sorted(sources):
        summed.update(str(source).encode() + source.read_bytes())
    return summed.hexdigest()[:32]


def migrate_once(folder: Path) -> None:
    """The next ``migrate``, the one of the tests' database, copies the one that ``folder`` keeps, if it does."""
    kept = folder / f"{digest()}.sqlite3"
    call = management.call_command

    def call_command(name: str, *arguments: Any, **options: Any) -> Any:
        if name != "migrate":
            return call(name, *arguments, **options)
        patch.stop()  # what a test migrates it migrates
        connection.ensure_connection()
        if kept.exists():
            with closing(sqlite3.connect(kept)) as source:
                source.backup(connection.connection)
            return None
        told = call(name, *arguments, **options)
        for older in folder.glob("*.sqlite3"):
            older.unlink(missing_ok=True)
        part = kept.with_suffix(f".{os.getpid()}")
        with closing(sqlite3.connect(part)) as target:
            connection.connection.backup(target)
        part.replace(kept)  # whole or not at all: test processes run side by side
        return told

    patch = mock.patch.object(management, "call_command", call_command)
    patch.start()
