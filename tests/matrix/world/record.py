"""A chain with its entry and checkpoint, messages and files."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from accounts.models import User
from record import checkpoints
from record.documents import purposes
from record.documents.purposes import Purpose
from record.documents.services import store_document
from record.models import (
    Chain,
    Checkpoint,
    Document,
    Entry,
    Message,
    StagedUpload,
    StoreInspection,
    Viewing,
)
from record.services import write
from record.types import NewEntry
from tests.factories import make_user
from tests.matrix.people import NOW

from .school import World

PROOF = Purpose(
    "test-proof", "A proof", frozenset({"text/plain"}), 1000, lambda user, proof: proof.subject_id == user.pk
)


def make_document(subject: User) -> Document:
    """A file that only the person whom it is about may read."""
    purposes.register(PROOF)
    return store_document(
        purpose=PROOF.name,
        upload=SimpleUploadedFile("proof.txt", b"A proof"),
        subject=subject,
        by=subject,
        now=NOW,
    )


def make_message(recipient: User, **fields: Any) -> Message:
    return Message.objects.create(
        **{
            "recipient": recipient,
            "kind": "notice_received",
            "occasion": "test:1",
            "due_at": NOW,
            "created_at": NOW,
            "next_attempt_at": NOW,
            "state": Message.State.SENT,
            "sent_at": NOW,
            "subject": "Received",
            "body_text": "Text",
            "body_html": "<p>Text</p>",
            **fields,
        }
    )


def make_entry(subject: User) -> Entry:
    write(entries=[NewEntry(subject.pk, "reasons_given", "3.2", "2026-01", NOW)], now=NOW)
    return Entry.objects.get(chain__subject=subject)


def rows(world: World) -> dict[str, Any]:
    student = world.student.user
    entry = make_entry(student)
    chain = Chain.objects.get(subject=student)
    checkpoints.make([chain.pk], NOW)
    failed = make_message(student, kind="x", occasion="test:2", state=Message.State.PENDING, sent_at=None)
    Message.objects.filter(pk=failed.pk).update(state="failed", last_error="no such address")
    document = make_document(student)
    return {
        "chain": chain,
        "entry": entry,
        "checkpoint": Checkpoint.objects.get(),
        "message": make_message(student),
        "failed": failed,
        "document": document,
        "document_key": SimpleNamespace(pk=document.key),
        "stagedupload": StagedUpload.objects.create(
            owner=make_user(), purpose=PROOF.name, file_name="x", length=1, created_at=NOW, expires_at=NOW
        ),
        "viewing": Viewing.objects.create(document=document, viewer=make_user(), began_at=NOW, last_at=NOW),
        "storeinspection": StoreInspection.objects.get_or_create(pk=1, defaults={"inspected_at": NOW})[0],
    }
