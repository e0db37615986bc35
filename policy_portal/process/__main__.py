"""`script/server`: prepare, then run web server, worker, beat and broker together until Ctrl-C."""

from __future__ import annotations

import fcntl
import os
import signal
import socket
import sys
import threading
import time
import urllib.error
import urllib.request
from contextlib import suppress
from types import FrameType

import django
from django.core.exceptions import ImproperlyConfigured

from policy_portal import environment as env


class CannotStart(Exception):
    """Why, in words for the terminal."""


def say(line: str) -> None:
    print(line, flush=True)


def main() -> int:
    begun = time.monotonic()
    try:
        return run(begun)
    except (ImproperlyConfigured, CannotStart) as error:
        print(f"\nCannot start. {error}\n", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        return 130


def run(begun: float) -> int:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "policy_portal.settings")
    from policy_portal import paths, valkey

    host = env.text("HOST", "127.0.0.1")
    port = env.whole("PORT", 8000, least=1, most=65535)
    embedded = not env.redis_url("REDIS_URL")
    lock = hold_lock(paths.VAR_DIR / "server.lock")
    refuse_taken_port(host, port)
    if embedded:
        try:
            valkey.command()
        except valkey.NoEmbeddedValkey as error:
            raise CannotStart(
                f"Setting REDIS_URL: is not set, and the embedded Valkey does not run here ({error})."
                " Give the address of a Redis or Valkey server, like redis://localhost:6379/0."
            ) from error

    django.setup()
    from . import prepare
    from .programs import programs
    from .supervisor import Supervisor

    prepare.prepare(say)
    supervisor = Supervisor(programs(embedded), directory=paths.BASE_DIR, colour=wants_colour())

    def stop(number: int, frame: FrameType | None) -> None:
        supervisor.stop()

    for sign in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(sign, stop)
    threading.Thread(target=announce, args=(host, port, begun), daemon=True).start()
    supervisor.run()
    say("All processes have ended.")
    os.close(lock)
    return 0


def hold_lock(path: os.PathLike[str]) -> int:
    """One launcher a `var/`: two would run two of everything."""
    handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        other = os.read(handle, 20).decode().strip() or "?"
        raise CannotStart(f"The platform runs already in this folder (process {other}).") from None
    os.ftruncate(handle, 0)
    os.write(handle, str(os.getpid()).encode())
    return handle


def refuse_taken_port(host: str, port: int) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise CannotStart(
                f"Port {port} cannot be used ({error.strerror}). Another one: PORT={port + 1} script/server"
            ) from None


def wants_colour() -> bool:
    if os.environ.get("NO_COLOR"):
        return False
    return sys.stdout.isatty() or bool(os.environ.get("FORCE_COLOR"))


def announce(host: str, port: int, begun: float) -> None:
    """Once a page answers: where it is, and who can sign in."""
    near = "localhost" if host in {"127.0.0.1", "0.0.0.0", "::"} else host
    address = f"http://{near}:{port}"
    while True:
        with suppress(urllib.error.URLError, OSError):
            urllib.request.urlopen(f"{address}/livez", timeout=5).close()
            break
        time.sleep(0.2)
    from .prepare import demo_logins

    say(
        f"\n  Policy Portal answers at {address}/  (after {time.monotonic() - begun:.0f} s; Ctrl-C ends it)\n"
    )
    demo_logins()
    say("")


if __name__ == "__main__":
    sys.exit(main())
