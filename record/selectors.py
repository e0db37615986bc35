"""Reads of the record: the only door from a request to its rows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Count, Q, QuerySet, Window

from accounts.models import User

from .models import Entry, Message
from .permissions import (
    RECORD_READERS,
    SCHOOL_RECORD_READERS,
    may_read_record,
    may_retry_messages,
    subjects_of,
)


def entries_for(user: User, subject: User | None, *, about: str = "") -> QuerySet[Entry]:
    """The entries of a subject's chain (None: the school's) that the user may read, the newest first; with
    ``about``, those about one thing (``mentoring.session:12``). Empty where the user has no business with
    them."""
    if not may_read_record(user, subject):
        return Entry.objects.none()
    entries = Entry.objects.filter(chain__subject=subject).select_related("actor")
    if about:
        entries = entries.filter(about=about)
    return entries.order_by("-chain", "-seq")


def readable_entries(user: User) -> QuerySet[Entry]:
    """Every entry that the user may read, of whichever chain: the API's details and filters ask this."""
    if not user.is_active:
        return Entry.objects.none()
    if user.has_role(*SCHOOL_RECORD_READERS):
        return Entry.objects.all()
    if user.has_role(*RECORD_READERS):
        return Entry.objects.filter(chain__subject__isnull=False)
    own = Q(chain__subject=user)
    for subjects in subjects_of(user):
        own |= Q(chain__subject__in=subjects)
    return Entry.objects.filter(own)


def messages_for(user: User, recipient: User | None = None) -> QuerySet[Message]:
    """The messages to the user, or to somebody else whose record they may read; the newest first."""
    recipient = recipient or user
    if not may_read_record(user, recipient):
        return Message.objects.none()
    return Message.objects.filter(recipient=recipient).order_by("-id")


def inbox_of(user: User) -> QuerySet[Message]:
    """What was sent to this person, as it was sent; the newest first."""
    return messages_for(user).filter(state=Message.State.SENT)


@dataclass(frozen=True, slots=True)
class Latest:
    """The newest messages of a person, and how many of all are unread."""

    messages: Sequence[Message]
    unread: int


def latest_messages(user: User, count: int) -> Latest:
    """The newest messages without their bodies, and the number of unread ones: one statement."""
    rows = list(
        inbox_of(user)
        .annotate(unread=Window(Count("id", filter=Q(read_at__isnull=True))))
        .only("id", "kind", "subject", "sent_at", "read_at")[:count]
    )
    return Latest(rows, rows[0].unread if rows else 0)


def unread_count(user: User) -> int:
    return inbox_of(user).filter(read_at__isnull=True).count()


def failed_messages_for(user: User) -> QuerySet[Message]:
    """What could not be sent, for whoever looks after it; the oldest first."""
    if not may_retry_messages(user):
        return Message.objects.none()
    failed = Message.objects.filter(state=Message.State.FAILED)
    return failed.select_related("recipient").order_by("id")
