"""Housekeeping of sign-in. Nothing hangs on it: what has expired opens nothing, whether its row is there or not."""

from __future__ import annotations

from celery import shared_task
from django.utils import timezone

from accounts import services


@shared_task(ignore_result=True)
def purge_expired() -> int:
    """Delete expired sessions and tokens, and answers that were kept for repeated requests."""
    return services.purge_expired(now=timezone.now())
