"""How a batch of the record reaches the database: one statement on PostgreSQL, three elsewhere.

Both paths take the same tuples. The head of each chain is moved by compare-and-set, so that a writer that
did not hold the lock, or held a stale head, changes nothing and is told.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from django.db import connection

ENTRY_COLUMNS: dict[str, str] = {
    "chain_id": "bigint",
    "seq": "integer",
    "kind": "text",
    "clause": "text",
    "policy_id": "text",
    "happened_at": "timestamptz",
    "recorded_at": "timestamptz",
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
    "due_at": "timestamptz",
    "next_attempt_at": "timestamptz",
    "created_at": "timestamptz",
}
HEAD_COLUMNS: dict[str, str] = {
    "seq": "integer",
    "hash": "text",
    "id": "bigint",
    "was_seq": "integer",
    "was_hash": "text",
}
MESSAGE_CONSTANTS = {
    "state": "'pending'",
    "attempts": "0",
    "to_address": "''",
    "subject": "''",
    "body_text": "''",
    "body_html": "''",
    "provider_id": "''",
    "last_error": "''",
}

_ENTRY_LIST = ", ".join(ENTRY_COLUMNS)
_MESSAGE_LIST = ", ".join([*MESSAGE_COLUMNS, *MESSAGE_CONSTANTS])
_MESSAGE_VALUES = ", ".join(MESSAGE_CONSTANTS.values())


# On PostgreSQL each column travels as one string, which is several times cheaper to quote, send and parse
# than an array of literals. The separator is a control character: canonical JSON escapes it, and elsewhere
# it is refused. Each value stands behind a separator, so that an empty string is one value and not none;
# \x1f stands for NULL.
_SEPARATOR = "\x1e"
_NULL = "\x1f"


def _array(kind: str) -> str:
    return f"(string_to_array(%s, chr(30), chr(31)))[2:]::{kind}[]"


def _unnest(columns: dict[str, str]) -> str:
    return f"unnest({', '.join(_array(kind) for kind in columns.values())})"


def _joined(column: Iterable[Any]) -> str:
    texts = [_NULL if value is None else str(value) for value in column]
    joined = _SEPARATOR + _SEPARATOR.join(texts)
    if joined.count(_SEPARATOR) != len(texts):
        raise ValueError("a separator (U+001E) in a text of the record")
    return joined


_PG_ENTRIES = f"INSERT INTO record_entry ({_ENTRY_LIST}) SELECT * FROM {_unnest(ENTRY_COLUMNS)}"
_PG_MESSAGES = (
    f"INSERT INTO record_message ({_MESSAGE_LIST}) SELECT new.*, {_MESSAGE_VALUES}"
    f" FROM {_unnest(MESSAGE_COLUMNS)} AS new ON CONFLICT (occasion) DO NOTHING"
)
_PG_HEADS = (
    "UPDATE record_chain SET head_seq = moved.seq, head_hash = moved.hash"
    f" FROM {_unnest(HEAD_COLUMNS)} AS moved(seq, hash, id, was_seq, was_hash)"
    " WHERE record_chain.id = moved.id AND head_seq = moved.was_seq AND head_hash = moved.was_hash"
)
_ENTRIES = f"INSERT INTO record_entry ({_ENTRY_LIST}) VALUES ({', '.join(['%s'] * len(ENTRY_COLUMNS))})"
_MESSAGES = (
    f"INSERT INTO record_message ({_MESSAGE_LIST})"
    f" VALUES ({', '.join(['%s'] * len(MESSAGE_COLUMNS))}, {_MESSAGE_VALUES})"
    " ON CONFLICT (occasion) DO NOTHING"
)
_HEADS = (
    "UPDATE record_chain SET head_seq = %s, head_hash = %s WHERE id = %s AND head_seq = %s AND head_hash = %s"
)


class RecordConflict(Exception):
    """The chain was moved on by someone else: the caller did not lock it, or held heads of a transaction
    undone."""


def insert(
    entries: Sequence[tuple[Any, ...]],
    messages: Sequence[tuple[Any, ...]],
    heads: Sequence[tuple[Any, ...]],
) -> None:
    """Write tuples in the order of ENTRY_COLUMNS and MESSAGE_COLUMNS, and move the heads
    of HEAD_COLUMNS. Raises RecordConflict when a head was not where it
    should be."""
    if connection.vendor == "postgresql":
        moved = _insert_postgresql(entries, messages, heads)
    else:
        moved = _insert_portable(entries, messages, heads)
    if moved != len(heads):
        raise RecordConflict(f"{len(heads) - moved} of {len(heads)} chains had moved")


def _insert_postgresql(
    entries: Sequence[tuple[Any, ...]],
    messages: Sequence[tuple[Any, ...]],
    heads: Sequence[tuple[Any, ...]],
) -> int:
    """One statement: messages and entries as data-modifying CTEs of the heads' update."""
    parts: list[str] = []
    arrays: list[str] = []
    for name, sql, rows in (
        ("new_messages", _PG_MESSAGES, messages),
        ("new_entries", _PG_ENTRIES, entries),
        ("", _PG_HEADS, heads),
    ):
        if rows:
            parts.append(f"{name} AS ({sql})" if name and heads else sql)
            arrays.extend(_joined(column) for column in zip(*rows, strict=True))
    if not parts:
        return 0
    sql = f"WITH {', '.join(parts[:-1])} {parts[-1]}" if len(parts) > 1 else parts[0]
    with connection.cursor() as cursor:
        cursor.execute(sql, arrays)
        return cursor.rowcount if heads else 0


def _insert_portable(
    entries: Sequence[tuple[Any, ...]],
    messages: Sequence[tuple[Any, ...]],
    heads: Sequence[tuple[Any, ...]],
) -> int:
    """One prepared statement a table."""
    adapt = connection.ops.adapt_datetimefield_value

    def adapted(rows: Sequence[tuple[Any, ...]]) -> list[tuple[Any, ...]]:
        return [tuple(adapt(v) if isinstance(v, datetime) else v for v in row) for row in rows]

    moved = 0
    with connection.cursor() as cursor:
        if messages:
            cursor.executemany(_MESSAGES, adapted(messages))
        if entries:
            cursor.executemany(_ENTRIES, adapted(entries))
        if heads:
            cursor.executemany(_HEADS, heads)
            moved = cursor.rowcount
    return moved
