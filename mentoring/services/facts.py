"""How facts are written into the record and read back: canonical JSON, instants in UTC."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

from mentoring.models import Join, JoinSource, Participant

# A statement outweighs what machines saw; Student Success's decision outweighs a statement (A7).
_STATED = (JoinSource.DECISION, JoinSource.STATEMENT)


def iso(instant: datetime) -> str:
    """An instant as the record keeps it."""
    return instant.astimezone(UTC).isoformat()


def dumps(facts: Mapping[str, Any]) -> str:
    """Facts as canonical JSON: the same facts are always the same bytes."""
    return json.dumps(facts, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def presence(joins: Iterable[Join], participant: Participant) -> tuple[datetime | None, bool | None]:
    """When a participant joined, and whether a person stated it, by the facts on file (A7).

    Returns ``(joined_at, stated)``: the latest decision, else the latest statement, else the
    earliest instant that the portal or a report saw; ``stated`` is None when nobody stated
    anything, False for "was not there".
    """
    own = [join for join in joins if join.participant == participant]
    for source in _STATED:
        stated = [join for join in own if join.source == source]
        if stated:
            last = max(stated, key=lambda join: (join.recorded_at, join.pk or 0))
            return last.joined_at, last.joined_at is not None
    seen = [join.joined_at for join in own if join.joined_at is not None]
    return (min(seen), None) if seen else (None, None)
