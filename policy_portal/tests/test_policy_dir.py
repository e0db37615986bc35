"""The school's own policy versions are in use from the start, or stop it with their name."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from rulebook.policy import SHIPPED

ROOT = Path(__file__).resolve().parent.parent.parent
ASK = (
    "import django; django.setup(); from rulebook.policy import book; print([p.id for p in book().versions])"
)


def start(tmp_path: Path, text: str) -> subprocess.CompletedProcess[str]:
    policies = tmp_path / "policies"
    policies.mkdir()
    (policies / "autumn.toml").write_text(text, encoding="utf-8")
    return subprocess.run(
        [sys.executable, "-c", ASK],
        cwd=ROOT,
        env={
            "PATH": os.environ["PATH"],
            "DJANGO_SETTINGS_MODULE": "policy_portal.settings",
            "IGNORE_DOT_ENV": "1",
            "VAR_DIR": str(tmp_path),
            "POLICY_DIR": str(policies),
        },
        capture_output=True,
        text=True,
    )


def own_version() -> str:
    text = (SHIPPED / "2026-01.toml").read_text(encoding="utf-8")
    return text.replace('id = "2026-01"', 'id = "autumn"').replace("= 2015-01-01", "= 2040-09-01")


def test_the_schools_own_version_is_in_use(tmp_path: Path) -> None:
    done = start(tmp_path, own_version())
    assert done.stdout.strip() == "['2026-01', 'autumn']", done.stderr


def test_a_version_that_cannot_be_used_stops_the_start_with_its_name(tmp_path: Path) -> None:
    done = start(tmp_path, own_version().replace('"24 hours"', '"24 moons"'))
    assert done.returncode != 0
    assert "Setting POLICY_DIR:" in done.stderr
    assert "autumn.toml: attendance.notice: the unit of '24 moons'" in done.stderr
