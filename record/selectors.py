"""Reads of the record: the only door from a request to its rows."""

from __future__ import annotations

from django.db.models import QuerySet

from accounts.models import User

from .models import Entry, Message
from .permissions import may_read_record, may_retry_messages


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


def messages_for(user: User, recipient: User | None = None) -> QuerySet[Message]:
    """The messages to the user, or to somebody else whose record they may read; the newest first."""
    recipient = recipient or user
    if not may_read_record(user, recipient):
        return Message.objects.none()
    return Message.objects.filter(recipient=recipient).order_by("-id")


def failed_messages_for(user: User) -> QuerySet[Message]:
    """What could not be sent, for whoever looks after it; the oldest first."""
    if not may_retry_messages(user):
        return Message.objects.none()
    failed = Message.objects.filter(state=Message.State.FAILED)
    return failed.select_related("recipient").order_by("id")
