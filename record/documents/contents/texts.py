"""Plain text: UTF-8 throughout, and not a web page."""

from __future__ import annotations

import codecs
import re
from typing import IO

from . import refusals as words
from .reading import blocks
from .refusals import Refused

_CONTROL = re.compile(r"[\x00-\x08\x0b\x0e-\x1f\x7f-\x84\x86-\x9f]")


def check(stream: IO[bytes], size: int) -> None:
    decoder = codecs.getincrementaldecoder("utf-8")()
    begun = False
    for block in blocks(stream, 0, size):
        try:
            text = decoder.decode(block)
        except UnicodeDecodeError:
            raise Refused(words.OLD_ENCODING) from None
        if _CONTROL.search(text):
            raise Refused(words.OLD_ENCODING)
        if not begun and (start := text.lstrip("\ufeff \t\r\n\f\u2028\u2029\u00a0\u200b")):
            begun = True
            if start.startswith("<"):
                raise Refused(words.LOOKS_LIKE_MARKUP)
    try:
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        raise Refused(words.OLD_ENCODING) from None
