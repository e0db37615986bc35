"""The trial as a newcomer runs it: all processes together, by `python -m policy_portal.process` (script/server)."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import pytest

from policy_portal import valkey

ROOT = Path(__file__).resolve().parent.parent

pytestmark = pytest.mark.slow


@dataclass
class Trial:
    process: subprocess.Popen[str]
    port: int
    var: Path

    @property
    def lines(self) -> str:
        return (self.var / "out").read_text()

    def status(self, path: str) -> int:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}{path}", timeout=5) as answer:
                return int(answer.status)
        except urllib.error.HTTPError as error:
            return error.code
        except OSError:
            return 0

    def wait_for(self, what: Callable[[], object], seconds: float = 90) -> None:
        end = time.monotonic() + seconds
        while not what():
            assert self.process.poll() is None, self.lines
            assert time.monotonic() < end, self.lines
            time.sleep(0.1)

    def processes(self) -> set[int]:
        """Every live process that has this trial's folder in its environment."""
        mark = f"VAR_DIR={self.var}".encode()
        found = set()
        for folder in Path("/proc").glob("[0-9]*"):
            with suppress(OSError):
                if mark in (folder / "environ").read_bytes().split(b"\0"):
                    found.add(int(folder.name))
        return found

    def broker_pid(self) -> int | None:
        return valkey.running_pid(self.var)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def surroundings(var: Path, port: int) -> dict[str, str]:
    """The environment of a trial in a folder of its own, whatever the tests' own is."""
    own = {"DATABASE_URL", "REDIS_URL", "DJANGO_SETTINGS_MODULE", "TEST_REDIS_URL", "DEBUG", "FORCE_COLOR"}
    outside = {name: value for name, value in os.environ.items() if name not in own}
    settings = {
        "IGNORE_DOT_ENV": "1",
        "VAR_DIR": str(var),
        "PORT": str(port),
        "DEMO": "false",
        "ENFORCEMENT_TICK_SECONDS": "1",
        "WEB_WORKERS": "1",
        "WORKER_PROCESSES": "1",
    }
    return {**outside, **settings}


def start(var: Path, port: int) -> Trial:
    process = subprocess.Popen(
        [sys.executable, "-m", "policy_portal.process"],
        cwd=ROOT,
        env=surroundings(var, port),
        stdout=(var / "out").open("a"),
        stderr=subprocess.STDOUT,
        text=True,
    )
    return Trial(process, port, var)


@pytest.fixture
def trial(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Trial]:
    try:
        valkey.binary()
    except valkey.NoEmbeddedValkey as reason:
        pytest.skip(f"no embedded Valkey for this machine: {reason}")
    trial = start(tmp_path_factory.mktemp("t"), free_port())
    yield trial
    if trial.process.poll() is None:
        trial.process.send_signal(signal.SIGTERM)
        trial.process.wait(timeout=40)


@pytest.mark.skipif(sys.platform != "linux", reason="looks for processes in /proc")
def test_it_runs_heals_and_ends_without_a_trace(trial: Trial) -> None:
    trial.wait_for(lambda: trial.status("/livez") == 200)
    # Ready once every sweep has run: beat, broker, worker and database work together.
    trial.wait_for(lambda: trial.status("/readyz") == 200)
    assert f"answers at http://localhost:{trial.port}/" in trial.lines

    # A second one in the same folder is refused, by name.
    second = start(trial.var, free_port())
    assert second.process.wait(timeout=60) == 2
    assert f"runs already in this folder (process {trial.process.pid})" in trial.lines

    # A killed broker is started again, and the platform is ready again.
    broker = trial.broker_pid()
    assert broker is not None
    os.kill(broker, signal.SIGKILL)
    trial.wait_for(lambda: trial.broker_pid() not in {None, broker})
    trial.wait_for(lambda: trial.status("/readyz") == 200)

    # Ctrl-C ends everything.
    trial.process.send_signal(signal.SIGINT)
    assert trial.process.wait(timeout=40) == 0
    assert trial.processes() == set()
    assert trial.status("/livez") == 0
    assert not valkey.answers(trial.var)


@pytest.mark.skipif(sys.platform != "linux", reason="looks for processes in /proc")
def test_killing_the_launcher_leaves_nothing_running(trial: Trial) -> None:
    trial.wait_for(lambda: trial.status("/livez") == 200)
    trial.process.kill()
    trial.process.wait()
    end = time.monotonic() + 30
    while trial.processes():
        assert time.monotonic() < end, "processes outlived their launcher"
        time.sleep(0.2)


def test_a_taken_port_is_said_with_the_way_out(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        refused = start(tmp_path, port)
        assert refused.process.wait(timeout=60) == 2
    assert f"PORT={port + 1} script/server" in refused.lines


def test_a_bad_setting_is_said_in_one_line(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "policy_portal.process"],
        cwd=ROOT,
        env={"PATH": os.environ["PATH"], "IGNORE_DOT_ENV": "1", "VAR_DIR": str(tmp_path), "DEBUG": "maybe"},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 2
    assert "Setting DEBUG: 'maybe' is neither true nor false." in done.stderr
    assert "Traceback" not in done.stderr
