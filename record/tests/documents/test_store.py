"""The store is any of Django's storages: nothing above it knows of folders."""

from __future__ import annotations

from datetime import timedelta

import pytest

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
