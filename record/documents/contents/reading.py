"""Reading a file in pieces: what a check holds in memory does not grow with the file."""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator
from typing import IO

from record.documents.store import BLOCK

MARKUP_IN = re.compile(
    rb"<(?:script|html|svg|iframe|object|embed|body|!doctype|\?php)\b|javascript:|\bon(?:load|error)\s*=",
    re.IGNORECASE,
)
"""What a browser or a server could take for a page or a program."""
LONGEST_NEEDLE = 64


def blocks(stream: IO[bytes], start: int, length: int) -> Iterator[bytes]:
    """A part of the file, block by block."""
    stream.seek(start)
    while length > 0 and (block := stream.read(min(BLOCK, length))):
        length -= len(block)
        yield block


def found_in(pieces: Iterator[bytes], needle: re.Pattern[bytes]) -> bool:
    """Whether a pattern of at most LONGEST_NEEDLE bytes is in what goes by, over the seams too."""
    last = b""
    for piece in pieces:
        if needle.search(last + piece):
            return True
        last = (last + piece)[-LONGEST_NEEDLE:]
    return False


def inflated(
    pieces: Iterator[bytes], most: int, window: int = zlib.MAX_WBITS, *, strict: bool = True
) -> Iterator[bytes]:
    """What compressed pieces unpack to, in blocks; raises TooMuch past ``most`` bytes and zlib.error where
    they are damaged (``strict``: also where something stands behind the end). No more than a block is
    unpacked at a time."""
    machine = zlib.decompressobj(window)
    passed = 0
    for piece in pieces:
        data = piece
        while data and not machine.eof:
            block = machine.decompress(data, BLOCK)
            data = machine.unconsumed_tail
            passed += len(block)
            if passed > most:
                raise TooMuch
            yield block
            if not block and not data:
                break
        if machine.eof:
            if strict and (machine.unused_data or next(pieces, b"")):
                raise zlib.error("data behind the end")
            return


class TooMuch(Exception):
    """Something unpacks to more than it may."""
