"""No file without its row, no row that promises a file that is gone (Must hold 4)."""

from __future__ import annotations

import os
from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, transaction

from enforcement.registry import get_sweep
from enforcement.runner import run
from record.documents import services, store
from record.documents.keeping import broken_promises, remove_orphans
from record.models import Document, Entry, StoreInspection

from .conftest import NOW, keep

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def age(document, days=1.0):
    """Let a file lie in the store as if it had been there for some days before NOW."""
    path = store.store().path(document.stored_name)
    os.utime(path, (NOW.timestamp() - days * 86400,) * 2)


def test_what_is_undone_leaves_a_file_that_the_sweep_takes(ada):
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        lost = keep(ada)
        raise ZeroDivisionError
    kept = keep(ada)
    age(lost)
    age(kept)
    StoreInspection.objects.update_or_create(pk=1, defaults={"inspected_at": NOW - DAY})
    assert run(get_sweep("inspect_store"), NOW) == 1
    assert not store.store().exists(lost.stored_name)
    assert store.store().exists(kept.stored_name)
    assert list(broken_promises(digests=True)) == []
    assert StoreInspection.objects.get().removed == 1


def test_a_file_of_a_transaction_under_way_is_left_alone(ada):
    kept = keep(ada)
    age(kept, days=0.1)
    Document.objects.all().delete()
    assert remove_orphans(NOW) == 0


def _cannot(*args, **options):
    raise RuntimeError("the disk is full")


def test_a_row_that_cannot_be_written_takes_its_file_along(ada, tmp_path, monkeypatch):
    with monkeypatch.context() as broken, pytest.raises(RuntimeError):
        broken.setattr(Document, "save", _cannot)
        keep(ada)
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


def test_deleting_takes_the_promise_back_before_the_file(ada, django_capture_on_commit_callbacks):
    document = keep(ada)
    name = document.stored_name
    with django_capture_on_commit_callbacks() as after:
        services.delete_document(document=document, why="Why", clause="2.6", by=ada, now=NOW)
    # Killed here: the row says that it went, the file is still there, and nobody is served.
    assert store.store().exists(name) and not document.is_kept
    assert run(get_sweep("remove_deleted_files"), NOW) == 1
    document.refresh_from_db()
    assert not store.store().exists(name) and document.removed_at == NOW
    for callback in after:  # and the late one finds nothing to do
        callback()
    entry = Entry.objects.get(kind="document_deleted")
    assert (entry.chain.subject, entry.clause, entry.actor) == (ada, "2.6", ada)


def test_deleting_twice_says_it_once(ada):
    document = keep(ada)
    for why in ("First", "Second"):
        services.delete_document(document=document, why=why, clause="2.6", by=None, now=NOW)
    assert document.deleted_why == "First"
    assert Entry.objects.filter(kind="document_deleted").count() == 1


def test_what_has_a_day_goes_on_it_and_not_before(ada):
    document = keep(ada, delete_after=NOW + DAY)
    sweep = get_sweep("delete_expired_documents")
    assert run(sweep, NOW + DAY - timedelta(seconds=1)) == 0
    assert run(sweep, NOW + DAY) == 1
    assert run(sweep, NOW + 2 * DAY) == 0
    document.refresh_from_db()
    assert document.deleted_at == NOW + DAY


def test_the_database_refuses_a_row_without_its_file(ada):
    document = keep(ada)
    for wrong in ({"stored_name": ""}, {"removed_at": NOW}, {"deleted_at": NOW}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Document.objects.filter(pk=document.pk).update(**wrong)


def test_the_command_names_what_is_missing(ada, capsys):
    document = keep(ada)
    call_command("check_documents", "--digests")
    with open(store.store().path(document.stored_name), "r+b") as file:
        file.write(b"%PDF-2")
    with pytest.raises(CommandError):
        call_command("check_documents", "--digests")
    store.remove(document.stored_name)
    with pytest.raises(CommandError):
        call_command("check_documents")
    told = capsys.readouterr().out
    assert f"{document.key} (test): content" in told and f"{document.key} (test): missing" in told


def test_a_lost_file_is_no_page(ada, client):
    document = keep(ada)
    store.remove(document.stored_name)
    client.force_login(ada)
    assert client.get(document.get_absolute_url()).status_code == 404
