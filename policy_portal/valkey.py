"""Where the embedded Valkey listens: a Unix socket in `var/`, or near it when that path is too long."""

from __future__ import annotations

import hashlib
import os
import tempfile
from pathlib import Path

from .paths import VAR_DIR

LONGEST_SOCKET_PATH = 100  # characters; the kernel takes 108 with the closing zero, macOS 104


def socket_path(var_dir: Path = VAR_DIR) -> Path:
    """The socket's path: the same for every process that works on the same `var/`."""
    path = var_dir.resolve() / "valkey.sock"
    if len(str(path).encode()) <= LONGEST_SOCKET_PATH:
        return path
    name = hashlib.sha256(str(path).encode()).hexdigest()[:16]
    return Path(tempfile.gettempdir()) / f"portal-{os.getuid()}-{name}" / "valkey.sock"


def embedded_url() -> str:
    return f"unix://{socket_path()}"
