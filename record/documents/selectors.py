"""Reads of private files: the only door from a request to a document."""

from __future__ import annotations

import uuid

from accounts.models import User
from record.models import Document

from .purposes import all_purposes


def may_read(user: User, document: Document) -> bool:
    """What the document's purpose says; a purpose that is no more lets nobody read."""
    kept = all_purposes().get(document.purpose)
    return kept is not None and user.is_authenticated and user.is_active and kept.may_read(user, document)


def document_for(user: User, key: uuid.UUID) -> Document | None:
    """The document of this public id, if the user may see it."""
    found = Document.objects.select_related("subject", "uploaded_by").filter(key=key).first()
    return found if found is not None and may_read(user, found) else None
