"""Reads of private files: the only door from a request to a document."""

from __future__ import annotations

import uuid

from django.db.models import QuerySet

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


MOST_OWN = 1000
"""Documents of one person that are looked at for a list, the newest: each is asked about by itself."""


def documents_over_api(user: User, rows: QuerySet[Document]) -> QuerySet[Document]:
    """Those of a few documents that the user may read and an API client may have (V1)."""
    open_to_clients = {name for name, kept in all_purposes().items() if kept.over_api}
    seen = [
        row.pk
        for row in rows.order_by("-pk")[:MOST_OWN]
        if row.purpose in open_to_clients and may_read(user, row)
    ]
    return Document.objects.filter(pk__in=seen)


def own_documents(user: User) -> QuerySet[Document]:
    """Documents about the user or sent by them, as far as they may still read them."""
    about = Document.objects.filter(subject=user).values("pk")
    sent = Document.objects.filter(uploaded_by=user).values("pk")
    return documents_over_api(user, Document.objects.filter(pk__in=about.union(sent)))
