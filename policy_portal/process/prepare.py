"""What has to be so before the processes start: tables, the demo school, static files."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Iterator
from pathlib import Path

from django.apps import apps
from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command, get_commands
from django.db import DEFAULT_DB_ALIAS, connections, transaction
from django.db.migrations.executor import MigrationExecutor

Say = Callable[[str], None]


def prepare(say: Say) -> None:
    bring_database_up_to_date(say)
    load_demo_school(say)
    collect_static_files(say)
    connections.close_all()


def bring_database_up_to_date(say: Say) -> None:
    executor = MigrationExecutor(connections[DEFAULT_DB_ALIAS])
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    if plan:
        say(f"Bringing the database up to date ({len(plan)} migrations) …")
        call_command("migrate", interactive=False, verbosity=0)


def load_demo_school(say: Say) -> None:
    """The made-up school, where nobody is at home yet. A real school sets DEMO=false and imports its roster."""
    if not settings.DEMO or "demo" not in get_commands():
        return
    if get_user_model()._default_manager.exists():
        return
    say("The database is empty: making the demo school (about half a minute) …")
    with transaction.atomic():  # whole, or not at all: an interrupted start makes it anew
        call_command("demo", verbosity=0)


def demo_logins() -> None:
    if settings.DEMO and "demo" in get_commands():
        call_command("demo", logins=True)


def collect_static_files(say: Say) -> None:
    """Copied, named by content and compressed, when they changed; with DEBUG on they are served as they lie."""
    if settings.DEBUG:
        return
    stamp = Path(settings.STATIC_ROOT) / ".collected"
    digest = digest_of_static_files()
    if stamp.is_file() and stamp.read_text() == digest:
        return
    say("Collecting the static files …")
    call_command("collectstatic", interactive=False, verbosity=0, clear=True)
    stamp.write_text(digest)


def digest_of_static_files() -> str:
    """Changes when a static file comes, goes or changes (told by size and time of change)."""
    digest = hashlib.sha256()
    for line in sorted(_static_files()):
        digest.update(line.encode())
    return digest.hexdigest()


def _static_files() -> Iterator[str]:
    assert apps.ready
    for finder in get_finders():
        for name, storage in finder.list(None):
            about = os.stat(storage.path(name))
            yield f"{name} {about.st_size} {about.st_mtime_ns}\n"
