"""What staff may do about enforcement."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from .models import SweepFailure


def retry_rows(*, failure_ids: Iterable[int], now: datetime) -> int:
    """Let the next run try these rows again instead of waiting for their delay to pass; returns how many
    they are."""
    return SweepFailure.objects.filter(pk__in=list(failure_ids)).update(retry_at=now)
