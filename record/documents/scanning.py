"""The hook of a virus scanner. Where one is set and does not answer, nothing is taken.

``DOCUMENT_SCANNER`` is empty (none), ``clamd://host:3310``, ``clamd+unix:///run/clamav/clamd.ctl``, or the dotted
path of a callable ``(stream) -> str`` that says what it found, empty for nothing.
"""

from __future__ import annotations

import logging
import socket
import struct
from collections.abc import Callable
from typing import IO
from urllib.parse import urlsplit

from django.conf import settings
from django.utils.module_loading import import_string

from record.models import ScanState

from .contents.refusals import INFECTED, SCANNER_AWAY, Refused
from .store import BLOCK

log = logging.getLogger(__name__)

Scanner = Callable[[IO[bytes]], str]


class ScannerError(Exception):
    """The scanner cannot say whether a file is clean."""


def scan(stream: IO[bytes]) -> str:
    """A ScanState; raises Refused where something was found, and where the scanner is away."""
    address: str = settings.DOCUMENT_SCANNER
    if not address:
        return ScanState.UNSCANNED
    try:
        finding = _scanner(address)(stream)
    except (ScannerError, OSError) as error:
        log.error("the virus scanner does not answer: %s", error)
        raise Refused(SCANNER_AWAY) from error
    if finding:
        log.warning("the virus scanner found %s in an upload", finding)
        raise Refused(INFECTED, finding=finding)
    return ScanState.CLEAN


def _scanner(address: str) -> Scanner:
    parts = urlsplit(address)
    if parts.scheme == "clamd":
        return Clamd((parts.hostname or "localhost", parts.port or 3310))
    if parts.scheme == "clamd+unix":
        return Clamd(parts.path)
    scanner: Scanner = import_string(address)
    return scanner


class Clamd:
    """ClamAV's daemon: the file goes to it in pieces (INSTREAM), so it needs no disk in common with it.

    Its StreamMaxLength has to be as large as the largest file of any purpose: it refuses the rest, and so do we.
    """

    def __init__(self, address: str | tuple[str, int], timeout: float | None = None) -> None:
        self.address = address
        self.timeout = timeout or settings.DOCUMENT_SCANNER_SECONDS

    def __call__(self, stream: IO[bytes]) -> str:
        with self._connected() as line:
            line.sendall(b"zINSTREAM\0")
            try:
                while block := stream.read(BLOCK):
                    line.sendall(struct.pack(">I", len(block)) + block)
                line.sendall(struct.pack(">I", 0))
            except (BrokenPipeError, ConnectionResetError):
                pass  # it has heard enough, and says why
            answer = self._answer(line)
        result = answer.partition(": ")[2]
        if result == "OK":
            return ""
        if result.endswith(" FOUND"):
            return result.removesuffix(" FOUND")
        raise ScannerError(answer or "no answer")

    def _connected(self) -> socket.socket:
        if isinstance(self.address, tuple):
            return socket.create_connection(self.address, self.timeout)
        line = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        line.settimeout(self.timeout)
        try:
            line.connect(self.address)
        except BaseException:
            line.close()
            raise
        return line

    @staticmethod
    def _answer(line: socket.socket) -> str:
        answer = b""
        while b"\0" not in answer and len(answer) < 4096 and (piece := line.recv(1024)):
            answer += piece
        return answer.partition(b"\0")[0].decode("utf-8", "replace").strip()
