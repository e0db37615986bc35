"""What tests of private files stand on: a purpose, two people, and a store of their own."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from accounts.models import Role, User
from record.documents import purposes
from record.documents.purposes import IMAGES, MB, OFFICE, PDF, TEXT, VIDEOS, ZIP, Purpose
from record.documents.services import store_document
from record.models import Document
from record.tests.conftest import person

NOW = datetime(2026, 3, 3, 13, 0, tzinfo=UTC)
SMALL_PDF = b"%PDF-1.4\n1 0 obj\n<< /Type /Catalog >>\nendobj\ntrailer << /Root 1 0 R >>\n%%EOF\n"


def own_only(user: User, document: Document) -> bool:
    return document.subject_id == user.pk


@pytest.fixture(autouse=True)
def private_store(settings: Any, tmp_path: Any) -> None:
    """Files of a test lie in its own folder."""
    documents = {**settings.STORAGES["documents"]}
    documents["OPTIONS"] = {**documents["OPTIONS"], "location": str(tmp_path / "documents")}
    settings.STORAGES = {**settings.STORAGES, "documents": documents}
    settings.UPLOADS_DIR = tmp_path / "uploads"


@pytest.fixture(autouse=True)
def kept_for() -> Iterator[Purpose]:
    """A purpose that takes everything there is, of a megabyte at most, and shows it to whom it is about."""
    everything = frozenset({PDF, ZIP, TEXT, *IMAGES, *VIDEOS, *OFFICE})
    made = purposes.register(Purpose("test", "A test", everything, MB, own_only))
    yield made
    purposes._REGISTERED.pop("test")


@pytest.fixture
def ada(db: None) -> User:
    return person("ada@example.org", Role.STUDENT)


@pytest.fixture
def stranger(db: None) -> User:
    return person("stranger@example.org", Role.STUDENT)


def file(content: bytes = SMALL_PDF, name: str = "proof.pdf") -> SimpleUploadedFile:
    made = SimpleUploadedFile("x", content)
    vars(made)["_name"] = name  # as a client sends it, whatever Django would make of it
    return made


def keep(subject: User, content: bytes = SMALL_PDF, name: str = "proof.pdf", **more: Any) -> Document:
    more = {"purpose": "test", "by": subject, "now": NOW, **more}
    return store_document(upload=file(content, name), subject=subject, **more)
