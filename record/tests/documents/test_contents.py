"""What may come in, and what may not (Must hold 3; abuse 60 to 62)."""

from __future__ import annotations

import io
import resource
import tracemalloc
from collections import Counter

import pytest

from record.documents.contents import examine, videos
from record.documents.contents.refusals import Refused
from record.documents.purposes import MB, Purpose
from record.models import Document

from . import hostile
from .conftest import file, keep
from .samples import HONEST, archive, box, mp4

FEW = 520
MANY = 5_000


def refusal(content: bytes, purpose: Purpose) -> str:
    """The reason for which a file is refused; empty where it is taken."""
    try:
        examine(io.BytesIO(content), len(content), purpose)
    except Refused as refused:
        return str(refused)
    return ""


@pytest.mark.parametrize("name", HONEST)
def test_honest_files_come_in_as_what_they_are(name, kept_for):
    content, content_type = HONEST[name]
    assert examine(io.BytesIO(content), len(content), kept_for).content_type == content_type


def all_refused(numbers, purpose):
    taken, reasons = [], Counter()
    for number in numbers:
        family, _name, content = hostile.make(number)
        reason = refusal(content, purpose)
        reasons[family] += bool(reason)
        if not reason:
            taken.append((number, family))
    assert taken == []
    assert len(reasons) == len(hostile.FAMILIES)


def test_hostile_files_are_refused_with_a_reason(kept_for):
    all_refused(range(FEW), kept_for)


def peak_memory() -> int:
    """The most bytes that this process has held so far."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


@pytest.mark.slow
def test_five_thousand_hostile_files_are_refused_with_a_reason_and_memory_stays_flat(kept_for):
    all_refused(range(FEW), kept_for)
    before = peak_memory()
    all_refused(range(FEW, FEW + MANY), kept_for)
    assert peak_memory() - before < 16 * MB


@pytest.mark.parametrize("number", range(len(hostile.NAMES)))
@pytest.mark.django_db
def test_a_hostile_name_is_made_harmless_everywhere(number, client, ada):
    document = keep(ada, name=hostile.NAMES[number])
    client.force_login(ada)
    answer = client.get(document.get_absolute_url())
    header = answer["Content-Disposition"]
    assert answer.status_code == 200
    assert header.startswith('attachment; filename="')
    assert document.file_name.endswith(".pdf")
    assert not set('/\\\r\n\0\u202e\u2066\u200b<>"') & set(document.file_name)
    assert len(document.file_name) <= 150 and not document.file_name.startswith(".")
    assert header.count('"') == 2 and "\r" not in header and "\n" not in header
    assert "Set-Cookie" not in answer.headers


@pytest.mark.django_db
def test_what_is_refused_leaves_neither_a_row_nor_a_file(ada, tmp_path):
    for number in range(len(hostile.FAMILIES)):
        _family, _name, content = hostile.make(number)
        with pytest.raises(Refused):
            keep(ada, content)
    assert not Document.objects.exists()
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


def test_memory_does_not_grow_with_the_file(kept_for, tmp_path):
    """A large film and a large archive are looked at in blocks."""
    large = Purpose("large", "Large", kept_for.content_types, 200 * MB, kept_for.may_read)
    for name, content in {
        "talk.mp4": mp4(sound=bytes(40 * MB)),
        "work.zip": archive({"data.bin": bytes(40 * MB)}, packed=False),
    }.items():
        path = tmp_path / name
        path.write_bytes(content)
        size = len(content)
        del content
        with path.open("rb") as stream:
            tracemalloc.start()
            try:
                examine(stream, size, large)
                _now, peak = tracemalloc.get_traced_memory()
            finally:
                tracemalloc.stop()
        assert peak < 2 * MB, name


def test_an_empty_and_a_large_file_are_told_so(kept_for):
    assert refusal(b"", kept_for) == "This file is empty."
    assert "at most 1.0\xa0MB" in refusal(b"%PDF-" + bytes(MB), kept_for)


def test_a_purpose_takes_its_own_types_only(kept_for):
    papers = Purpose("papers", "Papers", frozenset({"application/pdf"}), MB, kept_for.may_read)
    assert refusal(HONEST["work.zip"][0], papers) == "This is ZIP. Here are taken: PDF."


@pytest.mark.django_db
def test_a_file_gets_the_ending_of_what_it_is(ada):
    assert keep(ada, HONEST["notes.txt"][0], "run.html").file_name == "run.html.txt"


@pytest.mark.django_db
def test_a_form_says_the_reason_beside_the_field(ada):
    from django import forms

    from record.documents.forms import DocumentField

    class Form(forms.Form):
        proof = DocumentField(purpose="test")

    form = Form({}, {"proof": file(b"MZ\x90\0", "proof.pdf")})
    assert not form.is_valid()
    assert "a Windows program" in form.errors["proof"][0]
    assert Form({}, {"proof": file()}).is_valid()


class Counted(io.BytesIO):
    """A file that counts what is read of it."""

    passed = 0

    def read(self, size=-1):
        block = super().read(size)
        self.passed += len(block)
        return block


@pytest.mark.parametrize("kind", [b"free", b"mdat", b"udta"])
def test_a_large_film_is_looked_at_in_bounded_time(kind):
    """However large: its boxes are walked over, and a bounded part of what is neither sound nor picture is read."""
    film = mp4(*[box(kind, bytes(20 * MB)) for _ in range(4)])
    stream = Counted(film)
    videos.check_mp4(stream, len(film))
    assert stream.passed < (1 * MB if kind == b"mdat" else videos.MOST_LOOKED_THROUGH + 1 * MB)
