"""The printed file of a case, from its pieces: one PDF, whatever people wrote and whatever they added."""

from __future__ import annotations

import io
import struct
import zlib
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from django.test import override_settings

from discipline.printing import pieces, rendering
from discipline.printing.pieces import Annex, CaseFile, Section
from record.documents import store

NOW = datetime(2026, 3, 4, 9, 0, tzinfo=UTC)
EVIL = '#panic("x") = A heading $x$ <label> @missing `raw` \\ #read("/etc/passwd")\n\n- list\n"quote"'


@pytest.fixture(autouse=True)
def _folder(tmp_path: Path):
    stores = {
        "documents": {"BACKEND": "record.documents.store.LocalStore", "OPTIONS": {"location": str(tmp_path)}},
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
        "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    }
    with override_settings(STORAGES=stores):
        yield


def png() -> bytes:
    """A red picture of 8 × 4."""

    def chunk(tag: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + tag + data + struct.pack(">I", zlib.crc32(tag + data))

    rows = b"".join(b"\0" + b"\xff\0\0" * 8 for _ in range(4))
    head = struct.pack(">IIBBBBB", 8, 4, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", head)
        + chunk(b"IDAT", zlib.compress(rows))
        + chunk(b"IEND", b"")
    )


def annex(content: bytes, content_type: str, name: str = "paper.bin") -> Annex:
    kept = store.put(io.BytesIO(content), NOW)
    return Annex("A paper", [("Size", "1 kB")], content_type, name, kept.name, kept.size)


def case_file(*annexes: Annex) -> CaseFile:
    section = Section(
        EVIL,
        [
            pieces.text(EVIL),
            pieces.quote(EVIL),
            pieces.heading(EVIL),
            pieces.facts([(EVIL, EVIL), ("Empty", "")]),
            pieces.table(["A", "B", "C"], [[EVIL, "", "x"], ["1", "2", "3"]]),
            pieces.steps([(EVIL, "today", EVIL), ("Now", "", "")]),
            pieces.beside(("Handed in", "Elsewhere"), EVIL, EVIL),
        ],
    )
    return CaseFile(7, EVIL, EVIL, [("Student", EVIL)], date(2026, 3, 4), EVIL, [section], list(annexes))


def test_the_file_is_archivable_tagged_and_has_an_outline() -> None:
    pdf = rendering.render(case_file())
    assert pdf.startswith(b"%PDF-1.7")
    for mark in (b"/StructTreeRoot", b"/Outlines", b"/Lang", b"<pdfaid:part>3<", b"<pdfuaid:part>1<"):
        assert mark in pdf, mark


def test_abuse_60_what_people_write_is_text_and_never_read_as_markup() -> None:
    # Each of these would stop the file, or read one of the machine's, if it were markup.
    assert rendering.render(case_file()).rstrip().endswith(b"%%EOF")


def test_documents_go_along_as_pages_or_as_files() -> None:
    seen: list[int] = []
    bare = len(rendering.render(case_file()))
    annexes = [
        annex(png(), "image/png", "scan.png"),
        annex("Voilà #panic()\nline".encode(), "text/plain", "words.txt"),
        annex(b"%PDF-1.4\nnot much of one", "application/pdf", "same.pdf"),
        annex(b"%PDF-1.4\nanother of the same name", "application/pdf", "same.pdf"),
    ]
    pdf = rendering.render(case_file(*annexes), seen.append)
    assert seen == [1, 2, 3, 4]
    assert b"/EmbeddedFile" in pdf and b"/Image" in pdf and len(pdf) > bare


def test_a_picture_that_cannot_be_drawn_goes_along_as_a_file() -> None:
    pdf = rendering.render(case_file(annex(b"\x89PNG\r\n\x1a\nbroken", "image/png", "bad.png")))
    assert b"/EmbeddedFile" in pdf


def test_what_is_too_much_is_named_only(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rendering, "MOST_CARRIED", 5)
    pdf = rendering.render(case_file(annex(b"%PDF-1.4\nlong", "application/pdf")))
    assert b"/EmbeddedFile" not in pdf
