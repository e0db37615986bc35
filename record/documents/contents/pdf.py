"""PDF: whole, unlocked, without scripts, actions that start programs, or files inside; no bomb."""

from __future__ import annotations

import mmap
import re
import zlib
from base64 import a85decode
from collections.abc import Iterator
from contextlib import contextmanager
from io import UnsupportedOperation
from typing import IO

from . import refusals as words
from .reading import TooMuch, inflated
from .refusals import Refused

MOST_UNPACKED = 512 * 1024 * 1024
"""Bytes that all of a file's streams may unpack to: what its reader would have to hold."""
MOST_STREAMS = 100_000

_STREAM = re.compile(rb"stream\r?\n")
_ESCAPED = re.compile(rb"#([0-9A-Fa-f]{2})")
_END = rb"(?![A-Za-z0-9_])"
_ACTIVE = re.compile(rb"/(?:JavaScript|JS|Launch|RichMedia|XFA|ImportData|SubmitForm|GoToE|Rendition)" + _END)
_ATTACHED = re.compile(rb"/EmbeddedFiles?" + _END)
_LOCKED = re.compile(rb"/Encrypt" + _END)
_OBJECTS = re.compile(rb"/(?:ObjStm|First)" + _END)
_FILTER = re.compile(rb"/Filter\s*(\[[^\]]*\]|/[^\s/<>\[\]()]+)")
_FILTERS = re.compile(rb"/Filter" + _END)
_PLAIN_FILTER = re.compile(rb"\s*|\[?\s*/(?:FlateDecode|Fl)\s*\]?\s*")
_HIDDEN = re.compile(rb"/(?:JavaScript|Launch|RichMedia|EmbeddedFiles?|ImportData|SubmitForm)" + _END)
_ASCII85 = re.compile(rb"^\[\s*/(?:ASCII85Decode|A85)\s*/(?:FlateDecode|Fl)\s*\]")
_FLATE = re.compile(rb"/(?:FlateDecode|Fl)" + _END)
_PACKER = re.compile(rb"/(?:FlateDecode|Fl|LZWDecode|LZW|RunLengthDecode|RL)" + _END)
_DICTIONARY = 64 * 1024
"""Bytes before a stream in which its dictionary is looked for."""

Buffer = mmap.mmap | bytes


def check(stream: IO[bytes], size: int) -> None:
    with _buffer(stream, size) as file:
        end = file.rfind(b"%%EOF")
        if not re.match(rb"%PDF-[12]\.\d", file[:8]) or end < 0:
            raise Refused(words.DAMAGED, kind="PDF")
        if file[end + 5 : end + 5 + 2048].strip(b"\r\n\t \0") or size - end > 2048:
            raise Refused(words.TWO_FILES, kind="PDF")
        _look_through(file)


@contextmanager
def _buffer(stream: IO[bytes], size: int) -> Iterator[Buffer]:
    """The file as the system maps it; small ones that are in memory as they are."""
    try:
        mapped = mmap.mmap(stream.fileno(), size, access=mmap.ACCESS_READ)
    except (UnsupportedOperation, AttributeError, OSError):
        stream.seek(0)
        yield stream.read()
        return
    with mapped:
        yield mapped


def _look_through(file: Buffer) -> None:
    """Everything outside of streams, and the objects that are packed in some."""
    place, left = 0, MOST_UNPACKED
    for _ in range(MOST_STREAMS):
        found = _STREAM.search(file, place)
        if found is None:
            _look_at(file[place:])
            return
        between = file[place : found.start()]
        _look_at(between)
        end = file.find(b"endstream", found.end())
        if end < 0:
            raise Refused(words.DAMAGED, kind="PDF")
        left = _look_into(_plain(between[-_DICTIONARY:]), file, found.end(), end, left)
        place = end + len(b"endstream")
    raise Refused(words.TOO_MUCH, kind="PDF")


def _plain(text: bytes) -> bytes:
    """Names without their escapes: /J#53 is /JS."""
    return _ESCAPED.sub(lambda code: bytes([int(code[1], 16)]), text)


def _look_at(text: bytes) -> None:
    text = _plain(text)
    if _LOCKED.search(text):
        raise Refused(words.LOCKED, kind="PDF")
    if _ATTACHED.search(text):
        raise Refused(words.ATTACHED)
    if _ACTIVE.search(text):
        raise Refused(words.ACTIVE, kind="PDF")


def _look_into(about: bytes, file: Buffer, start: int, end: int, left: int) -> int:
    """One stream; returns how much may still be unpacked."""
    dictionary = about[about.rfind(b"obj") + 1 :]
    named = [match[1] for match in _FILTER.finditer(dictionary)]
    filters = b" ".join(named)
    has_objects = bool(_OBJECTS.search(about))
    # Named elsewhere, or hidden behind a comment: no program writes that, and readers differ about it.
    if len(named) != len(_FILTERS.findall(dictionary)) or b"%" in filters or (named and b"%" in dictionary):
        raise Refused(words.UNUSUAL, kind="PDF")
    # Objects are packed by every program in this one way; in another they could not be looked at.
    if has_objects and not _PLAIN_FILTER.fullmatch(filters):
        raise Refused(words.UNUSUAL, kind="PDF")
    if len(_PACKER.findall(filters)) > 1:
        raise Refused(words.TOO_MUCH, kind="PDF")
    try:
        pieces = _unpacked(filters, file, start, end, left)
        last = b""
        for block in pieces:
            left -= len(block)
            seen = _plain(last + block)
            # What only looks like a stream to this reader may be objects to another (words in a comment).
            if _HIDDEN.search(seen):
                raise Refused(words.ACTIVE, kind="PDF")
            if has_objects:
                _look_at(seen)
            last = block[-64:]
    except TooMuch:
        raise Refused(words.TOO_MUCH, kind="PDF") from None
    except (zlib.error, ValueError):
        # A reader of PDF shows what it can; what cannot be looked at is not taken.
        raise Refused(words.DAMAGED, kind="PDF") from None
    return max(left, 0)


def _unpacked(filters: bytes, file: Buffer, start: int, end: int, most: int) -> Iterator[bytes]:
    """What a stream holds, in blocks; of pictures and such their bytes as they are."""
    if not _FLATE.search(filters):
        return _slices(file, start, end)
    if _ASCII85.search(filters):
        text = file[start:end].strip().removeprefix(b"<~").partition(b"~>")[0]
        return inflated(iter([a85decode(text)]), most)
    if filters.count(b"/") > 1 and not re.match(rb"\[?\s*/Fl", filters):
        raise Refused(words.UNUSUAL, kind="PDF")
    return inflated(_slices(file, start, end), most, strict=False)


def _slices(file: Buffer, start: int, end: int) -> Iterator[bytes]:
    for place in range(start, end, 65536):
        yield file[place : min(place + 65536, end)]
