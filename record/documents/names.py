"""File names as they may be shown and sent: one line, no path, nothing that turns or hides letters."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from urllib.parse import quote

MOST_LETTERS = 150
_HIDDEN = frozenset({"Cc", "Cf", "Cn", "Co", "Cs", "Zl", "Zp"})
_RESERVED = re.compile(r'[<>:"|?*;%`$\\/]+')
_DEVICE = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\.|$)", re.IGNORECASE)

EXTENSIONS: dict[str, tuple[str, ...]] = {
    "application/pdf": ("pdf",),
    "image/png": ("png",),
    "image/jpeg": ("jpg", "jpeg"),
    "image/gif": ("gif",),
    "image/webp": ("webp",),
    "video/mp4": ("mp4", "m4v"),
    "video/webm": ("webm",),
    "application/zip": ("zip",),
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": ("docx",),
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": ("xlsx",),
    "application/vnd.openxmlformats-officedocument.presentationml.presentation": ("pptx",),
    "application/vnd.oasis.opendocument.text": ("odt",),
    "application/vnd.oasis.opendocument.spreadsheet": ("ods",),
    "application/vnd.oasis.opendocument.presentation": ("odp",),
    "text/plain": ("txt", "md", "csv", "log", "tex", "py", "sql", "json", "yaml", "yml", "toml"),
}
"""The endings that a file of each type may keep; the first one is given to a file with another."""


def kinds_in_words(content_types: Iterable[str]) -> str:
    """What people call these types: PDF, PNG."""
    return ", ".join(
        sorted({EXTENSIONS[kind][0].upper() if kind in EXTENSIONS else kind for kind in content_types})
    )


def clean_name(name: str, content_type: str = "") -> str:
    """A name that is safe to show, to keep and to send; its ending says what the content is.

    >>> clean_name("../../etc/invoice\\u202efdp.exe", "application/pdf")
    'invoicefdp.exe.pdf'
    """
    bare = unicodedata.normalize("NFC", name.encode("utf-8", "ignore").decode())
    bare = re.split(r"[/\\]", bare)[-1]
    bare = "".join(letter for letter in bare if unicodedata.category(letter) not in _HIDDEN)
    bare = " ".join(_RESERVED.sub("_", bare).split()).strip(" .")
    if _DEVICE.match(bare):
        bare = f"_{bare}"
    stem, dot, ending = bare.rpartition(".")
    allowed = EXTENSIONS.get(content_type, ())
    if not dot or not stem or (allowed and ending.lower() not in allowed):
        stem, ending = bare, allowed[0] if allowed else ""
    stem = stem.strip(" .") or "file"
    ending = ending[:16]
    kept = stem[: MOST_LETTERS - len(ending) - 1].rstrip(" .")
    return f"{kept}.{ending}" if ending else kept


def disposition(name: str) -> str:
    """The Content-Disposition that makes a browser save and never show it (RFC 6266, names as RFC 8187 writes
    them)."""
    plain = re.sub(r"[^A-Za-z0-9._ ()-]", "_", unicodedata.normalize("NFKD", name)) or "file"
    return f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"
