"""Films: their boxes fit into each other from the first byte to the last."""

from __future__ import annotations

import re
import struct
from typing import IO

from . import refusals as words
from .reading import MARKUP_IN, blocks, found_in
from .refusals import Refused

MOST_BOXES = 500_000
MOST_LOOKED_THROUGH = 32 * 1024 * 1024
"""Bytes of a film, beside its sound and pictures, that are looked through for markup. A long film's index has a few;
what lies behind them no browser looks at, and it is never served as a page. So the time for a film has a bound,
whatever its size."""

MP4_BRANDS = re.compile(rb"iso[2-9m]|mp4[12v]|avc1|M4V[ PH]|dash|MSNV|mmp4|cmfc")
_BOXES = frozenset(
    re.findall(rb"....", b"ftypmoovmdatfreeskipwidemoofmfrasidxssixstyppdinmetaemsgudtaprftuuid")
)


def is_mp4(head: bytes) -> bool:
    """Whether the first box tells of MP4 (and not of QuickTime, HEIC or AVIF)."""
    length = int.from_bytes(head[:4], "big")
    brands = {head[8:12], *(head[at : at + 4] for at in range(16, min(length, len(head)), 4))}
    return head[4:8] == b"ftyp" and any(MP4_BRANDS.fullmatch(brand) for brand in brands)


def check_mp4(stream: IO[bytes], size: int) -> None:
    place, index, kind, left = 0, False, b"", MOST_LOOKED_THROUGH
    for _ in range(MOST_BOXES):
        if place == size:
            break
        stream.seek(place)
        head = stream.read(16)
        if len(head) < 8:
            raise Refused(words.TWO_FILES if index else words.DAMAGED, kind="MP4")
        length, kind = struct.unpack(">I4s", head[:8])
        if length == 1 and len(head) == 16:
            length = struct.unpack(">Q", head[8:])[0]
        elif length == 0:
            length = size - place  # up to the end
        if kind not in _BOXES:
            raise Refused(words.TWO_FILES if index else words.DAMAGED, kind="MP4")
        if length < 8 or place + length > size:
            raise Refused(words.DAMAGED, kind="MP4")
        if kind not in (b"mdat", b"moof"):
            left = _no_markup(stream, place, length, left, "MP4")
        index = index or kind == b"moov"
        place += length
    if place != size or not index:
        raise Refused(words.DAMAGED, kind="MP4")


def _no_markup(stream: IO[bytes], start: int, length: int, left: int, kind: str) -> int:
    """Refuse markup in a part; returns how many bytes may still be looked through."""
    looked = min(length, left)
    if found_in(blocks(stream, start, looked), MARKUP_IN):
        raise Refused(words.MARKUP, kind=kind)
    return left - looked


# WebM --------------------------------------------------------------------------------------------

_HEADER, _SEGMENT, _DOCTYPE = 0x1A45DFA3, 0x18538067, 0x4282
_MEDIA = frozenset({0x1F43B675, 0x1654AE6B})  # clusters and tracks: their contents are sound and pictures
_UNKNOWN = -1


def check_webm(stream: IO[bytes], size: int) -> None:
    stream.seek(0)
    kind, length = _element(stream)
    start = stream.tell()
    if kind != _HEADER or not 0 < length < 4096:
        raise Refused(words.DAMAGED, kind="WebM")
    if _doctype(stream, start + length) not in (b"webm", b"matroska"):
        raise Refused(words.DAMAGED, kind="WebM")
    stream.seek(start + length)
    kind, length = _element(stream)
    if kind != _SEGMENT:
        raise Refused(words.DAMAGED, kind="WebM")
    inside = stream.tell()
    if length != _UNKNOWN and inside + length != size:
        raise Refused(words.TWO_FILES if inside + length < size else words.DAMAGED, kind="WebM")
    _segment(stream, inside, size)


def _segment(stream: IO[bytes], place: int, size: int) -> None:
    """The parts of the film. One of unknown length (a browser's own recording) holds all that follows."""
    media, left = False, MOST_LOOKED_THROUGH
    for _ in range(MOST_BOXES):
        if place == size:
            break
        stream.seek(place)
        kind, length = _element(stream)
        if kind in _MEDIA:
            media = True
        if length == _UNKNOWN:
            return
        start = stream.tell()
        if start + length > size:
            raise Refused(words.DAMAGED, kind="WebM")
        if kind not in _MEDIA:
            left = _no_markup(stream, start, length, left, "WebM")
        place = start + length
    if place != size or not media:
        raise Refused(words.DAMAGED, kind="WebM")


def _doctype(stream: IO[bytes], end: int) -> bytes:
    while stream.tell() < end:
        kind, length = _element(stream)
        if length == _UNKNOWN or length > 64:
            break
        value = stream.read(length)
        if kind == _DOCTYPE:
            return value.rstrip(b"\0")
    return b""


def _element(stream: IO[bytes]) -> tuple[int, int]:
    """An element's id and its length."""
    first = stream.read(1)
    if not first or not (width := _width(first[0])) or width > 4:
        raise Refused(words.DAMAGED, kind="WebM")
    kind = int.from_bytes(first + stream.read(width - 1), "big")
    first = stream.read(1)
    if not first or not (width := _width(first[0])):
        raise Refused(words.DAMAGED, kind="WebM")
    raw = first + stream.read(width - 1)
    if len(raw) != width:
        raise Refused(words.DAMAGED, kind="WebM")
    length = int.from_bytes(raw, "big") & ((1 << 7 * width) - 1)
    return kind, _UNKNOWN if length == (1 << 7 * width) - 1 else length


def _width(first: int) -> int:
    """How many bytes a number has, told by the zeros at its front; 0: none that there is."""
    return 9 - first.bit_length() if first else 0
