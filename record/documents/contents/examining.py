"""Looking at a file before it is kept: size, type, what is in it, and what the scanner says."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import IO

from django.template.defaultfilters import filesizeformat

from record.documents.names import kinds_in_words
from record.documents.purposes import Purpose
from record.documents.scanning import scan

from . import archives, images, pdf, texts, videos
from . import refusals as words
from .kinds import HEAD, kind_of, name_of
from .reading import MARKUP_IN
from .refusals import Refused

ZIP, TEXT, PDF = "application/zip", "text/plain", "application/pdf"

_CHECKS: dict[str, Callable[[IO[bytes], int], None]] = {
    PDF: pdf.check,
    "image/png": images.check_png,
    "image/jpeg": images.check_jpeg,
    "image/gif": images.check_gif,
    "image/webp": images.check_webp,
    "video/mp4": videos.check_mp4,
    "video/webm": videos.check_webm,
    TEXT: texts.check,
}
_SNIFFED = 2048
"""Bytes from the start in which browsers and PDF readers look for something else than they were told."""
_PDF_IN = re.compile(rb"%PDF-\d")


@dataclass(frozen=True, slots=True)
class Examined:
    """What was found out about a file that may come in."""

    content_type: str
    size: int
    scan_state: str


def examine(stream: IO[bytes], size: int, purpose: Purpose) -> Examined:
    """Whether a file may be kept for a purpose; raises Refused with the reason.

    The cheap questions first; the type is the content's own, whatever the name says. Reads in blocks.
    """
    if size == 0:
        raise Refused(words.EMPTY)
    if size > purpose.max_bytes:
        raise Refused(words.TOO_LARGE, size=filesizeformat(size), limit=filesizeformat(purpose.max_bytes))
    stream.seek(0)
    head = stream.read(HEAD)
    content_type = _type_of(stream, size, head)
    if content_type not in purpose.content_types:
        found = kinds_in_words([content_type]) if content_type else name_of(head)
        allowed = kinds_in_words(purpose.content_types)
        if found:
            raise Refused(words.OTHER_TYPE, found=found, allowed=allowed)
        raise Refused(words.UNKNOWN_TYPE, allowed=allowed)
    check = _CHECKS.get(content_type)
    if check is None:
        archives.check(stream, size, content_type)
    else:
        if content_type != TEXT:
            _one_thing(stream, size, head, content_type)
        check(stream, size)
    stream.seek(0)
    return Examined(content_type, size, scan(stream))


def _type_of(stream: IO[bytes], size: int, head: bytes) -> str:
    content_type = kind_of(head)
    return archives.kind_of_archive(stream, size) if content_type == ZIP else content_type


def _one_thing(stream: IO[bytes], size: int, head: bytes, content_type: str) -> None:
    """A file is what it is, and nothing else to anybody else."""
    kind = kinds_in_words([content_type])
    start = head[:_SNIFFED]
    if content_type != PDF and _PDF_IN.search(start):
        raise Refused(words.TWO_FILES, kind=kind)
    if MARKUP_IN.search(start):
        raise Refused(words.MARKUP, kind=kind)
    if archives.hides_archive(stream, size):
        raise Refused(words.TWO_FILES, kind=kind)
