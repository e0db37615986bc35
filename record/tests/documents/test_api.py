"""Private files over the API: one's own, never those that no client may have."""

from __future__ import annotations

from dataclasses import replace

import pytest
from django.urls import reverse

from accounts.models import Role
from record.documents import purposes
from record.documents.services import delete_document
from record.models import StagedUpload
from record.tests.conftest import person
from tests.api import Caller

from .conftest import NOW, SMALL_PDF, keep
from .samples import mp4
from .test_uploads import TUS, coded

pytestmark = pytest.mark.django_db


@pytest.fixture
def caller(ada):
    return Caller(ada)


def test_a_list_holds_ones_own_files_only(ada, stranger, caller):
    own = keep(ada)
    keep(stranger)
    keep(stranger, by=ada)  # sent by Ada and about somebody else: its purpose says no
    assert [row["id"] for row in caller.get("documents/").json()["results"]] == [own.pk]


def test_a_file_is_downloaded_as_from_its_page(ada, caller):
    document = keep(ada)
    answer = caller.get(f"documents/{document.pk}/file/")
    assert b"".join(answer.streaming_content) == SMALL_PDF
    assert answer["Content-Disposition"].startswith("attachment")
    part = caller.send("GET", f"/api/v1/documents/{document.pk}/file/", None, Range="bytes=0-3")
    assert (part.status_code, b"".join(part.streaming_content)) == (206, SMALL_PDF[:4])


def test_what_is_deleted_leaves_a_stub(ada, caller):
    document = keep(ada)
    delete_document(document=document, why="Kept long enough", clause="2.6", by=None, now=NOW)
    shown = caller.get(f"documents/{document.pk}/").json()
    assert (shown["deleted_why"], shown["deleted_clause"]) == ("Kept long enough", "2.6")
    assert caller.get(f"documents/{document.pk}/file/").status_code == 404
    assert caller.get("documents/?deleted=false").json()["results"] == []


def test_v1_what_is_not_for_clients_no_client_finds(ada, caller, kept_for, client):
    closed = replace(kept_for, name="closed", over_api=False)
    purposes.register(closed)
    try:
        document = keep(ada, purpose="closed")
        client.force_login(ada)
        assert client.get(document.get_absolute_url()).status_code == 200
        assert caller.get(f"documents/{document.pk}/").status_code == 404
        assert caller.get(f"documents/{document.pk}/file/").status_code == 404
        assert caller.get("documents/").json()["results"] == []
    finally:
        purposes._REGISTERED.pop("closed")


def test_an_upload_in_pieces_by_token(ada, caller, client):
    film = mp4()
    headers = {
        **TUS,
        "Authorization": caller.headers["Authorization"],
        "Upload-Length": str(len(film)),
        "Upload-Metadata": f"filename {coded('a.mp4')},purpose {coded('test')}",
    }
    begun = client.post(
        reverse("api-uploads"), content_type="application/offset+octet-stream", headers=headers
    )
    assert begun.status_code == 201
    where = begun["Location"]
    assert "/api/v1/uploads/" in where
    answer = client.patch(
        where,
        film,
        content_type="application/offset+octet-stream",
        headers={**headers, "Upload-Offset": "0"},
    )
    assert answer.status_code == 204
    assert client.head(where, headers=headers)["Upload-Offset"] == str(len(film))
    assert StagedUpload.objects.get().finished_at
    other = Caller(person("other@example.org", Role.STUDENT))
    assert other.send("DELETE", where, None).status_code == 404
