"""How facts are written into the record and read back: canonical JSON, instants in UTC."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from mentoring.models import Join, JoinSource, Participant
from record.canonical import iso
from record.canonical import to_json as dumps

__all__ = ["dumps", "iso", "presence"]

# A statement outweighs what machines saw; Student Success's decision outweighs a statement (A7).
_STATED = (JoinSource.DECISION, JoinSource.STATEMENT)


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
