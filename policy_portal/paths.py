"""Where things lie: the project's folder, and the one folder that the platform writes to."""

from __future__ import annotations

from pathlib import Path

from . import environment

BASE_DIR = Path(__file__).resolve().parent.parent
environment.read_dot_env(BASE_DIR / ".env")
VAR_DIR = Path(environment.text("VAR_DIR", str(BASE_DIR / "var")))
VAR_DIR.mkdir(parents=True, exist_ok=True)
