"""The supervisor: prefixed lines, restarts, and an end that leaves nothing behind."""

from __future__ import annotations

import io
import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest

from policy_portal.process.supervisor import Found, Program, Supervisor

SLEEP = "import time; print('up', flush=True); time.sleep(600)"
STUBBORN = "import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN); " + SLEEP
WITH_CHILD = (
    "import subprocess, sys, time;"
    "child = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(600)']);"
    "print('child', child.pid, flush=True); time.sleep(600)"
)


def python(name: str, code: str, **more: object) -> Program:
    return Program(name, lambda: [sys.executable, "-c", code], **more)  # type: ignore[arg-type]  # spread of options


def wait_for(what: Callable[[], object], seconds: float = 15) -> None:
    end = time.monotonic() + seconds
    while not what():
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.02)


def is_alive(pid: int) -> bool:
    with suppress(ProcessLookupError):
        os.kill(pid, 0)
        state = Path(f"/proc/{pid}/stat")
        return not (state.exists() and state.read_text().rpartition(")")[2].split()[0] == "Z")
    return False


@contextmanager
def running(*programs: Program, patience: float = 5.0) -> Iterator[tuple[Supervisor, io.StringIO]]:
    out = io.StringIO()
    supervisor = Supervisor(programs, directory=Path.cwd(), out=out, patience=patience)
    thread = threading.Thread(target=supervisor.run)
    thread.start()
    try:
        yield supervisor, out
    finally:
        supervisor.stop()
        thread.join(timeout=30)
        assert not thread.is_alive()


def test_each_line_carries_the_name_of_its_process() -> None:
    with running(python("web", SLEEP), python("worker", SLEEP)) as (_, out):
        wait_for(lambda: out.getvalue().count("up") == 2)
    assert "web    | up\n" in out.getvalue()
    assert "worker | up\n" in out.getvalue()


def test_what_dies_is_started_again() -> None:
    with running(python("web", SLEEP)) as (supervisor, out):
        wait_for(lambda: "up" in out.getvalue())
        first = supervisor.pids["web"]
        os.kill(first, 9)
        wait_for(lambda: out.getvalue().count("up") == 2)
        assert supervisor.pids["web"] != first
    assert "ended with signal SIGKILL; it starts again in 0.5 s" in out.getvalue()


def test_what_dies_at_once_is_started_at_growing_distances() -> None:
    with running(python("web", "raise SystemExit(3)")) as (_, out):
        wait_for(lambda: "again in 1 s" in out.getvalue())
    assert "ended with code 3; it starts again in 0.5 s" in out.getvalue()


def test_the_end_leaves_no_process_and_no_child_of_one() -> None:
    with running(python("web", WITH_CHILD)) as (supervisor, out):
        wait_for(lambda: "child" in out.getvalue())
        child = int(out.getvalue().split()[-1])
        process = supervisor.pids["web"]
        assert is_alive(child)
    assert not is_alive(process)
    wait_for(lambda: not is_alive(child))


def test_what_does_not_want_to_end_is_killed() -> None:
    with running(python("web", STUBBORN), patience=0.3) as (supervisor, out):
        wait_for(lambda: "up" in out.getvalue())
        process = supervisor.pids["web"]
    assert not is_alive(process)
    assert "does not end; killed" in out.getvalue()


def test_what_others_need_is_ended_last(tmp_path: Path) -> None:
    note = tmp_path / "order"
    code = (
        "import signal, sys, time\n"
        "def end(*_):\n"
        "    time.sleep(float(sys.argv[2]))\n"
        f"    open({str(note)!r}, 'a').write(sys.argv[1] + ' ')\n"
        "    sys.exit()\n"
        "signal.signal(signal.SIGTERM, end); print('up', flush=True); time.sleep(600)"
    )
    broker = Program("broker", lambda: [sys.executable, "-c", code, "broker", "0"], last=True)
    web = Program("web", lambda: [sys.executable, "-c", code, "web", "0.3"])
    with running(broker, web) as (_, out):
        wait_for(lambda: out.getvalue().count("up") == 2)
    assert note.read_text() == "web broker "


def test_a_process_that_runs_already_is_taken_over_and_replaced_when_it_goes() -> None:
    there = threading.Event()
    there.set()
    taken: list[int] = []

    def find() -> Found | None:
        taken.append(1)
        return Found(2**22 + 1, there.is_set) if there.is_set() else None

    with running(python("broker", SLEEP, find=find)) as (_, out):
        wait_for(lambda: "taken over" in out.getvalue())
        assert "up" not in out.getvalue()
        there.clear()
        wait_for(lambda: "up" in out.getvalue())


@pytest.mark.skipif(sys.platform != "linux", reason="the kernel's word to the children is Linux's")
def test_killing_the_supervisor_ends_its_processes() -> None:
    code = (
        "import sys; from pathlib import Path\n"
        "from policy_portal.process.supervisor import Program, Supervisor\n"
        f"Supervisor([Program('web', lambda: [sys.executable, '-c', {WITH_CHILD!r}])], directory=Path.cwd()).run()\n"
    )
    supervisor = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True)
    assert supervisor.stdout is not None
    line = supervisor.stdout.readline()
    assert "child" in line
    web = int(Path(f"/proc/{line.split()[-1]}/stat").read_text().rpartition(")")[2].split()[1])
    os.kill(int(line.split()[-1]), 9)
    supervisor.kill()
    supervisor.wait()
    supervisor.stdout.close()
    wait_for(lambda: not is_alive(web))
