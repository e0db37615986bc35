"""Signed statements of where the chains end: what shows that a chain was cut, rewritten or lost."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import connection
from django.db.models import F, QuerySet

from . import conf, signing
from .canonical import iso, to_json
from .models import Chain, Checkpoint

_LOCK = 0x7265636F7264  # "record": the advisory lock of those who append a checkpoint


def due(now: datetime) -> QuerySet[Chain]:
    """Chains that have grown since they were last stated, once the last checkpoint is an hour old (by
    setting).

    Checkpoints of this very instant do not count: they are the earlier batches of the same run.
    """
    # Two plain questions: one with a subquery takes longer to put into SQL than both take to answer.
    recent = Checkpoint.objects.filter(made_at__gt=now - conf.checkpoint_every(), made_at__lt=now)
    if recent.exists():
        return Chain.objects.none()
    return Chain.objects.filter(head_seq__gt=F("checkpointed_seq")).order_by("id")


def make(chain_ids: Sequence[int], now: datetime) -> int:
    """Sign where these (locked) chains end, as the next checkpoint; returns how many chains it states."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
    chains = Chain.objects.filter(pk__in=chain_ids)
    grown = list(
        chains.order_by("id").values_list("id", "subject_id", "head_seq", "head_hash", "checkpointed_seq")
    )
    last = Checkpoint.objects.order_by("-seq").first()
    checkpoint = Checkpoint(
        seq=last.seq + 1 if last else 1,
        made_at=now,
        heads=to_json([row[:4] for row in grown]),
        chains=(last.chains if last else 0) + sum(row[4] == 0 for row in grown),
        entries=(last.entries if last else 0) + sum(row[2] - row[4] for row in grown),
        prev_signature=last.signature if last else "",
        key_id=signing.key_id(bytes.fromhex(signing.public_key())),
    )
    _, checkpoint.signature = signing.sign(statement(checkpoint))
    checkpoint.save(force_insert=True)
    chains.update(checkpointed_seq=F("head_seq"))
    return len(grown)


def statement(checkpoint: Checkpoint) -> str:
    """What the signature of a checkpoint covers: all of it, and the one before."""
    return to_json(
        [
            "checkpoint",
            1,
            checkpoint.seq,
            iso(checkpoint.made_at),
            checkpoint.heads,
            checkpoint.chains,
            checkpoint.entries,
            checkpoint.prev_signature,
            checkpoint.key_id,
        ]
    )
