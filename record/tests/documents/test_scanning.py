"""The virus scanner: clamd's protocol against a daemon of our own, and nothing taken while it is away."""

from __future__ import annotations

import io
import socket
import struct
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from record.documents.contents.refusals import Refused
from record.documents.scanning import scan
from record.models import Document, ScanState

from .conftest import SMALL_PDF, keep

EICAR = b"X5O!P%@AP[4\\PZX54(P^)7CC)7}$EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"


class FakeClamd(threading.Thread):
    """Speaks INSTREAM as clamd does: pieces with their length, a last one of none, an answer that ends in NUL."""

    def __init__(self, listening: socket.socket, most: int = 1_000_000, answer: bytes | None = None) -> None:
        super().__init__(daemon=True)
        self.listening, self.most, self.fixed = listening, most, answer
        self.heard = b""
        self.pieces = 0

    def run(self) -> None:
        line, _ = self.listening.accept()
        with line:
            line.settimeout(5)
            assert self._exactly(line, 10) == b"zINSTREAM\0"
            while length := struct.unpack(">I", self._exactly(line, 4))[0]:
                self.heard += self._exactly(line, length)
                self.pieces += 1
                if len(self.heard) > self.most:
                    line.sendall(b"INSTREAM size limit exceeded. ERROR\0")
                    return
            if self.fixed is not None:
                line.sendall(self.fixed)
                return
            line.sendall(b"stream: Eicar-Signature FOUND\0" if EICAR in self.heard else b"stream: OK\0")

    @staticmethod
    def _exactly(line: socket.socket, count: int) -> bytes:
        read = b""
        while len(read) < count:
            piece = line.recv(count - len(read))
            if not piece:
                raise EOFError
            read += piece
        return read


@contextmanager
def clamd(settings, family=socket.AF_INET, path="", **options) -> Iterator[FakeClamd]:
    with socket.socket(family, socket.SOCK_STREAM) as listening:
        listening.bind(path or ("127.0.0.1", 0))
        listening.listen(1)
        daemon = FakeClamd(listening, **options)
        daemon.start()
        settings.DOCUMENT_SCANNER = (
            f"clamd+unix://{path}" if path else f"clamd://127.0.0.1:{listening.getsockname()[1]}"
        )
        settings.DOCUMENT_SCANNER_SECONDS = 2
        yield daemon
        daemon.join(5)


def test_a_clean_file_passes_in_pieces(settings):
    content = bytes(200_000)
    with clamd(settings) as daemon:
        assert scan(io.BytesIO(content)) == ScanState.CLEAN
    assert daemon.heard == content
    assert daemon.pieces == 4


def test_over_a_socket_of_the_machine(settings, tmp_path):
    with clamd(settings, socket.AF_UNIX, str(tmp_path / "clamd.ctl")):
        assert scan(io.BytesIO(b"clean")) == ScanState.CLEAN


def test_what_the_scanner_finds_is_refused_by_its_name(settings):
    with clamd(settings), pytest.raises(Refused, match="Eicar-Signature"):
        scan(io.BytesIO(EICAR))


@pytest.mark.parametrize(
    "answer", [b"", b"stream: \0", b"garbage\0", b"stream: lstat() failed. ERROR\0", b"OK\0"]
)
def test_an_answer_that_is_no_answer_takes_nothing(settings, answer):
    with clamd(settings, answer=answer), pytest.raises(Refused, match="right now"):
        scan(io.BytesIO(b"clean"))


def test_a_file_that_the_scanner_does_not_hear_to_the_end_is_not_taken(settings):
    with clamd(settings, most=100_000), pytest.raises(Refused, match="right now"):
        scan(io.BytesIO(bytes(5_000_000)))


def test_without_its_daemon_nothing_is_taken(settings):
    settings.DOCUMENT_SCANNER = "clamd://127.0.0.1:1"
    with pytest.raises(Refused, match="right now"):
        scan(io.BytesIO(b"clean"))


@pytest.mark.django_db
def test_a_document_says_that_it_was_scanned(settings, ada):
    assert keep(ada).scan_state == ScanState.UNSCANNED
    with clamd(settings) as daemon:
        assert keep(ada).scan_state == ScanState.CLEAN
    assert daemon.heard == SMALL_PDF


@pytest.mark.django_db
def test_an_infected_file_leaves_nothing(settings, ada, tmp_path):
    with clamd(settings), pytest.raises(Refused):
        keep(ada, b"%PDF-1.4\n" + EICAR + b"\n%%EOF")
    assert not Document.objects.exists()
    assert not [path for path in tmp_path.rglob("*") if path.is_file()]


def finds_everything(stream: io.BytesIO) -> str:
    return "everything"


def test_a_scanner_of_ones_own(settings):
    settings.DOCUMENT_SCANNER = f"{__name__}.finds_everything"
    with pytest.raises(Refused, match="everything"):
        scan(io.BytesIO(b"x"))
