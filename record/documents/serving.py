"""Sending a private file: as a download that nothing executes, in blocks, in ranges where asked for."""

from __future__ import annotations

import logging
import secrets
from collections.abc import Iterator
from datetime import datetime
from typing import BinaryIO

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse

from accounts.models import User
from record.models import Document

from . import store
from .names import disposition
from .purposes import purpose
from .ranges import Range, ranges_of
from .viewings import note_viewing

log = logging.getLogger(__name__)

SAFE = {
    "X-Content-Type-Options": "nosniff",
    # Opened as a page all the same, it has no origin, no script, and nothing to load.
    "Content-Security-Policy": "default-src 'none'; sandbox; frame-ancestors 'none'; base-uri 'none'",
    "Cache-Control": "private, no-store",
    "Cross-Origin-Resource-Policy": "same-origin",
    "X-Robots-Tag": "noindex",
    "Accept-Ranges": "bytes",
    "Vary": "Cookie, Authorization",
}


def serve(document: Document, request: HttpRequest, *, by: User, now: datetime) -> HttpResponseBase:
    """The answer with the file, to somebody who may read it. A viewing is written before the first byte."""
    tag = f'"{document.sha256}"'
    if tag in (each.strip() for each in request.headers.get("If-None-Match", "").split(",")):
        return _with_headers(HttpResponse(status=304), document, tag)
    wanted = _wanted(document, request, tag)
    if wanted == []:
        refused = HttpResponse(status=416, headers={"Content-Range": f"bytes */{document.size}"})
        return _with_headers(refused, document, tag)
    if request.method == "HEAD":
        return _with_headers(_answer(document, wanted, None), document, tag)
    try:
        file = store.open_file(document.stored_name)
    except FileNotFoundError:
        # Between the reading of the row and now it may have been deleted; else the store lost it.
        log.exception("document %s: its file is not in the store", document.pk)
        raise Http404 from None
    if purpose(document.purpose).log_viewing:
        note_viewing(document=document, viewer=by, now=now)
    return _with_headers(_answer(document, wanted, file), document, tag)


def _with_headers(answer: HttpResponseBase, document: Document, tag: str) -> HttpResponseBase:
    for name, value in SAFE.items():
        answer.headers[name] = value
    answer.headers["ETag"] = tag
    if answer.status_code < 300:
        answer.headers["Content-Disposition"] = disposition(document.file_name)
    return answer


def _wanted(document: Document, request: HttpRequest, tag: str) -> list[Range] | None:
    """The ranges to send; None: the whole file; empty: nothing that was asked for is there."""
    header = request.headers.get("Range")
    if header is None or request.headers.get("If-Range", tag) != tag:
        return None
    return ranges_of(header, document.size)


def _answer(document: Document, wanted: list[Range] | None, file: BinaryIO | None) -> HttpResponseBase:
    """The body and what describes it; without a file only the latter (HEAD)."""
    kind, size = document.content_type, document.size
    if kind.startswith("text/"):
        kind = f"{kind}; charset=utf-8"
    if wanted is None:
        return _stream([(0, size - 1)], file, 200, {"Content-Type": kind, "Content-Length": str(size)})
    if len(wanted) == 1:
        first, last = wanted[0]
        headers = {
            "Content-Type": kind,
            "Content-Length": str(last - first + 1),
            "Content-Range": f"bytes {first}-{last}/{size}",
        }
        return _stream([(first, last)], file, 206, headers)
    boundary = secrets.token_hex(16)
    parts: list[bytes | Range] = []
    for first, last in wanted:
        head = (
            f"\r\n--{boundary}\r\nContent-Type: {kind}\r\nContent-Range: bytes {first}-{last}/{size}\r\n\r\n"
        )
        parts += [head.encode(), (first, last)]
    parts.append(f"\r\n--{boundary}--\r\n".encode())
    length = sum(len(part) if isinstance(part, bytes) else part[1] - part[0] + 1 for part in parts)
    headers = {
        "Content-Type": f"multipart/byteranges; boundary={boundary}",
        "Content-Length": str(length),
    }
    return _stream(parts, file, 206, headers)


def _stream(
    parts: list[bytes | Range], file: BinaryIO | None, status: int, headers: dict[str, str]
) -> HttpResponseBase:
    if file is None:
        return HttpResponse(status=status, headers=headers)
    # Django closes what has a `close` once the answer is sent, or was broken off.
    return StreamingHttpResponse(_Blocks(parts, file), status=status, headers=headers)


class _Blocks:
    """Pieces of a file, read as they are sent."""

    def __init__(self, parts: list[bytes | Range], file: BinaryIO) -> None:
        self.parts, self.file = parts, file

    def close(self) -> None:
        self.file.close()

    def __iter__(self) -> Iterator[bytes]:
        for part in self.parts:
            if isinstance(part, bytes):
                yield part
                continue
            yield from store.span(self.file, *part)
