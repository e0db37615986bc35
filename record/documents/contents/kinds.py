"""Types by the first bytes of a file. The checks of each type look at the rest."""

from __future__ import annotations

import puremagic

from .videos import is_mp4

HEAD = 4096
"""Bytes from the start that tell the type."""

_SIGNATURES: tuple[tuple[int, bytes, str], ...] = (
    (0, b"%PDF-", "application/pdf"),
    (0, b"\x89PNG\r\n\x1a\n", "image/png"),
    (0, b"\xff\xd8\xff", "image/jpeg"),
    (0, b"GIF87a", "image/gif"),
    (0, b"GIF89a", "image/gif"),
    (8, b"WEBP", "image/webp"),
    (0, b"\x1a\x45\xdf\xa3", "video/webm"),
    (0, b"PK\x03\x04", "application/zip"),
)
_PROGRAMS = (
    (b"MZ", "a Windows program"),
    (b"\x7fELF", "a Linux program"),
    (b"\xcf\xfa\xed\xfe", "a Mac program"),
)


def kind_of(head: bytes) -> str:
    """The type that the first bytes claim; text where they are UTF-8; empty where it is none of ours."""
    for place, signature, kind in _SIGNATURES:
        if head[place : place + len(signature)] == signature:
            return kind
    if is_mp4(head):
        return "video/mp4"
    return "text/plain" if _is_text(head) else ""


def name_of(head: bytes) -> str:
    """What a file that is not taken seems to be, in (English) words; empty where nobody knows."""
    for signature, name in _PROGRAMS:
        if head.startswith(signature):
            return name
    try:
        found = puremagic.magic_string(head[:2048])
    except (puremagic.PureError, ValueError, IndexError):
        return ""
    best = max(found, key=lambda each: each.confidence, default=None)
    return best.name if best is not None and best.confidence >= 0.3 else ""


def _is_text(head: bytes) -> bool:
    if not head or b"\0" in head:
        return False
    for cut in range(4):  # the last letter may be cut
        try:
            head[: len(head) - cut].decode("utf-8")
            return True
        except UnicodeDecodeError:
            continue
    return False
