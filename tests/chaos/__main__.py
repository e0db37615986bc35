"""``script/chaos [--deadlines N] [--seconds S] [--seed N] [--patience S] [--sqlite]``

Runs the platform's own processes (web server, worker, beat, broker), lets N deadlines fall due within S seconds,
kills processes with SIGKILL at random meanwhile, and compares what the database holds in the end with what it
must hold. Its database, broker and folder are its own and vanish with it. Exit code 1 on any loss or duplicate.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import random
import shutil
import socket
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from script.lib.services import postgresql

if TYPE_CHECKING:
    from .people import Crowd

ROOT = Path(__file__).resolve().parent.parent.parent
BOOT = 10.0  # seconds between the last row and the first deadline, in which the processes start
OWN = ("DATABASE_URL", "REDIS_URL", "POLICY_DIR", "EMAIL_URL", "DJANGO_SETTINGS_MODULE", "TEST_REDIS_URL")


def main() -> int:
    options = argparse.ArgumentParser(prog="script/chaos", description=__doc__)
    options.add_argument("--deadlines", type=int, default=10_000)
    options.add_argument("--seconds", type=float, default=60, help="in which they fall due")
    options.add_argument("--seed", type=int, default=2026, help="who falls due and dies when")
    options.add_argument(
        "--patience", type=float, default=180, help="seconds without any progress after which it gives up"
    )
    options.add_argument("--sqlite", action="store_true", help="instead of PostgreSQL")
    given = options.parse_args()
    for name in OWN:
        os.environ.pop(name, None)
    folder = Path(tempfile.mkdtemp(prefix="portal-chaos-"))
    try:
        with database(folder, given.sqlite) as address:
            prepare(folder, address)
            return run(folder, given)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextlib.contextmanager
def database(folder: Path, sqlite: bool) -> Iterator[str]:
    if sqlite:
        yield f"sqlite:///{folder / 'chaos.sqlite3'}"
    else:
        with postgresql() as address:
            yield address


def prepare(folder: Path, address: str) -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    os.environ |= {
        "IGNORE_DOT_ENV": "1",
        "DJANGO_SETTINGS_MODULE": "tests.chaos.settings",
        "DATABASE_URL": address,
        "VAR_DIR": str(folder),
        "PORT": str(port),
        "DEBUG": "true",
        "DEMO": "false",
        "ENFORCEMENT_TICK_SECONDS": "1",
        "LOG_LEVEL": "WARNING",
    }
    import django

    django.setup()
    from django.core.management import call_command

    call_command("migrate", verbosity=0)


def run(folder: Path, given: argparse.Namespace) -> int:
    from django.conf import settings
    from django.db import connection
    from django.utils import timezone

    from policy_portal.process import supervisor as supervising
    from policy_portal.process.programs import programs

    from .checks import differences, emails
    from .killer import Killer
    from .people import Crowd, Student
    from .school import School

    chance = random.Random(given.seed)
    now = timezone.now()

    def first_deadline(writing: float) -> datetime:
        """Ahead of the rows that are still to be written, and of the start of the processes."""
        return timezone.now() + timedelta(seconds=2 * writing + BOOT)

    school = School(now, first_deadline, given.seconds, chance)
    notices = min(100, max(10, given.deadlines // 100))
    expected = school.build(given.deadlines, notices)
    students = [Student(user, pk) for user, pk in expected.notices]
    say(f"{given.deadlines} deadlines in {given.seconds:g} s on {connection.vendor}, seed {given.seed}")
    first = school.first
    ahead = (first - timezone.now()).total_seconds()
    say(f"the first deadline is in {ahead:.0f} s" if ahead > 0 else f"the first passed {-ahead:.0f} s ago")

    # Here a program that died starts again at once, however often it did.
    supervising.LONGEST_PAUSE = 0.5
    log = (folder / "log").open("w")
    watch = supervising.Supervisor(programs(embedded_broker=True), directory=ROOT, out=log)
    keeper = threading.Thread(target=watch.run)
    keeper.start()
    try:
        while timezone.now() < first - timedelta(seconds=1):
            time.sleep(0.1)
        crowd = Crowd(students, settings.PORT, given.seconds * 0.8)
        crowd.start()
        killer = Killer(lambda: watch.pids, chance, say)
        # All along the deadlines, and on until most are settled: a slow machine has the more kills to bear.
        begun = time.monotonic()
        most = 0.9 * len(expected.sessions)
        killer.work(
            lambda: (
                (past := time.monotonic() - begun) > given.seconds
                and (past > 5 * given.seconds or settled() > most)
            )
        )
        killed = ", ".join(f"{name} {count}" for name, count in sorted(killer.kills.items()))
        say(f"{killer.kills.total()} kills in {time.monotonic() - begun:.0f} s: {killed}")
        say(f"settled by then: {settled()} of {len(expected.sessions) + notices} sessions")
        begun = time.monotonic()
        done = wait_for_the_end(crowd, given.patience)
        crowd.give_up.set()
        crowd.join(timeout=30)
        if done:
            say(f"nothing was left to do {time.monotonic() - begun:.0f} s after the last kill")
        else:
            say(f"work is left, and nothing has moved for {given.patience:g} s")
    finally:
        watch.stop()
        keeper.join()
        log.close()
    found = list(differences(expected))
    sent, again = emails(folder / "mail")
    say(
        f"{len(expected.sessions) + notices} sessions, {len(expected.cases)} cases, {expected.entries.total()} entries,"
    )
    say(f"{expected.messages.total()} messages expected; {notices} notices given in {crowd.tries} tries;")
    say(f"{sent} e-mails handed over, {again} of them again (same Message-ID: killed before it was noted)")
    if sent != expected.messages.total():
        found.append(f"{expected.messages.total()} e-mails expected, {sent} different ones were handed over")
    for difference in found:
        say(f"  {difference}")
    ok = not found  # what was left undone is among the differences
    say("VERDICT: nothing lost, nothing twice" if ok else f"VERDICT: FAILED ({len(found)} differences)")
    if not ok:
        shutil.copy(folder / "log", kept := Path(tempfile.gettempdir()) / f"portal-chaos-{os.getpid()}.log")
        say(f"the processes' log: {kept}")
    connection.close()
    return 0 if ok else 1


def left() -> bool:
    """Whether anything that is due or waits to be sent is left."""
    from django.utils import timezone

    from enforcement.registry import all_sweeps
    from record.models import Message

    now = timezone.now()
    if Message.objects.filter(state=Message.State.PENDING).exists():
        return True
    # Checkpoints are due now and then by themselves.
    return any(sweep.due(now).exists() for name, sweep in all_sweeps().items() if name != "sign_checkpoint")


def wait_for_the_end(crowd: Crowd, patience: float) -> bool:
    """Wait while anything still moves; False when something is left and nothing has moved for so long."""
    from record.models import Entry, Message

    last: tuple[int, ...] = ()
    moved_at = time.monotonic()
    while crowd.is_alive() or left():
        pending = Message.objects.filter(state=Message.State.PENDING).count()
        seen = (Entry.objects.count(), Message.objects.count(), pending, len(crowd.waiting))
        if seen != last:
            last, moved_at = seen, time.monotonic()
        elif time.monotonic() > moved_at + patience:
            return False
        time.sleep(0.5)
    return True


def settled() -> int:
    """How many sessions are decided."""
    from mentoring.models import Session

    return Session.objects.filter(falls_due_at=None).count()


def say(line: str) -> None:
    print(line, flush=True)


if __name__ == "__main__":
    sys.exit(main())
