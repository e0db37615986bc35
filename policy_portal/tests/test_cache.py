"""The cache never makes a page wait: it fails open at once, and comes back by itself."""

from __future__ import annotations

import signal
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from policy_portal import cache as cache_module
from policy_portal import valkey
from policy_portal.cache import FailOpenCache

from .conftest import start_valkey


@pytest.fixture
def far(
    var_dir: Path, valkey_server: subprocess.Popen[bytes], monkeypatch: pytest.MonkeyPatch
) -> FailOpenCache:
    monkeypatch.setattr(cache_module, "PROBE_EVERY", 0.1)
    return FailOpenCache(f"unix://{valkey.socket_path(var_dir)}", {"KEY_PREFIX": "test"})


@pytest.fixture(autouse=True)
def _forget_circuits() -> Iterator[None]:
    yield
    cache_module._circuits.clear()


def wait_until_closed(cache: FailOpenCache) -> None:
    end = time.monotonic() + 10
    while cache._circuit.is_open:
        assert time.monotonic() < end
        time.sleep(0.02)


def use_everything(cache: FailOpenCache) -> None:
    cache.set("a", [1, 2])
    assert cache.get("a") == [1, 2]
    assert cache.add("a", 3) is False
    assert cache.add("n", 1) is True
    assert cache.incr("n") == 2
    assert cache.has_key("n") and "n" in cache
    assert cache.set_many({"x": 1, "y": 2}) == []
    assert cache.get_many(["x", "y", "z"]) == {"x": 1, "y": 2}
    assert cache.touch("x", 10) is True
    assert cache.delete("a") is True
    cache.delete_many(["x", "y"])
    assert cache.get("x", "none") == "none"
    with pytest.raises(ValueError, match="not found"):
        cache.incr("never-set")
    cache.clear()
    assert cache.get("n") is None


def test_it_serves_from_the_far_cache(far: FailOpenCache) -> None:
    use_everything(far)
    assert not far._circuit.is_open


def test_with_no_server_at_all_it_serves_from_memory(tmp_path: Path) -> None:
    cache = FailOpenCache(f"unix://{tmp_path}/nobody.sock", {})
    use_everything(cache)
    assert cache._circuit.is_open


def test_a_frozen_server_costs_one_caller_a_quarter_of_a_second(
    far: FailOpenCache, valkey_server: subprocess.Popen[bytes]
) -> None:
    far.set("a", 1)
    valkey_server.send_signal(signal.SIGSTOP)
    begun = time.monotonic()
    assert far.get("a") is None
    assert time.monotonic() - begun < 1
    begun = time.monotonic()
    for _ in range(100):
        far.set("b", 2)
        assert far.get("b") == 2
    assert time.monotonic() - begun < 0.2
    valkey_server.send_signal(signal.SIGCONT)
    wait_until_closed(far)
    assert far.get("a") == 1
    assert far.get("b") is None


def test_it_comes_back_with_the_server(
    far: FailOpenCache, valkey_server: subprocess.Popen[bytes], var_dir: Path
) -> None:
    far.set("a", 1)
    valkey_server.kill()
    valkey_server.wait()
    assert far.get("a") is None
    again = start_valkey(var_dir)
    try:
        wait_until_closed(far)
        far.set("c", 3)
        assert far._far.get("c") == 3
    finally:
        again.kill()
        again.wait()


def test_clearing_leaves_the_brokers_queue_alone(far: FailOpenCache) -> None:
    client = far._far._cache.get_client(write=True)
    client.rpush("portal", "a wake-up")
    far.set("a", 1)
    far.clear()
    assert client.llen("portal") == 1
    assert far.get("a") is None


def test_all_threads_share_one_circuit(far: FailOpenCache, var_dir: Path) -> None:
    other = FailOpenCache(f"unix://{valkey.socket_path(var_dir)}", {"KEY_PREFIX": "test"})
    assert other._circuit is far._circuit
