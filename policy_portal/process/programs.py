"""What a trial runs: the same programs, with the same settings, as the units and containers of a real school."""

from __future__ import annotations

import sys

from policy_portal import environment as env
from policy_portal import valkey

from .supervisor import Found, Program, Running


def programs(embedded_broker: bool) -> list[Program]:
    worker_processes = str(env.whole("WORKER_PROCESSES", 2, least=1))
    # The warning is about root; a trial in a container runs as nobody else.
    calm = ["-W", "ignore::UserWarning:celery.platforms"]
    # Django's checks would load every page and address into processes that serve none (a second for each start).
    celery = [sys.executable, *calm, "-m", "celery", "--quiet", "--skip-checks", "-A", "policy_portal"]
    worker = [
        *celery,
        "worker",
        "--loglevel",
        "INFO",
        "--concurrency",
        worker_processes,
        "--without-gossip",
        "--without-mingle",
        "--without-heartbeat",
    ]
    # Loaded once and forked: a trial starts sooner, and takes less memory. (A reload needs a restart then.)
    web = [
        sys.executable,
        "-m",
        "gunicorn",
        "--preload",
        "-c",
        "python:policy_portal.gunicorn",
        "policy_portal.wsgi",
    ]
    run = [
        Program("web", lambda: web),
        Program("worker", lambda: worker),
        Program("beat", lambda: [*celery, "beat", "--loglevel", "INFO"]),
    ]
    if embedded_broker:
        run.insert(
            0,
            Program("valkey", valkey.command, find=left_behind, before=valkey.end_left_behind, last=True),
        )
    return run


def left_behind() -> Running | None:
    """The Valkey of a launcher that was killed: it serves on."""
    pid = valkey.running_pid()
    if pid is None or not valkey.answers():
        return None
    return Found(pid, is_there=lambda: valkey.running_pid() == pid)
