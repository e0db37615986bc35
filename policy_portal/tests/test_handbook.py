"""The operator's handbook names every setting that is read, and none that is not."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
READ = re.compile(r"\benv\.[a-z_]+\(\s*[\"']([A-Z][A-Z0-9_]+)[\"']")


def settings_read() -> set[str]:
    sources = [*(ROOT / "policy_portal").glob("*.py"), *(ROOT / "policy_portal" / "process").glob("*.py")]
    return {name for path in sources for name in READ.findall(path.read_text())} | {"VAR_DIR"}


def settings_told() -> set[str]:
    handbook = (ROOT / "docs" / "operations.md").read_text()
    table = handbook.partition("## Settings")[2].partition("\n## ")[0]
    rows = [line.split("|")[1] for line in table.splitlines() if line.startswith("| ")]
    return {name for row in rows for name in re.findall(r"`([A-Z0-9_]+)`", row)}


def test_every_setting_is_in_the_handbook() -> None:
    assert settings_read() - settings_told() == set()


def test_the_handbook_names_no_setting_that_nobody_reads() -> None:
    assert settings_told() - settings_read() == set()


def test_the_example_sets_what_is_read() -> None:
    example = (ROOT / ".env.example").read_text()
    named = set(re.findall(r"^#?([A-Z_]+)=", example, re.M))
    assert named - settings_read() == {"POSTGRES_PASSWORD", "REDIS_PASSWORD", "WEB_PORT"}
