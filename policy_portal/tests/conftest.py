"""A Valkey of one's own, for the tests that freeze and kill it."""

from __future__ import annotations

import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from policy_portal import valkey


@pytest.fixture
def var_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("v")


def start_valkey(var_dir: Path) -> subprocess.Popen[bytes]:
    server = subprocess.Popen(valkey.command(var_dir), stdout=subprocess.DEVNULL)
    end = time.monotonic() + 10
    while not valkey.answers(var_dir):
        assert server.poll() is None and time.monotonic() < end, "Valkey did not start"
        time.sleep(0.02)
    return server


@pytest.fixture
def valkey_server(var_dir: Path) -> Iterator[subprocess.Popen[bytes]]:
    try:
        server = start_valkey(var_dir)
    except valkey.NoEmbeddedValkey as reason:
        pytest.skip(f"no embedded Valkey for this machine: {reason}")
    yield server
    server.kill()
    server.wait()
