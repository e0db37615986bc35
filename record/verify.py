"""Verification of the record: finds an edit, a deletion, a reorder, a truncation, a lost chain, a forged
checkpoint.

Reads every entry once, in order, a few thousand at a time: memory follows the number of chains, not of
entries. It may run beside writers: each question is one statement, which sees one moment of the database.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from datetime import UTC, datetime
from json import JSONDecodeError, loads
from typing import Any

from django.db import connection, transaction

from . import guards, signing
from .canonical import GENESIS, commit, entry_hash
from .checkpoints import statement
from .models import Checkpoint

ROWS_AT_ONCE = 2_000
FURTHEST = 10_000
"""How far up a chain the place is looked for to which a misplaced entry belongs."""

_ENTRIES = """
    SELECT e.chain_id, e.seq, e.kind, e.clause, e.policy_id, e.happened_at, e.recorded_at, e.actor_id,
    e.about, e.payload, e.salt, e.commitment, e.prev_hash, e.hash, e.id, c.id, c.subject_id, c.head_seq,
    c.head_hash FROM record_entry AS e LEFT JOIN record_chain AS c ON c.id = e.chain_id WHERE %s OR
    e.chain_id = %s ORDER BY e.chain_id, e.seq, e.id
"""
_EMPTIED = """
    SELECT c.id, c.head_seq FROM record_chain AS c
    WHERE c.head_seq > 0 AND (%s OR c.id = %s)
      AND NOT EXISTS (SELECT 1 FROM record_entry AS e WHERE e.chain_id = c.id)
    ORDER BY c.id
"""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong: what (a word), where, and how it shows."""

    what: str
    where: str
    how: str


@dataclass(frozen=True, slots=True)
class Claim:
    """Where a chain stood by its last genuine checkpoint."""

    subject_id: int | None
    seq: int
    hash: str
    checkpoint: int


@dataclass(slots=True)
class Verification:
    """One reading of the record. ``findings()`` streams what is wrong; the counts are complete at its end.

    ``chain_id``: of one chain only. ``anchor``: (number, signature) of a checkpoint that was noted down
    elsewhere.
    """

    chain_id: int | None = None
    anchor: tuple[int, str] | None = None
    chains: int = 0
    entries: int = 0
    checkpoints: int = 0
    last_checkpoint_at: datetime | None = None
    last_checkpoint: str = ""
    """Number and signature of the last checkpoint: what to note down elsewhere, as the next ``anchor``."""
    unsigned: int = 0
    """Entries after the last checkpoint of their chain: a truncation among these does not show yet."""
    _claims: dict[int, Claim] = field(default_factory=dict)

    def findings(self) -> Iterator[Finding]:
        for name in guards.missing():
            yield Finding("guard", name, "this trigger is missing or switched off")
        yield from self._checkpoints()
        yield from self._chains()
        yield from self._emptied()
        for chain, claim in self._claims.items():
            if self.chain_id in (None, chain):
                yield Finding(
                    "lost chain",
                    f"chain {chain}",
                    f"checkpoint {claim.checkpoint} states {claim.seq} entries; there are none",
                )

    def _checkpoints(self) -> Iterator[Finding]:
        """Check each checkpoint's signature and place, and keep the last claim on each chain."""
        seq, signature, entries = 0, "", 0
        seen: set[int] = set()
        for checkpoint in Checkpoint.objects.order_by("seq").iterator(chunk_size=200):
            where = f"checkpoint {checkpoint.seq}"
            self.checkpoints += 1
            self.last_checkpoint_at = checkpoint.made_at
            self.last_checkpoint = f"{checkpoint.seq}:{checkpoint.signature}"
            if checkpoint.seq != seq + 1:
                yield Finding("deletion", where, f"checkpoints {seq + 1} to {checkpoint.seq - 1} are gone")
            elif checkpoint.prev_signature != signature:
                yield Finding("forged checkpoint", where, "it does not follow the one before it")
            genuine = signing.is_signed(statement(checkpoint), checkpoint.key_id, checkpoint.signature)
            if genuine:
                try:
                    heads = loads(checkpoint.heads)
                except JSONDecodeError:  # cannot be, where the signature holds
                    heads = []
                for chain, subject, at, hash_ in heads:
                    before = self._claims.get(chain)
                    entries += at - (before.seq if before else 0)
                    seen.add(chain)
                    self._claims[chain] = Claim(subject, at, hash_, checkpoint.seq)
                gap = checkpoint.seq != seq + 1
                if not gap and (checkpoint.entries, checkpoint.chains) != (entries, len(seen)):
                    yield Finding("forged checkpoint", where, "its totals do not follow from its heads")
                entries = checkpoint.entries
            elif genuine is None:
                yield Finding(
                    "unknown key",
                    where,
                    f"signed with key {checkpoint.key_id}, which is not known (RECORD_VERIFY_KEYS)",
                )
            else:
                yield Finding("forged checkpoint", where, "its signature does not hold")
            if self.anchor and checkpoint.seq == self.anchor[0] and checkpoint.signature != self.anchor[1]:
                yield Finding("forged checkpoint", where, "it is not the one that was noted down")
            seq, signature = checkpoint.seq, checkpoint.signature
        if self.anchor and self.anchor[0] > seq:
            yield Finding(
                "truncation", "checkpoints", f"number {self.anchor[0]} was noted down; the last is {seq}"
            )

    def _chains(self) -> Iterator[Finding]:
        chain: _Chain | None = None
        for row in self._rows():
            if chain is None or chain.id != row[0]:
                if chain is not None:
                    yield from chain.end()
                    self.unsigned += chain.unsigned
                self.chains += 1
                chain = _Chain(row, self._claims.pop(row[0], None))
                yield from chain.begin()
            self.entries += 1
            yield from chain.follow(row)
        if chain is not None:
            yield from chain.end()
            self.unsigned += chain.unsigned

    def _rows(self) -> Iterator[tuple[Any, ...]]:
        """Every entry with its chain, in order, streamed."""
        # PostgreSQL's cursor lives in a transaction; on SQLite one would only keep the writers out.
        inside: AbstractContextManager[Any] = (
            transaction.atomic() if connection.vendor == "postgresql" else nullcontext()
        )
        with inside, connection.chunked_cursor() as cursor:
            cursor.execute(_ENTRIES, [self.chain_id is None, self.chain_id or 0])
            while rows := cursor.fetchmany(ROWS_AT_ONCE):
                yield from rows

    def _emptied(self) -> Iterator[Finding]:
        with connection.cursor() as cursor:
            cursor.execute(_EMPTIED, [self.chain_id is None, self.chain_id or 0])
            for chain, seq in cursor.fetchall():
                self.chains += 1
                self._claims.pop(chain, None)
                yield Finding("truncation", f"chain {chain}", f"all of its {seq} entries are gone")


class _Chain:
    """The walk along one chain."""

    def __init__(self, row: tuple[Any, ...], claim: Claim | None) -> None:
        self.id: int = row[0]
        self.exists = row[15] is not None
        self.subject_id: int | None = row[16] if self.exists or claim is None else claim.subject_id
        self.head: tuple[int, str] = (row[17], row[18])
        self.claim = claim
        self.last: tuple[int, str] = (0, GENESIS)

    @property
    def unsigned(self) -> int:
        return max(self.last[0] - (self.claim.seq if self.claim else 0), 0)

    def begin(self) -> Iterator[Finding]:
        if not self.exists:
            yield Finding("lost chain", f"chain {self.id}", "it has entries, and no row of its own")
        elif self.claim and self.claim.subject_id != self.subject_id:
            yield Finding(
                "edit",
                f"chain {self.id}",
                f"its subject was {self.claim.subject_id} by checkpoint {self.claim.checkpoint}",
            )

    def follow(self, row: tuple[Any, ...]) -> Iterator[Finding]:
        (_, seq, kind, clause, policy_id, happened_at, recorded_at, actor_id, about) = row[:9]
        payload, salt, commitment, prev_hash, hash_, pk = row[9:15]
        where = f"chain {self.id}, entry {seq} (id {pk})"
        last_seq, last_hash = self.last
        if seq != last_seq + 1:
            gone = f"{last_seq + 1}" if seq == last_seq + 2 else f"{last_seq + 1} to {seq - 1}"
            how = f"entry {gone} is missing before it" if seq > last_seq else "its place is taken twice"
            yield Finding("deletion" if seq > last_seq else "insertion", where, how)
        elif prev_hash != last_hash:
            yield Finding("broken link", where, "it does not follow the entry before it")
        fields = {
            "subject_id": self.subject_id,
            "kind": kind,
            "clause": clause,
            "policy_id": policy_id,
            "happened_at": _iso(happened_at),
            "recorded_at": _iso(recorded_at),
            "actor_id": actor_id,
            "about": about,
            "commitment": commitment,
            "prev_hash": prev_hash,
        }
        if entry_hash(seq=seq, **fields) != hash_:
            known = max(self.head[0] or 0, self.claim.seq if self.claim else 0, seq)
            places = range(1, min(known + 100, FURTHEST) + 1)
            place = next((other for other in places if entry_hash(seq=other, **fields) == hash_), None)
            if place:
                yield Finding("reorder", where, f"it was written as entry {place}")
            else:
                yield Finding("edit", where, "its fields are not those that were recorded")
        if not _commits(salt, payload, commitment):
            yield Finding("edit", where, "its facts are not those that were recorded")
        if self.claim and self.claim.seq == seq and self.claim.hash != hash_:
            yield Finding(
                "rewritten",
                where,
                f"checkpoint {self.claim.checkpoint} states another entry here: the chain was written anew",
            )
        self.last = (seq, hash_)

    def end(self) -> Iterator[Finding]:
        where = f"chain {self.id}"
        seq, hash_ = self.last
        if self.exists and self.head != (seq, hash_):
            if seq < self.head[0]:
                yield Finding("truncation", where, f"it ends at {seq}; its head is {self.head[0]}")
            else:
                yield Finding("edit", where, f"its head ({self.head[0]}) is not its last entry ({seq})")
        if self.claim and self.claim.seq > seq:
            how = f"it ends at {seq}; checkpoint {self.claim.checkpoint} states {self.claim.seq}"
            yield Finding("truncation", where, how)


def _commits(salt: str, payload: str, commitment: str) -> bool:
    try:
        return commit(salt, payload) == commitment
    except ValueError:
        return False


def _iso(value: Any) -> str:
    """An instant as it was hashed, from what the driver returns: an aware datetime, or SQLite's text in
    UTC."""
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    return f"{value}".replace(" ", "T") + "+00:00"
