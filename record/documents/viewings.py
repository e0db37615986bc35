"""Who looked at what (V3)."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db.models import QuerySet

from accounts.models import User
from record.models import Document, Viewing

ONE_VIEWING = timedelta(minutes=30)
"""A player asks for piece after piece: what follows within this time belongs to the same viewing."""
NOTED_EVERY = timedelta(seconds=30)


def note_viewing(*, document: Document, viewer: User, now: datetime) -> None:
    """Write down that somebody looks at a document, before they do."""
    last = (
        Viewing.objects.filter(document=document, viewer=viewer, last_at__gt=now - ONE_VIEWING)
        .order_by("-last_at")
        .first()
    )
    if last is None:
        Viewing.objects.create(document=document, viewer=viewer, began_at=now, last_at=now)
    elif now - last.last_at > NOTED_EVERY:
        Viewing.objects.filter(pk=last.pk).update(last_at=now)


def viewings_of(document: Document) -> QuerySet[Viewing]:
    """Everybody who looked at it, the latest first."""
    return document.viewings.select_related("viewer").order_by("-began_at", "-pk")
