"""The store is any of Django's storages: nothing above it knows of folders."""

from __future__ import annotations

import io
from datetime import timedelta

import pytest
from django.core.files import File
from django.core.files.storage import InMemoryStorage

from record.documents import store
from record.documents.keeping import broken_promises, remove_orphans
from record.models import Document

from .conftest import SMALL_PDF, keep

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def in_memory(private_store, settings):
    settings.STORAGES = {
        **settings.STORAGES,
        "documents": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
    }


def test_a_file_goes_in_and_out_of_any_storage(ada, client):
    document = keep(ada)
    client.force_login(ada)
    answer = client.get(document.get_absolute_url(), headers={"Range": "bytes=2-5"})
    assert b"".join(answer.streaming_content) == SMALL_PDF[2:6]
    assert [names for names in store.listed() if names] == [[document.stored_name]]
    assert list(broken_promises(digests=True)) == []


def test_files_without_a_row_are_found_in_any_storage(ada):
    kept, lost = keep(ada), keep(ada)
    Document.objects.filter(pk=lost.pk).delete()
    assert remove_orphans(store.written_at(kept.stored_name) + timedelta(days=1)) == 1
    assert store.store().exists(kept.stored_name) and not store.store().exists(lost.stored_name)


def test_what_is_gone_is_gone_without_complaint():
    store.remove("2026/01/01/nothing")
    assert store.written_at("2026/01/01/nothing") is None
    with pytest.raises(FileNotFoundError):
        store.size_of("2026/01/01/nothing")


class Body(io.BytesIO):
    """What a bucket answers with; it counts what was read."""

    passed = 0

    def read(self, size: int | None = -1) -> bytes:
        block = super().read(size)
        Body.passed += len(block)
        return block


class Remote:
    """An object in a bucket, as boto3 has it."""

    def __init__(self, content: bytes) -> None:
        self.content = content

    def get(self, Range: str) -> dict[str, Body]:
        first, last = (int(each) for each in Range.removeprefix("bytes=").split("-"))
        return {"Body": Body(self.content[first : last + 1])}


class BucketFile(File):
    """A file of the storage for S3: whoever reads from it fetches all of it."""

    def __init__(self, content: bytes) -> None:
        self.obj, self.name = Remote(content), "x"

    def read(self, *args):
        raise AssertionError("the whole file is fetched")

    seek = read

    def close(self) -> None:
        pass


class Bucket(InMemoryStorage):
    """A bucket in memory."""

    def _open(self, name, mode="rb"):
        return BucketFile(super()._open(name, mode).read())


def test_a_range_of_a_film_in_a_bucket_reads_the_range_only(ada, client, settings):
    settings.STORAGES = {**settings.STORAGES, "documents": {"BACKEND": f"{__name__}.Bucket"}}
    document = keep(ada)
    client.force_login(ada)
    Body.passed = 0
    answer = client.get(document.get_absolute_url(), headers={"Range": "bytes=2-5"})
    assert b"".join(answer.streaming_content) == SMALL_PDF[2:6]
    assert Body.passed == 4
    answer = client.get(document.get_absolute_url(), headers={"Range": "bytes=0-1,7-9"})
    assert SMALL_PDF[7:10] in b"".join(answer.streaming_content)
    assert Body.passed == 4 + 2 + 3
    whole = client.get(document.get_absolute_url())
    assert b"".join(whole.streaming_content) == SMALL_PDF
