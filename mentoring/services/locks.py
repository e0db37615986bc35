"""The last two steps of the lock order: streaks that may be undone, then chains (``services.desk``)."""

from __future__ import annotations

from collections.abc import Collection

from django.db import connection, transaction

from mentoring.models import Streak
from record.services import lock_chains
from record.types import ChainHead

from .streaks import lock_standing


def lock_counts(enrolment_ids: Collection[int], user_ids: Collection[int]) -> dict[int | None, ChainHead]:
    """Lock the streaks of these enrolments that stand, then the chains of these people.

    A streak is made under its student's chain: one that came while this waited for the chain is not locked yet, and
    the opening of its case may hold it and wait for the chain. The chains are then given back and both are
    locked again, in their order.
    """
    if not enrolment_ids or not connection.features.has_select_for_update:
        return lock_chains(user_ids)
    while True:
        locked = lock_standing(enrolment_ids)
        before = transaction.savepoint()
        chains = lock_chains(user_ids)
        missed = Streak.objects.filter(
            enrolment_id__in=enrolment_ids, undone_at__isnull=True, sealed_at__isnull=True
        ).exclude(pk__in=locked)
        if not missed.exists():
            transaction.savepoint_commit(before)
            return chains
        transaction.savepoint_rollback(before)
