"""Tasks whose broker is frozen or whose connection to the database has died."""

import os
import socket
import subprocess
import sys

import pytest
from django.conf import settings
from django.db import connection, connections

from enforcement import tasks

from .conftest import people, sweep_of

PUBLISH = """
import time, django
django.setup()
import policy_portal.celery
from kombu.exceptions import OperationalError
from enforcement.tasks import run_sweep
for again in range(3):
    started = time.perf_counter()
    try:
        run_sweep.apply_async(("toy",), retry=False)
    except OperationalError:
        print(round(time.perf_counter() - started, 1))
"""


@pytest.mark.slow
def test_publishing_to_a_frozen_broker_fails_within_seconds(tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as frozen:  # takes connections and never answers
        environment = os.environ | {
            "DJANGO_SETTINGS_MODULE": "policy_portal.settings",
            "REDIS_URL": f"redis://127.0.0.1:{frozen.getsockname()[1]}/0",
            "DATABASE_URL": "sqlite:///:memory:",
            "VAR_DIR": str(tmp_path),
            "IGNORE_DOT_ENV": "1",
        }
        done = subprocess.run(
            [sys.executable, "-c", PUBLISH],
            env=environment,
            cwd=settings.BASE_DIR,
            capture_output=True,
            text=True,
            timeout=60,
            check=True,
        )
    seconds = [float(line) for line in done.stdout.split()]
    assert len(seconds) == 3
    assert max(seconds) < 8


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_a_connection_that_died_between_two_tasks_is_replaced(only):
    people(1)
    only(sweep_of())
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        pid = cursor.fetchone()[0]
    other = connections.create_connection("default")
    with other.cursor() as cursor:
        cursor.execute("SELECT pg_terminate_backend(%s)", [pid])
    other.close()
    assert tasks.run_sweep("toy") == 1


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_sessions_of_the_database_do_not_grow_with_tasks(only):
    only(sweep_of())
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        before = cursor.fetchone()
    for _ in range(5):
        tasks.run_sweep("toy")
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        assert cursor.fetchone() == before
