"""Uploads in pieces (tus 1.0): begun, cut, resumed, finished, dropped, expired."""

from __future__ import annotations

import base64
import hashlib
from datetime import timedelta

import pytest
from django import forms
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.files.uploadhandler import StopUpload
from django.http import HttpRequest
from django.test import Client
from django.utils import timezone

from enforcement.registry import get_sweep
from enforcement.runner import run
from record.documents import uploads
from record.documents.forms import DocumentField
from record.documents.handlers import WithinLimits
from record.documents.services import store_document
from record.models import Document, StagedUpload
from rulebook.errors import RuleError

from .conftest import NOW
from .samples import PDF, mp4

pytestmark = pytest.mark.django_db
FILM = mp4(sound=bytes(range(256)) * 400)
WHOLE = len(FILM)
TUS = {"Tus-Resumable": "1.0.0"}


def coded(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


def begin(client, user, length=WHOLE, name="talk.mp4", purpose="test", **headers):
    client.force_login(user)
    told = f"filename {coded(name)},purpose {coded(purpose)}"
    return client.post(
        "/documents/uploads/",
        content_type="application/offset+octet-stream",
        headers={**TUS, "Upload-Length": str(length), "Upload-Metadata": told, **headers},
    )


def patch(client, where, piece, offset, **headers):
    return client.patch(
        where,
        piece,
        content_type="application/offset+octet-stream",
        headers={**TUS, "Upload-Offset": str(offset), **headers},
    )


def test_the_server_says_what_it_can(client, ada):
    client.force_login(ada)
    answer = client.options("/documents/uploads/")
    assert (answer.status_code, answer["Tus-Version"]) == (204, "1.0.0")
    assert answer["Tus-Extension"] == "creation,termination,expiration,checksum"


def test_a_cut_upload_goes_on_where_it_broke_off_and_becomes_a_document(client, ada):
    begun = begin(client, ada)
    assert begun.status_code == 201 and begun["Upload-Expires"]
    where = begun["Location"]
    assert patch(client, where, FILM[:50_000], 0)["Upload-Offset"] == "50000"
    asked = client.head(where, headers=TUS)
    assert (asked["Upload-Offset"], asked["Upload-Length"]) == ("50000", str(len(FILM)))
    assert asked["Cache-Control"] == "private, no-store"
    assert patch(client, where, FILM[50_000:], 50_000).status_code == 204
    upload = StagedUpload.objects.get()
    assert (upload.content_type, upload.sha256) == ("video/mp4", hashlib.sha256(FILM).hexdigest())
    document = store_document(purpose="test", upload=upload, subject=ada, by=ada, now=NOW)
    assert b"".join(client.get(document.get_absolute_url()).streaming_content) == FILM
    assert not StagedUpload.objects.exists()
    assert not list(uploads.part_path(upload.key).parent.iterdir())


def test_what_came_before_the_line_broke_counts(ada, kept_for):
    upload = uploads.begin_upload(
        purpose_name="test", file_name="talk.mp4", length=len(FILM), by=ada, now=timezone.now()
    )
    pieces = iter([FILM[:1000], FILM[1000:1500]])

    def read(size):
        try:
            return next(pieces)
        except StopIteration:
            raise OSError("connection reset") from None

    uploads.continue_upload(upload=upload, offset=0, read=read, length=len(FILM), summed=None, now=NOW)
    upload.refresh_from_db()
    assert upload.offset == 1500


def test_bytes_behind_the_row_are_written_again(client, ada):
    """A kill between the file and the row."""
    where = begin(client, ada)["Location"]
    patch(client, where, FILM[:10], 0)
    path = uploads.part_path(StagedUpload.objects.get().key)
    path.write_bytes(FILM[:10] + b"garbage")
    assert patch(client, where, FILM[10:], 10).status_code == 204
    assert StagedUpload.objects.get().sha256 == hashlib.sha256(FILM).hexdigest()


def test_an_upload_that_was_killed_at_its_end_is_looked_at_when_asked_for(client, ada):
    where = begin(client, ada)["Location"]
    upload = StagedUpload.objects.get()
    path = uploads.part_path(upload.key)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(FILM)
    StagedUpload.objects.update(offset=len(FILM))
    assert client.head(where, headers=TUS)["Upload-Offset"] == str(len(FILM))
    assert StagedUpload.objects.get().finished_at


@pytest.mark.parametrize("offset", [0, 9, 11, 10**6])
def test_a_piece_from_elsewhere_is_a_conflict(client, ada, offset):
    where = begin(client, ada)["Location"]
    patch(client, where, FILM[:10], 0)
    assert patch(client, where, b"x", offset).status_code == 409
    assert StagedUpload.objects.get().offset == 10


def test_a_second_writer_waits_its_turn(client, ada):
    where = begin(client, ada)["Location"]
    with uploads._part(StagedUpload.objects.get()):
        assert patch(client, where, FILM, 0).status_code == 409


def test_more_than_was_announced_is_not_taken(client, ada):
    where = begin(client, ada, length=10)["Location"]
    assert patch(client, where, b"x" * 11, 0).status_code == 409


def test_a_checksum_holds_a_piece_to_what_was_sent(client, ada):
    where = begin(client, ada)["Location"]
    right = base64.b64encode(hashlib.sha256(FILM[:10]).digest()).decode()
    assert patch(client, where, b"y" * 10, 0, **{"Upload-Checksum": f"sha256 {right}"}).status_code == 460
    assert StagedUpload.objects.get().offset == 0
    assert patch(client, where, FILM[:10], 0, **{"Upload-Checksum": f"sha256 {right}"}).status_code == 204
    assert patch(client, where, b"y", 10, **{"Upload-Checksum": "md5 eA=="}).status_code == 400


def test_only_its_owner_finds_it(client, ada, stranger):
    where = begin(client, ada)["Location"]
    client.force_login(stranger)
    assert client.head(where, headers=TUS).status_code == 404
    assert patch(client, where, FILM, 0).status_code == 404
    assert client.delete(where, headers=TUS).status_code == 404
    assert StagedUpload.objects.count() == 1


def test_an_upload_of_somebody_else_makes_no_document(client, ada, stranger):
    patch(client, begin(client, ada)["Location"], FILM, 0)
    with pytest.raises(RuleError):
        store_document(
            purpose="test", upload=StagedUpload.objects.get(), subject=stranger, by=stranger, now=NOW
        )
    assert not Document.objects.exists()


def test_it_can_be_dropped(client, ada):
    where = begin(client, ada)["Location"]
    patch(client, where, FILM[:10], 0)
    path = uploads.part_path(StagedUpload.objects.get().key)
    assert client.delete(where, headers=TUS).status_code == 204
    assert client.head(where, headers=TUS).status_code == 404
    assert not path.exists()


def test_one_that_is_dropped_while_its_last_piece_comes_is_gone(client, ada, monkeypatch):
    where = begin(client, ada)["Location"]

    def dropped(*args, **kwargs):
        StagedUpload.objects.all().delete()
        return examine(*args, **kwargs)

    examine = uploads.examine
    monkeypatch.setattr(uploads, "examine", dropped)
    assert patch(client, where, FILM, 0).status_code == 409
    assert client.head(where, headers=TUS).status_code == 404
    assert not Document.objects.exists()


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Tus-Resumable": "0.2"}, 412),
        ({"Upload-Length": "x"}, 400),
        ({"Upload-Length": "0"}, 400),
        ({"Upload-Length": "-1"}, 400),
        ({"Upload-Length": str(10**12)}, 422),
        ({"Upload-Metadata": "filename ***"}, 400),
        ({"Upload-Metadata": "filename " + "A" * 9000}, 400),
        ({"Upload-Metadata": ""}, 422),
    ],
)
def test_nonsense_is_told_so(client, ada, headers, status):
    assert begin(client, ada, **headers).status_code == status
    assert not StagedUpload.objects.exists()


def test_a_piece_has_its_type(client, ada):
    where = begin(client, ada)["Location"]
    answer = client.patch(where, b"x", content_type="text/plain", headers={**TUS, "Upload-Offset": "0"})
    assert answer.status_code == 415


def test_a_page_of_another_site_cannot_send(ada):
    client = Client(enforce_csrf_checks=True)
    assert begin(client, ada).status_code == 403


def test_a_person_has_a_share(client, ada, settings):
    settings.UPLOAD_QUOTA = 2 * len(FILM)
    assert [begin(client, ada).status_code for _ in range(3)] == [201, 201, 422]
    settings.UPLOAD_QUOTA = 10**12
    assert [begin(client, ada).status_code for _ in range(9)] == [201] * 8 + [422]


def test_what_arrives_is_looked_at_and_refused_with_its_reason(client, ada):
    where = begin(client, ada, length=7)["Location"]
    answer = patch(client, where, b"MZ\x90\0\1\2\3", 0)
    assert answer.status_code == 422
    assert "a Windows program" in answer.json()["title"]
    assert not StagedUpload.objects.exists()


def test_the_sweep_drops_what_nobody_finished(client, ada):
    where = begin(client, ada)["Location"]
    patch(client, where, FILM, 0)
    later = timezone.now() + timedelta(hours=25)
    stored = StagedUpload.objects.get().stored_name
    assert run(get_sweep("drop_stale_uploads"), later) == 1
    assert not StagedUpload.objects.exists()
    from record.documents import store

    assert not store.store().exists(stored)


class ProofForm(forms.Form):
    proof = DocumentField(purpose="test")


def test_a_form_takes_an_upload_that_has_arrived(client, ada):
    patch(client, begin(client, ada, length=len(PDF), name="x.pdf")["Location"], PDF, 0)
    upload = StagedUpload.objects.get()
    form = ProofForm({"proof-upload": str(upload.key)}, {})
    assert form.is_valid() and form.cleaned_data["proof"] == upload


@pytest.mark.parametrize("key", ["x", "00000000-0000-4000-8000-000000000000", "'; drop table"])
def test_a_form_says_that_an_upload_is_gone(key):
    form = ProofForm({"proof-upload": key}, {})
    assert "choose the file again" in form.errors["proof"][0]


def test_a_form_breaks_off_what_is_larger_than_any_file_may_be(client, ada, settings):
    settings.UPLOAD_FORM_MOST = 100_000
    client.force_login(ada)
    handler = WithinLimits(HttpRequest())
    assert handler.receive_data_chunk(b"x" * 100_000, 0)
    with pytest.raises(StopUpload):
        handler.receive_data_chunk(b"x", 100_000)
    answer = client.post("/theme/", {"file": SimpleUploadedFile("x", bytes(200_000))})
    assert answer.status_code in (302, 400)
