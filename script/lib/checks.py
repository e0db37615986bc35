"""Every check, one after the other: `script/test`. A failing one does not keep the others from running."""

from __future__ import annotations

import contextlib
import os
import secrets
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from .services import NotHere, chromium, postgresql, redis

ROOT = Path(__file__).resolve().parent.parent.parent
BIN = Path(sys.executable).parent

# What a developer's own environment says about the platform is left out: the run is the same everywhere.
# (DATABASE_URL and REDIS_URL name the servers of the second run of the tests.)
OWN = (
    *("DEBUG", "SECRET_KEY", "SITE_URL", "SITE_NAME", "ALLOWED_HOSTS", "EMAIL_URL", "POLICY_DIR", "DEMO"),
    *("DATABASE_URL", "REDIS_URL", "VAR_DIR", "PORT", "HOST", "LOG_FORMAT", "LOG_LEVEL"),
    *("DJANGO_SETTINGS_MODULE", "ENFORCEMENT_TICK_SECONDS", "OIDC_SERVER_URL"),
)


def clean_environment(**more: str) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if name not in OWN}
    return {**kept, "IGNORE_DOT_ENV": "1", **more}


def like_production() -> dict[str, str]:
    return clean_environment(
        DEBUG="false",
        SECRET_KEY=secrets.token_urlsafe(64),
        SITE_URL="https://portal.example.org",
        ALLOWED_HOSTS="portal.example.org",
        EMAIL_URL="smtp+tls://user:password@mail.example.org:587",
        DEFAULT_FROM_EMAIL="school@example.org",
        DATABASE_URL="sqlite:///:memory:",
    )


@dataclass(frozen=True, slots=True)
class Result:
    title: str
    code: int  # of the exit; 0 is well
    seconds: float
    not_run: str = ""  # why

    def __str__(self) -> str:
        state = "not run" if self.not_run else "ok" if self.code == 0 else f"FAILED ({self.code})"
        why = f"  {self.not_run}" if self.not_run else ""
        return f"{state:<12} {self.seconds:>6.1f} s  {self.title}{why}"


def nothing_more() -> contextlib.AbstractContextManager[Mapping[str, str]]:
    return contextlib.nullcontext({})


@dataclass(frozen=True, slots=True)
class Check:
    """One check; `around` starts what it needs and adds to its environment."""

    title: str
    command: Sequence[str]
    environment: Callable[[], Mapping[str, str]] = clean_environment
    around: Callable[[], contextlib.AbstractContextManager[Mapping[str, str]]] = nothing_more

    def run(self) -> Result:
        self._announce()
        begun = time.monotonic()
        try:
            with self.around() as more:
                environment = {**self.environment(), **more}
                code = subprocess.run(self.command, cwd=ROOT, env=environment, check=False).returncode
            result = Result(self.title, code, time.monotonic() - begun)
        except NotHere as reason:
            result = Result(self.title, 0, time.monotonic() - begun, str(reason))
        print(f"--- {result}", flush=True)
        return result

    def run_beside(self) -> tuple[Result, str]:
        """Run it while others run; what it says is told when it is done."""
        begun = time.monotonic()
        done = subprocess.run(
            self.command,
            cwd=ROOT,
            env=dict(self.environment()),
            check=False,
            text=True,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
        )
        return Result(self.title, done.returncode, time.monotonic() - begun), done.stdout

    def tell(self, ran: tuple[Result, str]) -> Result:
        result, said = ran
        self._announce()
        print(said, end="")
        print(f"--- {result}", flush=True)
        return result

    def _announce(self) -> None:
        print(
            f"\n\x1b[1m=== {self.title}\x1b[0m" if sys.stdout.isatty() else f"\n=== {self.title}", flush=True
        )


@contextlib.contextmanager
def on_postgresql_and_redis() -> Iterator[Mapping[str, str]]:
    with postgresql() as database, redis() as broker:
        print(
            f"PostgreSQL at {database.rpartition('@')[2]}, broker at {broker.rpartition('@')[2]}", flush=True
        )
        yield {"DATABASE_URL": database, "TEST_REDIS_URL": broker}


@contextlib.contextmanager
def in_chromium() -> Iterator[Mapping[str, str]]:
    path = chromium()
    print(f"Browser: {path}", flush=True)
    yield {"CHROMIUM": path, "DJANGO_ALLOW_ASYNC_UNSAFE": "1"}


def tool(name: str, *arguments: str) -> list[str]:
    return [str(BIN / name), *arguments]


def manage(*arguments: str) -> list[str]:
    return [sys.executable, "manage.py", *arguments]


def pytest(*arguments: str) -> list[str]:
    return [sys.executable, "-m", "pytest", *arguments]


def in_memory() -> Mapping[str, str]:
    return clean_environment(DATABASE_URL="sqlite:///:memory:")


# Takes one processor for a minute: the quick ones run meanwhile.
TYPES = Check("Types (mypy)", tool("mypy", "."))


def quick_checks() -> list[Check]:
    return [
        Check("Lint (ruff check)", tool("ruff", "check", ".")),
        Check("Format (ruff format)", tool("ruff", "format", "--check", ".")),
        Check("Import contracts (import-linter)", tool("lint-imports")),
        Check("Migrations are complete", manage("makemigrations", "--check", "--dry-run"), in_memory),
        Check("Deployment", manage("check", "--deploy", "--fail-level", "WARNING"), like_production),
    ]


def tests() -> list[Check]:
    processes = str(max(2, min(4, os.cpu_count() or 2)))
    parallel = ("-q", "--durations=15", "-n", processes, "--dist", "worksteal")
    return [
        Check("Tests on SQLite", pytest(*parallel)),
        # Not those that use no database, nor the pages of each role: they ran a moment ago.
        Check(
            "Tests on PostgreSQL and Redis",
            pytest(*parallel, "--with-database"),
            around=on_postgresql_and_redis,
        ),
        Check(
            "Journeys in the browser",
            pytest("-q", "-n", "2", "--dist", "loadfile", "-m", "browser", "tests/browser"),
            around=in_chromium,
        ),
    ]


def main(arguments: Sequence[str]) -> int:
    if arguments:
        return subprocess.run(pytest(*arguments), cwd=ROOT, env=clean_environment(), check=False).returncode
    begun = time.monotonic()
    with ThreadPoolExecutor(1) as aside:
        types = aside.submit(TYPES.run_beside)
        results = [check.run() for check in quick_checks()]
        results.append(TYPES.tell(types.result()))
    results += [check.run() for check in tests()]
    print("\n=== Summary", *map(str, results), sep="\n")
    print(f"{'':<12} {time.monotonic() - begun:>6.1f} s  in all", flush=True)
    return next((result.code for result in results if result.code), 0)


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except KeyboardInterrupt:
        sys.exit(130)
