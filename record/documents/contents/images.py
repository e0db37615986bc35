"""Pictures: whole from the first byte to the last, nothing behind, no page or script in their comments, and not
more pixels than a reader's machine can hold."""

from __future__ import annotations

import re
import struct
import zlib
from itertools import chain
from typing import IO

from record.documents.store import BLOCK

from . import refusals as words
from .reading import MARKUP_IN, TooMuch, blocks, found_in, inflated
from .refusals import Refused

MOST_PIXELS = 150_000_000
MOST_FILM = 10 * MOST_PIXELS  # of all pictures of an animation
MOST_PIECES = 200_000
MOST_TEXT = 4 * 1024 * 1024  # bytes that a comment may unpack to

_CHANNELS = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}
_PNG_CHUNK = re.compile(rb"[A-Za-z]{4}")
_JPEG_MARKER = re.compile(rb"\xff[^\x00\xff\xd0-\xd7]")
_JPEG_SIZES = {0xC0, 0xC1, 0xC2, 0xC3, 0xC5, 0xC6, 0xC7, 0xC9, 0xCA, 0xCB, 0xCD, 0xCE, 0xCF}


def _bounded(kind: str, width: int, height: int, frames: int = 1) -> None:
    if not width or not height:
        raise Refused(words.DAMAGED, kind=kind)
    if width * height > MOST_PIXELS or width * height * frames > MOST_FILM:
        raise Refused(words.TOO_MANY_PIXELS, limit=MOST_PIXELS // 1_000_000)


def _no_markup(stream: IO[bytes], start: int, length: int, kind: str) -> None:
    if found_in(blocks(stream, start, length), MARKUP_IN):
        raise Refused(words.MARKUP, kind=kind)


def _exactly(stream: IO[bytes], count: int, kind: str) -> bytes:
    read = stream.read(count)
    if len(read) != count:
        raise Refused(words.DAMAGED, kind=kind)
    return read


# PNG ---------------------------------------------------------------------------------------------


def check_png(stream: IO[bytes], size: int) -> None:
    place, most = 8, 0
    pictures: list[list[tuple[int, int]]] = [[]]
    """Where the pixels of each picture lie (an animation has several): place and length of their pieces."""
    for number in range(MOST_PIECES):
        stream.seek(place)
        length, kind = struct.unpack(">I4s", _exactly(stream, 8, "PNG"))
        if not _PNG_CHUNK.fullmatch(kind) or place + 12 + length > size:
            raise Refused(words.DAMAGED, kind="PNG")
        if (number == 0) != (kind == b"IHDR"):
            raise Refused(words.DAMAGED, kind="PNG")
        if number == 0:
            width, height, depth, colours = struct.unpack(">IIBB", _exactly(stream, 10, "PNG"))
            _bounded("PNG", width, height)
            # A line begins with its filter; interlaced ones are at most twice as many.
            most = 2 * height * (width * depth * _CHANNELS.get(colours, 4) // 8 + 2) + BLOCK
        _png_sum(stream, place, length, kind)
        if kind == b"fcTL":
            pictures.append([])
        if kind in (b"IDAT", b"fdAT"):
            number_of_it = 4 if kind == b"fdAT" else 0
            pictures[-1].append((place + 8 + number_of_it, max(0, length - number_of_it)))
        else:
            _no_markup(stream, place + 8, length, "PNG")
        if kind in (b"zTXt", b"iTXt", b"iCCP"):
            _png_text(stream, place + 8, length, kind)
        place += 12 + length
        if kind == b"IEND":
            if place != size:
                raise Refused(words.TWO_FILES, kind="PNG")
            for pieces in pictures:
                _png_pixels(stream, pieces, most)
            return
    raise Refused(words.DAMAGED, kind="PNG")


def _png_pixels(stream: IO[bytes], pieces: list[tuple[int, int]], most: int) -> None:
    """One picture's pixels unpack to no more than its size in pixels says."""
    packed = chain.from_iterable(blocks(stream, place, length) for place, length in pieces)
    try:
        for _block in inflated(packed, most, strict=False):
            pass
    except TooMuch:
        raise Refused(words.TOO_MUCH, kind="PNG") from None
    except zlib.error:
        raise Refused(words.DAMAGED, kind="PNG") from None


def _png_sum(stream: IO[bytes], place: int, length: int, kind: bytes) -> None:
    found = zlib.crc32(kind)
    for block in blocks(stream, place + 8, length):
        found = zlib.crc32(block, found)
    stream.seek(place + 8 + length)
    if struct.unpack(">I", _exactly(stream, 4, "PNG"))[0] != found:
        raise Refused(words.DAMAGED, kind="PNG")


def _png_text(stream: IO[bytes], start: int, length: int, kind: bytes) -> None:
    """Packed texts, unpacked as they go by."""
    head = next(blocks(stream, start, min(length, 1024)), b"")
    name_end = head.find(b"\0")
    if kind == b"iTXt":
        packed = head[name_end + 1 : name_end + 2] == b"\1"
        after_language = head.find(b"\0", name_end + 3)
        at = head.find(b"\0", after_language + 1) + 1
        if not packed:
            return
    else:
        at = name_end + 2
    if name_end < 0 or at <= 0:
        raise Refused(words.DAMAGED, kind="PNG")
    try:
        if found_in(inflated(blocks(stream, start + at, length - at), MOST_TEXT), MARKUP_IN):
            raise Refused(words.MARKUP, kind="PNG")
    except TooMuch:
        raise Refused(words.TOO_MUCH, kind="PNG") from None
    except zlib.error:
        raise Refused(words.DAMAGED, kind="PNG") from None


# JPEG --------------------------------------------------------------------------------------------


def check_jpeg(stream: IO[bytes], size: int) -> None:
    place, sized = 2, False
    for _ in range(MOST_PIECES):
        stream.seek(place)
        fence, marker = _exactly(stream, 2, "JPEG")
        if fence != 0xFF:
            raise Refused(words.DAMAGED, kind="JPEG")
        if marker == 0xFF:  # filling
            place += 1
            continue
        if marker == 0xD9:
            if not sized:
                raise Refused(words.DAMAGED, kind="JPEG")
            _jpeg_tail(stream, place + 2, size)
            return
        if marker == 0x01 or 0xD0 <= marker <= 0xD7:
            place += 2
            continue
        length = struct.unpack(">H", _exactly(stream, 2, "JPEG"))[0]
        if length < 2 or place + 2 + length > size:
            raise Refused(words.DAMAGED, kind="JPEG")
        if marker in _JPEG_SIZES:
            _bits, height, width = struct.unpack(">BHH", _exactly(stream, 5, "JPEG"))
            _bounded("JPEG", width, height)
            sized = True
        elif marker == 0xFE or 0xE0 <= marker <= 0xEF:
            _no_markup(stream, place + 4, length - 2, "JPEG")
        place += 2 + length
        if marker == 0xDA:
            place = _jpeg_next(stream, place, size)
    raise Refused(words.DAMAGED, kind="JPEG")


def _jpeg_next(stream: IO[bytes], place: int, size: int) -> int:
    """Where the marker after the picture's own data stands."""
    last = b""
    for block in blocks(stream, place, size - place):
        if found := _JPEG_MARKER.search(last + block):
            return place - len(last) + found.start()
        place += len(block)
        last = block[-1:]
    raise Refused(words.DAMAGED, kind="JPEG")


def _jpeg_tail(stream: IO[bytes], place: int, size: int) -> None:
    """Behind the picture phones put a second one (or a film); nothing else may be there."""
    tail = b"".join(blocks(stream, place, min(size - place, 4096))).lstrip(b"\0")
    if not tail:
        if size - place > 4096:
            raise Refused(words.TWO_FILES, kind="JPEG")
        return
    if not (tail.startswith(b"\xff\xd8\xff") or tail[4:8] == b"ftyp"):
        raise Refused(words.TWO_FILES, kind="JPEG")
    _no_markup(stream, place, size - place, "JPEG")


# GIF ---------------------------------------------------------------------------------------------


def check_gif(stream: IO[bytes], size: int) -> None:
    stream.seek(6)
    width, height, flags = struct.unpack("<HHB", _exactly(stream, 7, "GIF")[:5])
    _bounded("GIF", width, height)
    if flags & 0x80:
        _exactly(stream, 3 << ((flags & 7) + 1), "GIF")
    frames = 0
    for _ in range(MOST_PIECES):
        kind = _exactly(stream, 1, "GIF")
        if kind == b"\x3b":
            if stream.tell() != size or not frames:
                raise Refused(words.TWO_FILES, kind="GIF")
            return
        if kind == b"\x2c":
            frames += 1
            _bounded("GIF", width, height, frames)
            local = _exactly(stream, 9, "GIF")[8]
            if local & 0x80:
                _exactly(stream, 3 << ((local & 7) + 1), "GIF")
            _exactly(stream, 1, "GIF")
            _gif_data(stream, text=False)
        elif kind == b"\x21":
            _exactly(stream, 1, "GIF")
            _gif_data(stream, text=True)
        else:
            raise Refused(words.DAMAGED, kind="GIF")
    raise Refused(words.DAMAGED, kind="GIF")


def _gif_data(stream: IO[bytes], *, text: bool) -> None:
    """A chain of pieces of at most 255 bytes."""
    last = b""
    while length := _exactly(stream, 1, "GIF")[0]:
        piece = _exactly(stream, length, "GIF")
        if text and MARKUP_IN.search(last + piece):
            raise Refused(words.MARKUP, kind="GIF")
        last = (last + piece)[-64:]


# WebP --------------------------------------------------------------------------------------------


def check_webp(stream: IO[bytes], size: int) -> None:
    stream.seek(0)
    magic, told = struct.unpack("<4sI", _exactly(stream, 8, "WebP"))
    if magic != b"RIFF" or told + 8 > size:
        raise Refused(words.DAMAGED, kind="WebP")
    if told + 8 + (told & 1) < size:
        raise Refused(words.TWO_FILES, kind="WebP")
    place, sized = 12, False
    while place < told + 8:
        stream.seek(place)
        kind, length = struct.unpack("<4sI", _exactly(stream, 8, "WebP"))
        if place + 8 + length > size:
            raise Refused(words.DAMAGED, kind="WebP")
        if kind in (b"VP8 ", b"VP8L", b"VP8X"):
            _bounded("WebP", *_webp_size(kind, _exactly(stream, 10, "WebP")))
            sized = True
        elif kind not in (b"ALPH", b"ANMF"):
            _no_markup(stream, place + 8, length, "WebP")
        place += 8 + length + (length & 1)
    if not sized:
        raise Refused(words.DAMAGED, kind="WebP")


def _webp_size(kind: bytes, head: bytes) -> tuple[int, int]:
    if kind == b"VP8 ":
        width, height = struct.unpack("<HH", head[6:10])
        return width & 0x3FFF, height & 0x3FFF
    if kind == b"VP8L":
        bits = int.from_bytes(head[1:5], "little")
        return (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
    return int.from_bytes(head[4:7], "little") + 1, int.from_bytes(head[7:10], "little") + 1
