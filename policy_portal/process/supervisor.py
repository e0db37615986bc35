"""A small supervisor: starts programs, prefixes their lines, restarts what dies, ends all of them for certain."""

from __future__ import annotations

import contextlib
import ctypes
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Protocol, TextIO

COLOURS = (36, 32, 33, 35, 34, 31)  # ANSI: cyan, green, yellow, magenta, blue, red
PATIENCE = 10.0  # seconds between the request to end and the kill
LONGEST_PAUSE = 30.0  # seconds before another start of what dies again and again
STEADY = 60.0  # seconds of life after which a program counts as well again


class Running(Protocol):
    """A process that was started or found."""

    @property
    def pid(self) -> int: ...

    def poll(self) -> int | None: ...


@dataclass(frozen=True, slots=True)
class Program:
    """What to run. `find` may return a process that runs already; `before` runs just ahead of each start.

    A program that the others need is `last` to be ended.
    """

    name: str
    command: Callable[[], Sequence[str]]
    environment: Mapping[str, str] = field(default_factory=dict)
    find: Callable[[], Running | None] = lambda: None
    before: Callable[[], None] = lambda: None
    last: bool = False


@dataclass(frozen=True, slots=True)
class Found:
    """A process that somebody else started: there is no exit code to collect, only whether it is there."""

    pid: int
    is_there: Callable[[], bool]

    def poll(self) -> int | None:
        return None if self.is_there() else -1


class Printer:
    """Whole lines from many threads, each with the name of its process."""

    def __init__(self, out: TextIO, names: Sequence[str], colour: bool) -> None:
        self._out = out
        self._lock = threading.Lock()
        self._width = max(map(len, names), default=0)
        self._colours = {name: COLOURS[i % len(COLOURS)] for i, name in enumerate(names)} if colour else {}

    def line(self, name: str, text: str) -> None:
        prefix = f"{name:<{self._width}} |"
        if name in self._colours:
            prefix = f"\x1b[{self._colours[name]}m{prefix}\x1b[0m"
        # A reader that went away (`script/server | head`) must not stop the processes from being ended.
        with self._lock, contextlib.suppress(OSError, ValueError):
            self._out.write(f"{prefix} {text}\n")
            self._out.flush()


class Supervisor:
    """Keeps programs running until it is told to stop; then ends them all."""

    def __init__(
        self,
        programs: Sequence[Program],
        *,
        directory: Path,
        out: TextIO = sys.stdout,
        colour: bool = False,
        patience: float = PATIENCE,
    ) -> None:
        self._programs = list(programs)
        self._directory = directory
        self._printer = Printer(out, [program.name for program in programs], colour)
        self._patience = patience
        self._running: dict[str, Running] = {}
        self._started_at: dict[str, float] = {}
        self._start_after: dict[str, float] = {}
        self._pause: dict[str, float] = {}
        self._stop = threading.Event()

    @property
    def pids(self) -> dict[str, int]:
        return {name: process.pid for name, process in self._running.items()}

    def stop(self) -> None:
        """Ask for the end; safe in a signal handler and from any thread."""
        self._stop.set()

    def run(self) -> None:
        """Run until stopped. Whatever happens, nothing is left behind."""
        try:
            while not self._stop.is_set():
                self._start_what_is_missing()
                self._stop.wait(0.2)
        finally:
            self._end_all()

    # --- starting

    def _start_what_is_missing(self) -> None:
        now = time.monotonic()
        for program in self._programs:
            process = self._running.get(program.name)
            if process is not None:
                code = process.poll()
                if code is None:
                    continue
                self._note_death(program.name, code, now)
            if now >= self._start_after.get(program.name, 0.0) and not self._stop.is_set():
                self._start(program, now)

    def _note_death(self, name: str, code: int, now: float) -> None:
        process = self._running.pop(name)
        _signal_group(process.pid, signal.SIGKILL)  # children that outlived it
        lived = now - self._started_at[name]
        pause = 0.5 if lived >= STEADY else min(self._pause.get(name, 0.25) * 2, LONGEST_PAUSE)
        self._pause[name] = pause
        self._start_after[name] = now + pause
        how = f"signal {signal.Signals(-code).name}" if code < -1 else f"code {code}"
        self._printer.line(name, f"ended with {how}; it starts again in {pause:g} s")

    def _start(self, program: Program, now: float) -> None:
        self._started_at[program.name] = now
        found = program.find()
        if found is not None:
            self._running[program.name] = found
            self._printer.line(program.name, f"runs already (process {found.pid}); taken over")
            return
        program.before()
        process = subprocess.Popen(
            program.command(),
            cwd=self._directory,
            env={**os.environ, "PYTHONUNBUFFERED": "1", **program.environment},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            start_new_session=True,  # Ctrl-C reaches the supervisor alone, and a group can be ended as one
            preexec_fn=_end_with_parent if sys.platform == "linux" else None,
        )
        self._running[program.name] = process
        assert process.stdout is not None
        threading.Thread(target=self._copy, args=(program.name, process.stdout), daemon=True).start()

    def _copy(self, name: str, stream: IO[bytes]) -> None:
        with contextlib.suppress(OSError, ValueError):
            for raw in stream:
                self._printer.line(name, raw.decode(errors="replace").rstrip())

    # --- ending

    def _end_all(self) -> None:
        """First what needs others, then what others need."""
        for last in (False, True):
            self._end([program.name for program in self._programs if program.last is last])

    def _end(self, names: Sequence[str]) -> None:
        """A request to all of them at once, and after a while the kill: of the process and of its group."""
        ending = {name: self._running.pop(name) for name in names if name in self._running}
        for process in ending.values():
            _signal_process(process.pid, signal.SIGTERM)
        end = time.monotonic() + self._patience
        while time.monotonic() < end and any(process.poll() is None for process in ending.values()):
            time.sleep(0.02)
        for name, process in ending.items():
            if process.poll() is None:
                self._printer.line(name, "does not end; killed")
                _signal_process(process.pid, signal.SIGKILL)
            _signal_group(process.pid, signal.SIGKILL)
            if isinstance(process, subprocess.Popen):
                process.wait()


def _signal_process(pid: int, sign: signal.Signals) -> None:
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.kill(pid, sign)


def _signal_group(pid: int, sign: signal.Signals) -> None:
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(pid, sign)


_libc = ctypes.CDLL(None, use_errno=True) if sys.platform == "linux" else None
_PR_SET_PDEATHSIG = 1


def _end_with_parent() -> None:
    """In the child: have the kernel send SIGTERM should the supervisor itself be killed."""
    assert _libc is not None
    _libc.prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)
