"""Looking at a file before it is kept: size, type, what is in it, and what the scanner says."""

from __future__ import annotations

from dataclasses import dataclass
from typing import IO

from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext_noop

from record.documents.purposes import Purpose
from record.models import ScanState

from .kinds import HEAD, kind_of
from .refusals import Refused


@dataclass(frozen=True, slots=True)
class Examined:
    """What was found out about a file that may come in."""

    content_type: str
    size: int
    scan_state: str


def examine(stream: IO[bytes], size: int, purpose: Purpose) -> Examined:
    """Whether a file may be kept for a purpose; raises Refused with the reason. Reads in blocks."""
    if size == 0:
        raise Refused(gettext_noop("This file is empty."))
    if size > purpose.max_bytes:
        raise Refused(
            gettext_noop("This file has %(size)s; at most %(limit)s are taken here."),
            size=filesizeformat(size),
            limit=filesizeformat(purpose.max_bytes),
        )
    stream.seek(0)
    content_type = kind_of(stream.read(HEAD))
    if content_type not in purpose.content_types:
        raise Refused(gettext_noop("A file of this type is not taken here."))
    stream.seek(0)
    return Examined(content_type, size, ScanState.UNSCANNED)
