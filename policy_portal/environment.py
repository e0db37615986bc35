"""The environment that the settings are read from, read so that a bad value stops the start with its name.

django-environ takes `DEBUG=maybe` for false and `DATABASE_URL=nonsense` for a database that is not there;
here each reader checks its value. A name that is set to nothing counts as not set.
"""

from __future__ import annotations

import contextlib
import os
import secrets
import tempfile
import warnings
from collections.abc import Iterable
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import available_timezones

import environ
from django.core.exceptions import ImproperlyConfigured

TRUE = frozenset({"1", "true", "yes", "on"})
FALSE = frozenset({"0", "false", "no", "off"})


def refuse(name: str, why: str) -> ImproperlyConfigured:
    return ImproperlyConfigured(f"Setting {name}: {why}")


def read_dot_env(path: Path) -> None:
    """Take the file's values for names that the environment does not set itself."""
    if path.is_file() and not os.environ.get("IGNORE_DOT_ENV"):
        environ.Env.read_env(path)


def text(name: str, default: str | None = None) -> str:
    """The value; a setting without a default has to be set."""
    value = os.environ.get(name, "").strip()
    if value:
        return value
    if default is None:
        raise refuse(name, "is not set, and there is no default for it.")
    return default


def flag(name: str, default: bool) -> bool:
    value = os.environ.get(name, "").strip().lower()
    if not value:
        return default
    if value in TRUE:
        return True
    if value in FALSE:
        return False
    raise refuse(name, f"{value!r} is neither true nor false.")


def whole(name: str, default: int, *, least: int = 0, most: int | None = None) -> int:
    value = os.environ.get(name, "").strip()
    if not value:
        return default
    try:
        number = int(value)
    except ValueError:
        raise refuse(name, f"{value!r} is not a whole number.") from None
    if number < least or (most is not None and number > most):
        raise refuse(name, f"{number} is not between {least} and {'any number' if most is None else most}.")
    return number


def one_of(name: str, default: str, allowed: Iterable[str]) -> str:
    value = text(name, default)
    allowed = tuple(allowed)
    if value not in allowed:
        raise refuse(name, f"{value!r} is none of {', '.join(allowed)}.")
    return value


def names(name: str, default: Iterable[str] | None = None) -> list[str]:
    """A list of values set apart by commas."""
    value = os.environ.get(name, "").strip()
    if not value:
        if default is None:
            raise refuse(name, "is not set, and there is no default for it.")
        return list(default)
    return [part.strip() for part in value.split(",") if part.strip()]


def pairs(name: str, default: dict[str, str], *, allowed: Iterable[str]) -> dict[str, str]:
    """Further pairs beside the default's, like `principal=head_of_learning,counselor=student_success`."""
    allowed = tuple(allowed)
    found = dict(default)
    for part in names(name, ()):
        key, _, value = part.partition("=")
        if not key.strip() or value.strip() not in allowed:
            raise refuse(name, f"{part!r} is not a word=role with a role out of {', '.join(allowed)}.")
        found[key.strip()] = value.strip()
    return found


def keys(name: str) -> list[str]:
    """Keys of 32 bytes in hexadecimal, set apart by commas."""
    found = names(name, ())
    for key in found:
        if len(key) != 64 or set(key.lower()) - set("0123456789abcdef"):
            raise refuse(name, "a key is 32 bytes in hexadecimal (openssl rand -hex 32).")
    return found


def zone(name: str, default: str) -> str:
    """The name of a time zone."""
    value = text(name, default)
    if value not in available_timezones():
        raise refuse(name, f"{value!r} is no time zone.")
    return value


def origin(name: str, default: str | None = None) -> str:
    """A web address without path, like `https://portal.example.org`."""
    value = text(name, default).rstrip("/")
    try:
        parts = urlsplit(value)
        well_formed = parts.scheme in {"http", "https"} and bool(parts.hostname) and not parts.path
        _ = parts.port
    except ValueError:
        well_formed = False
    if not well_formed:
        raise refuse(name, f"{value!r} is not an address like https://portal.example.org.")
    return value


def issuer(name: str) -> str:
    """The address of an OpenID Connect issuer, which can have a path; empty when it is not set."""
    value = os.environ.get(name, "").strip().rstrip("/")
    if not value:
        return ""
    try:
        parts = urlsplit(value)
        secure = parts.scheme == "https" or parts.hostname in {"localhost", "127.0.0.1"}
        well_formed = secure and bool(parts.hostname) and not parts.query and not parts.fragment
    except ValueError:
        well_formed = False
    if not well_formed:
        raise refuse(name, f"{value!r} is not an address like https://login.example.org/school.")
    return value


def redis_url(name: str) -> str | None:
    """A broker's address (redis://host…, rediss://host… or unix:///path), or None for the embedded one."""
    value = os.environ.get(name, "").strip()
    if not value:
        return None
    try:
        parts = urlsplit(value)
        _ = parts.port
    except ValueError:
        raise refuse(name, "is not an address like redis://host:6379/0.") from None
    on_socket = parts.scheme == "unix" and parts.path.startswith("/")
    if not on_socket and (parts.scheme not in {"redis", "rediss"} or not parts.hostname):
        raise refuse(name, "is not an address like redis://host:6379/0.")
    return value


def folder(name: str) -> Path | None:
    """A folder that is there, or None."""
    value = os.environ.get(name, "").strip()
    if not value:
        return None
    path = Path(value)
    if not path.is_dir():
        raise refuse(name, f"{value!r} is not a folder.")
    return path


def database(name: str, default_file: Path) -> dict[str, Any]:
    """Django's settings of the database: PostgreSQL by address, or else an SQLite file.

    The address can hold a password, so it is not repeated in a complaint.
    """
    value = text(name, f"sqlite:///{default_file}")
    try:
        with warnings.catch_warnings(action="ignore"):  # a refusal below says it better
            config: dict[str, Any] = environ.Env.db_url_config(value)
    except Exception:
        raise refuse(name, "is not an address like postgres://user:password@host:5432/name.") from None
    engine = str(config.get("ENGINE", ""))
    if engine.endswith("sqlite3") and config.get("NAME"):
        config["OPTIONS"] = {
            # One writer at a time, who takes the lock at the start and waits for it; readers never wait.
            "timeout": 20,
            "transaction_mode": "IMMEDIATE",
            "init_command": "PRAGMA journal_mode=WAL;PRAGMA synchronous=NORMAL;",
        }
        return config
    if engine == "django.db.backends.postgresql" and config.get("NAME"):
        config.setdefault("CONN_MAX_AGE", 600)
        config["CONN_HEALTH_CHECKS"] = True
        config.setdefault("OPTIONS", {}).setdefault("connect_timeout", 5)
        return config
    raise refuse(name, "names neither PostgreSQL (postgres://…/name) nor SQLite (sqlite:///file).")


def email(name: str, trial_folder: Path | None) -> dict[str, Any]:
    """Django's EMAIL_* settings from one address (smtp+tls://user:password@host:587, consolemail://).

    A trial may leave it out: its e-mails are then files in `trial_folder`.
    """
    value = text(name, None if trial_folder is None else "files")
    if value == "files" and trial_folder is not None:
        return {
            "EMAIL_BACKEND": "django.core.mail.backends.filebased.EmailBackend",
            "EMAIL_FILE_PATH": str(trial_folder),
        }
    try:
        config: dict[str, Any] = environ.Env.email_url_config(value)
    except Exception:
        raise refuse(name, "is not an address like smtp+tls://user:password@host:587.") from None
    if not config.get("EMAIL_BACKEND"):
        raise refuse(name, "is not an address like smtp+tls://user:password@host:587.")
    if "smtp" in str(config["EMAIL_BACKEND"]) and not config.get("EMAIL_HOST"):
        raise refuse(name, "names no host.")
    return {
        key: setting for key, setting in config.items() if key.startswith("EMAIL_") and setting is not None
    }


def trial_key(path: Path) -> str:
    """The secret key of a trial: made once, kept in a file that only its owner reads."""
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        # Written whole beside it and then given its name: two processes that start together share one key.
        with tempfile.NamedTemporaryFile("w", dir=path.parent, prefix=".key-") as file:
            file.write(secrets.token_urlsafe(50))
            file.flush()
            with contextlib.suppress(FileExistsError):
                os.link(file.name, path)
    return path.read_text().strip()
