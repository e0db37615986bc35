"""The secret address of a person's calendar: made, replaced, closed."""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime

from django.db import transaction

from accounts.models import User
from mentoring.models import CalendarFeed

SECRET_BYTES = 32


def digest_of(secret: str) -> str:
    """What is kept of a secret, and looked up by."""
    return hashlib.sha256(secret.encode()).hexdigest()


@transaction.atomic
def open_feed(*, by: User, now: datetime) -> str:
    """A new address for one's own calendar; an earlier one closes at once. The secret is told here and never again."""
    User.objects.select_for_update(no_key=True).get(pk=by.pk)
    close_feed(by=by, now=now)
    secret = secrets.token_urlsafe(SECRET_BYTES)
    CalendarFeed.objects.create(user=by, digest=digest_of(secret), made_at=now)
    return secret


def close_feed(*, by: User, now: datetime) -> int:
    """Close one's own calendar address; says whether there was one."""
    return CalendarFeed.objects.filter(user=by, closed_at__isnull=True).update(closed_at=now)


def owner_of(secret: str) -> User | None:
    """Whose calendar an address is; nobody's once it is closed, or its owner is not active."""
    found = (
        CalendarFeed.objects.filter(digest=digest_of(secret), closed_at__isnull=True, user__is_active=True)
        .select_related("user")
        .prefetch_related("user__role_grants")
        .first()
    )
    return found.user if found else None
