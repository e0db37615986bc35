"""How a private file goes out: to whom, as what, in which pieces."""

from __future__ import annotations

import hashlib
import tracemalloc
from dataclasses import replace

import pytest
from django.core.files.uploadedfile import TemporaryUploadedFile

from record.documents import purposes
from record.documents.purposes import MB, register
from record.documents.ranges import ranges_of
from record.documents.services import delete_document, store_document

from .conftest import NOW, SMALL_PDF, keep
from .samples import mp4

pytestmark = pytest.mark.django_db


def get(client, user, document, **headers):
    client.force_login(user)
    return client.get(f"/documents/{document.key}/", headers=headers)


def body(answer):
    return b"".join(answer.streaming_content) if answer.streaming else answer.content


def test_a_file_goes_out_as_a_download_that_nothing_executes(client, ada):
    answer = get(client, ada, keep(ada, name="R\u00e9sum\u00e9.pdf"))
    assert (answer.status_code, body(answer)) == (200, SMALL_PDF)
    assert answer["Content-Type"] == "application/pdf"
    assert answer["Content-Disposition"] == (
        "attachment; filename=\"Re_sume_.pdf\"; filename*=UTF-8''R%C3%A9sum%C3%A9.pdf"
    )
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Cache-Control"] == "private, no-store"
    assert "sandbox" in answer["Content-Security-Policy"]
    assert "script" not in answer["Content-Security-Policy"]
    assert answer["Content-Length"] == str(len(SMALL_PDF))


def test_others_find_nothing(client, ada, stranger):
    document = keep(ada)
    assert get(client, stranger, document).status_code == 404
    client.logout()
    assert client.get(document.get_absolute_url()).status_code == 302


def test_one_who_is_not_active_any_more_finds_nothing(client, ada):
    document = keep(ada)
    client.force_login(ada)
    ada.is_active = False
    ada.save()
    assert client.get(document.get_absolute_url()).status_code == 302


def test_a_range(client, ada):
    answer = get(client, ada, keep(ada), Range="bytes=2-5")
    assert (answer.status_code, body(answer)) == (206, SMALL_PDF[2:6])
    assert answer["Content-Range"] == f"bytes 2-5/{len(SMALL_PDF)}"
    assert answer["Content-Length"] == "4"


def test_several_ranges_are_parts_of_one_answer(client, ada):
    answer = get(client, ada, keep(ada), Range="bytes=0-3,-2")
    kind, _, boundary = answer["Content-Type"].partition("; boundary=")
    sent = body(answer)
    assert (answer.status_code, kind, len(sent)) == (
        206,
        "multipart/byteranges",
        int(answer["Content-Length"]),
    )
    parts = sent.split(f"--{boundary}".encode())
    assert [part.partition(b"\r\n\r\n")[2].removesuffix(b"\r\n") for part in parts[1:3]] == [
        SMALL_PDF[:4],
        SMALL_PDF[-2:],
    ]


def test_a_range_behind_the_end_is_told_the_size(client, ada):
    answer = get(client, ada, keep(ada), Range="bytes=9999-")
    assert (answer.status_code, answer["Content-Range"]) == (416, f"bytes */{len(SMALL_PDF)}")


def test_a_range_of_another_version_gets_the_whole(client, ada):
    answer = get(client, ada, keep(ada), Range="bytes=0-1", If_Range='"another"')
    assert answer.status_code == 200


def test_an_unchanged_file_is_not_sent_again(client, ada):
    tag = f'"{hashlib.sha256(SMALL_PDF).hexdigest()}"'
    assert get(client, ada, keep(ada), If_None_Match=tag).status_code == 304


def test_head_says_the_size_and_sends_nothing(client, ada):
    document = keep(ada)
    client.force_login(ada)
    answer = client.head(document.get_absolute_url())
    assert (answer.status_code, answer["Content-Length"]) == (200, str(len(SMALL_PDF)))


def test_a_deleted_file_leaves_words(client, ada):
    document = keep(ada)
    delete_document(document=document, why="Kept long enough", clause="2.6", by=None, now=NOW)
    answer = get(client, ada, document)
    assert answer.status_code == 410
    assert "Kept long enough" in answer.content.decode()


def test_a_deleted_file_is_nothing_to_others(client, ada, stranger):
    document = keep(ada)
    delete_document(document=document, why="Kept long enough", clause="2.6", by=None, now=NOW)
    assert get(client, stranger, document).status_code == 404


@pytest.mark.parametrize(
    ("header", "found"),
    [
        ("bytes=0-", [(0, 99)]),
        ("bytes=-5", [(95, 99)]),
        ("bytes=-500", [(0, 99)]),
        ("bytes=90-500", [(90, 99)]),
        ("bytes=0-4,3-9,-2", [(0, 9), (98, 99)]),
        ("bytes=5-6, 0-4", [(0, 6)]),
        ("bytes=100-", []),
        ("bytes=-0", []),
        ("bytes=5-4", None),
        ("bytes=-", None),
        ("bytes=a-b", None),
        ("lines=0-1", None),
        ("bytes", None),
        ("bytes=" + ",".join(f"{n}-{n}" for n in range(0, 40, 2)), None),
        ("bytes=" + "0-1," * 200 + "0-1", None),
    ],
)
def test_ranges(header, found):
    assert ranges_of(header, 100) == found


def test_memory_does_not_grow_with_what_is_kept_and_sent(ada, client, kept_for):
    """A large film on its way in (a plain form) and out."""
    film = mp4(sound=bytes(30 * MB))
    register(replace(kept_for, name="large", max_bytes=100 * MB))
    try:
        with TemporaryUploadedFile("talk.mp4", "video/mp4", len(film), None) as upload:
            upload.write(film)
            whole = len(film)
            del film
            tracemalloc.start()
            try:
                document = store_document(purpose="large", upload=upload, subject=ada, by=ada, now=NOW)
                answer = get(client, ada, document)
                sent = sum(len(block) for block in answer.streaming_content)
                _now, peak = tracemalloc.get_traced_memory()
            finally:
                tracemalloc.stop()
    finally:
        purposes._REGISTERED.pop("large")
    assert sent == whole
    assert peak < 6 * MB
