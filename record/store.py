"""How a batch of the record reaches the database: one statement on PostgreSQL, three elsewhere.

Both paths take the same tuples. The head of each chain is moved by compare-and-set, so that a writer that
did not hold the lock, or held a stale head, changes nothing and is told.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

import orjson
from django.db import connection

from .arrays import joined, unnest

if TYPE_CHECKING:
    from .models import Message

# Columns with their types; instants are ISO 8601 in UTC. What is the same in all rows of a batch stands apart.
ENTRY_COLUMNS: dict[str, str] = {
    "chain_id": "bigint",
    "seq": "integer",
    "kind": "text",
    "clause": "text",
    "policy_id": "text",
    "happened_at": "timestamptz",
    "actor_id": "bigint",
    "about": "text",
    "payload": "text",
    "salt": "text",
    "commitment": "text",
    "prev_hash": "text",
    "hash": "text",
}
MESSAGE_COLUMNS: dict[str, str] = {
    "recipient_id": "bigint",
    "channel": "text",
    "kind": "text",
    "occasion": "text",
    "context": "text",
    "address": "text",
    "due_at": "timestamptz",
}
HEAD_COLUMNS: dict[str, str] = {
    "seq": "integer",
    "hash": "text",
    "id": "bigint",
    "was_seq": "integer",
}
MESSAGE_CONSTANTS = {
    "state": "'pending'",
    "attempts": "0",
    "to_address": "''",
    "subject": "''",
    "body_text": "''",
    "body_html": "''",
    "attachments": "''",
    "provider_id": "''",
    "last_error": "''",
}


def _insert_into(table: str, columns: list[str], values: str, tail: str = "") -> str:
    return f"INSERT INTO {table} ({', '.join(columns)}) {values} {tail}"


_ENTRY_LIST = [*ENTRY_COLUMNS, "recorded_at"]
_MESSAGE_LIST = [*MESSAGE_COLUMNS, "next_attempt_at", "created_at", *MESSAGE_CONSTANTS]
_CONSTANTS = ", ".join(MESSAGE_CONSTANTS.values())
_ONCE = "ON CONFLICT (occasion) DO NOTHING"

_PG_ENTRIES = _insert_into(
    "record_entry", _ENTRY_LIST, f"SELECT new.*, moment.at FROM moment, {unnest(ENTRY_COLUMNS)}"
)
_PG_MESSAGES = _insert_into(
    "record_message",
    _MESSAGE_LIST,
    f"SELECT new.*, new.due_at, moment.at, {_CONSTANTS} FROM moment, {unnest(MESSAGE_COLUMNS)}",
    _ONCE,
)
_PG_HEADS = (
    f"UPDATE record_chain SET head_seq = new.seq, head_hash = new.hash FROM {unnest(HEAD_COLUMNS)}"
    " WHERE record_chain.id = new.id AND head_seq = new.was_seq"
)


def _places(columns: dict[str, str]) -> str:
    return ", ".join(["%s"] * len(columns))


_ENTRIES = _insert_into("record_entry", _ENTRY_LIST, f"VALUES ({_places(ENTRY_COLUMNS)}, %s)")
_MESSAGES = _insert_into(
    "record_message", _MESSAGE_LIST, f"VALUES ({_places(MESSAGE_COLUMNS)}, %s, %s, {_CONSTANTS})", _ONCE
)
_HEADS = "UPDATE record_chain SET head_seq = %s, head_hash = %s WHERE id = %s AND head_seq = %s"


_HAPPENED = list(ENTRY_COLUMNS).index("happened_at")
_DUE = len(MESSAGE_COLUMNS) - 1

Rows = Sequence[tuple[Any, ...]]


class RecordConflict(Exception):
    """The chain was moved on by someone else: the caller did not lock it, or held heads of a transaction
    undone."""


def insert(entries: Rows, messages: Rows, heads: Rows, now: datetime) -> None:
    """Write rows of ENTRY_COLUMNS and MESSAGE_COLUMNS, recorded now, and move the heads (HEAD_COLUMNS).

    Raises RecordConflict when a head was not where it should be.
    """
    if connection.vendor == "postgresql":
        moved = _insert_postgresql(entries, messages, heads, now)
    else:
        moved = _insert_portable(entries, messages, heads, now)
    if moved != len(heads):
        raise RecordConflict(f"{len(heads) - moved} of {len(heads)} chains had moved")


def _insert_postgresql(entries: Rows, messages: Rows, heads: Rows, now: datetime) -> int:
    """One statement: messages and entries as data-modifying CTEs of the heads' update."""
    parts = ["moment AS (SELECT %s::timestamptz AS at)"]
    values: list[Any] = [now]
    for name, sql, rows in (("new_messages", _PG_MESSAGES, messages), ("new_entries", _PG_ENTRIES, entries)):
        if rows:
            parts.append(f"{name} AS ({sql})")
            values.extend(joined(column) for column in zip(*rows, strict=True))
    last = "SELECT"
    if heads:
        last = _PG_HEADS
        values.extend(joined(column) for column in zip(*heads, strict=True))
    with connection.cursor() as cursor:
        cursor.execute(f"WITH {', '.join(parts)} {last}", values)
        return cursor.rowcount if heads else 0


def _insert_portable(entries: Rows, messages: Rows, heads: Rows, now: datetime) -> int:
    """One prepared statement a table."""
    moment = _adapted(now)
    moved = 0
    with connection.cursor() as cursor:
        if messages:
            due = [_adapted(datetime.fromisoformat(row[_DUE])) for row in messages]
            rows = [(*row[:_DUE], at, at, moment) for row, at in zip(messages, due, strict=True)]
            cursor.executemany(_MESSAGES, rows)
        if entries:
            happened = [_adapted(datetime.fromisoformat(row[_HAPPENED])) for row in entries]
            rows = [
                (*row[:_HAPPENED], at, *row[_HAPPENED + 1 :], moment)
                for row, at in zip(entries, happened, strict=True)
            ]
            cursor.executemany(_ENTRIES, rows)
        if heads:
            cursor.executemany(_HEADS, heads)
            moved = cursor.rowcount
    return moved


CLAIM_COLUMNS: dict[str, str] = {
    "state": "text",
    "attempts": "smallint",
    "next_attempt_at": "timestamptz",
    "last_error": "text",
    "to_address": "text",
    "subject": "text",
    "body_text": "text",
    "body_html": "text",
    "attachments": "text",
}

_PG_CLAIMS = (
    f"UPDATE record_message AS m SET {', '.join(f'{name} = v.{name}' for name in CLAIM_COLUMNS)}"
    f" FROM json_to_recordset(%s::json) AS v(id bigint, {', '.join(map(' '.join, CLAIM_COLUMNS.items()))})"
    " WHERE m.id = v.id"
)
_CLAIMS = f"UPDATE record_message SET {', '.join(f'{name} = %s' for name in CLAIM_COLUMNS)} WHERE id = %s"


def save_claims(messages: Sequence[Message]) -> None:
    """Store what a claim changed of these messages: attempt, schedule, and content as rendered.

    One statement, or one prepared; ``bulk_update`` takes as long to put its CASEs together as the rendering takes.
    Bodies hold what people wrote, separators too: so JSON here, and not ``joined`` columns.
    """
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            rows = [
                {"id": each.pk, **{name: getattr(each, name) for name in CLAIM_COLUMNS}} for each in messages
            ]
            cursor.execute(_PG_CLAIMS, [orjson.dumps(rows).decode()])
            return
        cursor.executemany(_CLAIMS, [(*_claim_values(each), each.pk) for each in messages])


def _claim_values(message: Message) -> list[Any]:
    values = [getattr(message, name) for name in CLAIM_COLUMNS]
    return [_adapted(value) if isinstance(value, datetime) else value for value in values]


def _adapted(instant: datetime) -> Any:
    return connection.ops.adapt_datetimefield_value(instant)
