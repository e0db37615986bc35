"""A bad or missing setting stops the start with its name."""

from __future__ import annotations

import json
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


# Loads the settings once for each environment given, as a start does; one process for all of them.
LOADER = """
import importlib, json, os, sys
outside = dict(os.environ)
for settings in json.load(sys.stdin):
    os.environ.clear()
    os.environ.update(outside | settings)
    for name in [name for name in sys.modules if name.startswith("policy_portal")]:
        del sys.modules[name]
    try:
        importlib.import_module("policy_portal.settings")
        print("started")
    except Exception as error:
        print(f"{type(error).__name__}: {error}")
"""


def start(var: Path, environments: list[dict[str, str]]) -> list[str]:
    """What a start says in each of these environments."""
    done = subprocess.run(
        [sys.executable, "-c", LOADER],
        cwd=ROOT,
        env={"PATH": os.environ["PATH"], "IGNORE_DOT_ENV": "1", "VAR_DIR": str(var)},
        input=json.dumps(environments),
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout.splitlines()


def test_a_trial_needs_no_setting(tmp_path: Path) -> None:
    assert start(tmp_path, [{}]) == ["started"]
    assert (tmp_path / "secret-key").exists()


def test_a_real_school_starts_with_its_settings_and_decides_each_itself(tmp_path: Path) -> None:
    names = ["SECRET_KEY", "SITE_URL", "ALLOWED_HOSTS", "EMAIL_URL", "DEFAULT_FROM_EMAIL"]
    said = start(tmp_path, [REAL, *({**REAL, name: ""} for name in names)])
    assert said[0] == "started"
    for name, line in zip(names, said[1:], strict=True):
        assert line == f"ImproperlyConfigured: Setting {name}: is not set, and there is no default for it."
    assert not (tmp_path / "secret-key").exists()


BAD = [
    ("DEBUG", "maybe"),
    ("DATABASE_URL", "nonsense"),
    ("DATABASE_URL", "mysql://portal:hidden-word@localhost/portal"),
    ("DATABASE_URL", "postgres://portal:hidden-word@localhost:port/portal"),
    ("REDIS_URL", "localhost"),
    ("REDIS_URL", "http://:hidden-word@localhost"),
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
    ("RECORD_SIGNING_KEY", "hidden-word"),
    ("RECORD_SIGNING_KEY", "00ff"),
]


def test_a_bad_value_stops_the_start_with_its_name(tmp_path: Path) -> None:
    said = start(tmp_path, [{name: value} for name, value in BAD])
    for (name, value), line in zip(BAD, said, strict=True):
        assert line.startswith(f"ImproperlyConfigured: Setting {name}: "), (name, value, line)
        assert "hidden-word" not in line, "a complaint repeats no password"


def test_plain_http_is_not_for_a_real_school(tmp_path: Path) -> None:
    (said,) = start(tmp_path, [{**REAL, "SITE_URL": "http://portal.example.org"}])
    assert said.startswith("ImproperlyConfigured: Setting SITE_URL:")


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
