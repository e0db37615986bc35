"""A bad or missing setting stops the start with its name."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured

from policy_portal import environment as env

ROOT = Path(__file__).resolve().parent.parent.parent
REAL = {
    "DEBUG": "false",
    "SECRET_KEY": "k" * 60,
    "SITE_URL": "https://portal.example.org",
    "ALLOWED_HOSTS": "portal.example.org",
    "EMAIL_URL": "smtp+tls://user:password@mail.example.org:587",
    "DEFAULT_FROM_EMAIL": "school@example.org",
}


def start(var: Path, **settings: str) -> subprocess.CompletedProcess[str]:
    """Load the settings in a process of their own, with this environment and no other."""
    return subprocess.run(
        [sys.executable, "-c", "from django.conf import settings as s; print(s.DATABASES, s.SITE_URL)"],
        cwd=ROOT,
        env={
            "PATH": os.environ["PATH"],
            "DJANGO_SETTINGS_MODULE": "policy_portal.settings",
            "IGNORE_DOT_ENV": "1",
            "VAR_DIR": str(var),
            **settings,
        },
        capture_output=True,
        text=True,
    )


def test_a_trial_needs_no_setting(tmp_path: Path) -> None:
    assert start(tmp_path).returncode == 0


def test_a_real_school_starts_with_its_settings(tmp_path: Path) -> None:
    done = start(tmp_path, **REAL)
    assert done.returncode == 0, done.stderr
    assert not (tmp_path / "secret-key").exists()


@pytest.mark.parametrize(
    "name", ["SECRET_KEY", "SITE_URL", "ALLOWED_HOSTS", "EMAIL_URL", "DEFAULT_FROM_EMAIL"]
)
def test_a_real_school_has_to_decide_itself(name: str, tmp_path: Path) -> None:
    done = start(tmp_path, **{**REAL, name: ""})
    assert done.returncode != 0
    assert f"Setting {name}:" in done.stderr


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("DEBUG", "maybe"),
        ("DATABASE_URL", "nonsense"),
        ("DATABASE_URL", "mysql://localhost/portal"),
        ("DATABASE_URL", "postgres://localhost:port/portal"),
        ("REDIS_URL", "localhost"),
        ("REDIS_URL", "http://localhost"),
        ("SITE_URL", "portal.example.org"),
        ("SITE_URL", "https://portal.example.org/path"),
        ("EMAIL_URL", "mail.example.org"),
        ("EMAIL_URL", "smtp://"),
        ("PORT", "http"),
        ("PORT", "70000"),
        ("ENFORCEMENT_TICK_SECONDS", "0"),
        ("ENFORCEMENT_TICK_SECONDS", "1.5"),
        ("POLICY_DIR", "/nowhere/at/all"),
        ("LOG_FORMAT", "xml"),
        ("DEMO", "perhaps"),
    ],
)
def test_a_bad_value_stops_the_start_with_its_name(name: str, value: str, tmp_path: Path) -> None:
    done = start(tmp_path, **{name: value})
    assert done.returncode != 0
    assert f"Setting {name}:" in done.stderr


def test_plain_http_is_not_for_a_real_school(tmp_path: Path) -> None:
    done = start(tmp_path, **{**REAL, "SITE_URL": "http://portal.example.org"})
    assert "Setting SITE_URL:" in done.stderr


def test_a_password_is_not_repeated_in_the_complaint(tmp_path: Path) -> None:
    done = start(tmp_path, DATABASE_URL="mysql://portal:hidden-word@localhost/portal")
    assert "Setting DATABASE_URL:" in done.stderr
    assert "hidden-word" not in done.stderr.splitlines()[-1]


def test_an_empty_value_counts_as_not_set(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOME_FLAG", " ")
    assert env.flag("SOME_FLAG", default=True) is True
    assert env.whole("SOME_FLAG", 7) == 7


def test_the_key_of_a_trial_is_made_once_and_only_its_owner_reads_it(tmp_path: Path) -> None:
    path = tmp_path / "var" / "key"
    first = env.trial_key(path)
    assert env.trial_key(path) == first
    assert len(first) >= 50
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_sqlite_waits_for_its_one_writer(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("DATABASE_URL", raising=False)
    options = env.database("DATABASE_URL", tmp_path / "x.sqlite3")["OPTIONS"]
    assert options["transaction_mode"] == "IMMEDIATE"
    assert "journal_mode=WAL" in options["init_command"]


def test_dot_env_gives_way_to_the_environment(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("SITE_NAME=From the file\nSITE_OTHER=Also\n")
    monkeypatch.delenv("IGNORE_DOT_ENV", raising=False)
    monkeypatch.setenv("SITE_NAME", "From outside")
    monkeypatch.setenv("SITE_OTHER", "x")
    monkeypatch.delenv("SITE_OTHER")
    env.read_dot_env(tmp_path / ".env")
    assert env.text("SITE_NAME") == "From outside"
    assert env.text("SITE_OTHER") == "Also"


def test_a_setting_without_default_has_to_be_set() -> None:
    with pytest.raises(ImproperlyConfigured, match="Setting NOBODY_SETS_THIS:"):
        env.text("NOBODY_SETS_THIS")
