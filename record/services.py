"""Writing the record: entries on their subject's chain (R1) and messages for the outbox (R2)."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import connection, transaction
from django.db.models import Q
from django.utils.translation import gettext_noop

from accounts.models import User
from rulebook.errors import RuleError
from rulebook.policy import policy_at

from . import store
from .canonical import commit, entry_hash, iso, to_json
from .models import Chain, Message
from .store import RecordConflict
from .types import ChainHead, NewEntry, NewMessage

__all__ = [
    "RecordConflict",
    "lock_chains",
    "note_all_read",
    "note_read",
    "retry_message",
    "write",
]


def lock_chains(user_ids: Iterable[int | None]) -> dict[int | None, ChainHead]:
    """Lock the chains of these subjects until the transaction ends, and say where they end (None: the
    school's).

    One statement, ordered by id so that two writers never wait for each other in a circle; a subject's
    first time takes two more, which create the chain. Writers of different subjects do not meet.
    """
    wanted = set(user_ids)
    heads = _select_for_update(wanted)
    missing = wanted - heads.keys()
    if missing:
        Chain.objects.bulk_create(
            [Chain(subject_id=i) for i in sorted(missing, key=lambda i: i or 0)],
            ignore_conflicts=True,
        )
        heads = _select_for_update(wanted)
    return heads


def _select_for_update(wanted: set[int | None]) -> dict[int | None, ChainHead]:
    if not wanted:
        return {}
    chains = Chain.objects.select_for_update().order_by("id")
    people = [subject_id for subject_id in wanted if subject_id is not None]
    if connection.vendor == "postgresql":
        # One array instead of as many parameters as there are subjects: half the time for a batch.
        chains = chains.extra(
            where=["(subject_id = ANY(%s) OR (%s AND subject_id IS NULL))"], params=[people, None in wanted]
        )
    else:
        chains = chains.filter(Q(subject_id__in=people) | (Q(subject_id=None) if None in wanted else Q()))
    rows = chains.values_list("id", "subject_id", "head_seq", "head_hash")
    return {row[1]: ChainHead(*row) for row in rows}


def write(
    *,
    entries: Sequence[NewEntry],
    messages: Sequence[NewMessage] = (),
    now: datetime,
    chains: Mapping[int | None, ChainHead] | None = None,
) -> None:
    """Append entries to their chains, in the given order, and put messages into the outbox.

    Inside the caller's transaction, so that what is recorded and what is true stand or fall together. A
    constant number of statements however many rows (``store``); with ``chains`` from ``lock_chains`` there
    is no other. A message whose occasion exists already is left as it is. Raises RecordConflict when a
    chain was not locked.
    """
    if not entries and not messages:
        return
    with transaction.atomic(savepoint=False):
        if chains is None:
            chains = lock_chains({entry.subject_id for entry in entries})
        rows, ends = _chained(entries, chains, now)
        moved = [(seq, hash_, head.id, head.seq) for head, (seq, hash_) in ends.values()]
        store.insert(rows, _outgoing(messages), moved, now)
    for head, (seq, hash_) in ends.values():
        head.seq, head.hash = seq, hash_


def _chained(
    entries: Sequence[NewEntry], chains: Mapping[int | None, ChainHead], now: datetime
) -> tuple[list[tuple[Any, ...]], dict[int | None, tuple[ChainHead, tuple[int, str]]]]:
    """Entries as rows of ``store.ENTRY_COLUMNS``, each bound to the one before it; and where each chain
    ends then."""
    rows: list[tuple[Any, ...]] = []
    ends: dict[int | None, tuple[ChainHead, tuple[int, str]]] = {}
    recorded_at = iso(now)
    salts = os.urandom(16 * len(entries)).hex()
    for index, entry in enumerate(entries):
        subject_id = entry.subject_id
        if subject_id in ends:
            head, (seq, prev_hash) = ends[subject_id]
        else:
            head = chains[subject_id]
            seq, prev_hash = head.seq, head.hash
        seq += 1
        salt = salts[32 * index : 32 * index + 32]
        payload = to_json(entry.facts)
        commitment = commit(salt, payload)
        happened_at = iso(entry.happened_at)
        hash_ = entry_hash(
            subject_id=subject_id,
            seq=seq,
            kind=entry.kind,
            clause=entry.clause,
            policy_id=entry.policy_id,
            happened_at=happened_at,
            recorded_at=recorded_at,
            actor_id=entry.actor_id,
            about=entry.about,
            commitment=commitment,
            prev_hash=prev_hash,
        )
        rows.append(
            (
                head.id,
                seq,
                entry.kind,
                entry.clause,
                entry.policy_id,
                happened_at,
                entry.actor_id,
                entry.about,
                payload,
                salt,
                commitment,
                prev_hash,
                hash_,
            )
        )
        ends[subject_id] = (head, (seq, hash_))
    return rows, ends


def _outgoing(messages: Sequence[NewMessage]) -> list[tuple[Any, ...]]:
    """Messages as rows of ``store.MESSAGE_COLUMNS``."""
    recipients: dict[str, int | str] = {}
    for message in messages:
        whom = message.recipient_id or message.address
        if recipients.setdefault(message.occasion, whom) != whom:
            raise ValueError(f"occasion {message.occasion!r} is used for two recipients")
    return [
        (
            message.recipient_id,
            message.channel,
            message.kind,
            message.occasion,
            to_json(message.context),
            message.address,
            iso(message.due_at),
        )
        for message in messages
    ]


def retry_message(*, message_id: int, by: User, now: datetime) -> None:
    """Put a message that could not be sent back into the outbox (R2): rendered anew, to the address of today.

    A decision of a person, and so an entry in the recipient's chain (the school's, where they have no account).
    Raises RuleError when it is not a failed one.
    """
    with transaction.atomic():
        message = (
            Message.objects.select_for_update().filter(pk=message_id, state=Message.State.FAILED).first()
        )
        if message is None:
            raise RuleError(
                "message", "R2", gettext_noop("Only a message that could not be sent is tried again.")
            )
        message.state = Message.State.PENDING
        message.attempts = 0
        message.next_attempt_at = now
        message.to_address = message.subject = message.body_text = message.body_html = ""
        message.attachments = ""
        message.save()
        write(
            entries=[
                NewEntry(
                    subject_id=message.recipient_id,
                    kind="message.retried",
                    clause="R2",
                    policy_id=policy_at(now).id,
                    happened_at=now,
                    actor_id=by.pk,
                    about=f"record.message:{message.pk}",
                    facts={"occasion": message.occasion, "error": message.last_error},
                )
            ],
            now=now,
        )


def note_read(*, message_id: int, by: User, now: datetime) -> None:
    """Note that the recipient opened a message in the portal; the first time stands, and nobody else's
    counts."""
    Message.objects.filter(pk=message_id, recipient=by, read_at__isnull=True).update(read_at=now)


def note_all_read(*, by: User, now: datetime) -> None:
    """Note that the recipient has read all that was sent so far."""
    Message.objects.filter(recipient=by, state=Message.State.SENT, read_at__isnull=True).update(read_at=now)
