"""Who dies when: drawn from a seed."""

from __future__ import annotations

import contextlib
import os
import random
import signal
import time
from collections import Counter
from collections.abc import Callable, Mapping
from pathlib import Path

FROZEN = 3.0
"""Seconds for which the broker is stopped instead of killed, now and then."""


class Killer:
    """Kills one process after the other with SIGKILL: a program's own, or one of its children alone."""

    def __init__(
        self, pids: Callable[[], Mapping[str, int]], chance: random.Random, say: Callable[[str], None]
    ) -> None:
        self._pids, self._chance, self._say = pids, chance, say
        self.kills: Counter[str] = Counter()

    def work(self, enough: Callable[[], bool]) -> None:
        """Kill until it is enough, one every second or two."""
        while not enough():
            time.sleep(self._chance.uniform(0.5, 2.0))
            name = self._chance.choice(["worker", "worker", "worker", "beat", "valkey", "web"])
            pid = self._pids().get(name)
            if pid is None:
                continue  # still on its way back
            if name == "valkey" and self._chance.random() < 0.3:
                self._freeze(pid)
            elif name in ("worker", "web") and self._chance.random() < 0.5:
                self._kill_child(name, pid)
            else:
                self._kill(name, pid)

    def _kill(self, name: str, pid: int) -> None:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
            self.kills[name] += 1

    def _kill_child(self, name: str, pid: int) -> None:
        children = _children(pid)
        if children:
            self._kill(f"{name}'s child", self._chance.choice(children))

    def _freeze(self, pid: int) -> None:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGSTOP)
            self.kills["valkey frozen"] += 1
            time.sleep(FROZEN)
            os.kill(pid, signal.SIGCONT)


def _children(pid: int) -> list[int]:
    with contextlib.suppress(OSError):
        return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    return []
