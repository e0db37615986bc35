"""Set-based writing of a batch of verdicts: one statement on PostgreSQL."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from django.db import connection

from .facts import dumps

if TYPE_CHECKING:
    from .verdicts import Judged

_POSTGRESQL = """
UPDATE mentoring_session AS s
   SET state = v.state, ground = v.ground, decided_at = v.decided_at, clause = v.clause,
       policy_id = v.policy_id, facts = v.facts, falls_due_at = NULL, revision = s.revision + 1
  FROM unnest(%s::bigint[], %s::text[], %s::text[], %s::timestamptz[], %s::text[], %s::text[],
              %s::text[]) AS v(id, state, ground, decided_at, clause, policy_id, facts)
 WHERE s.id = v.id
"""

_SQLITE = """
UPDATE mentoring_session
   SET state = %s, ground = %s, decided_at = %s, clause = %s, policy_id = %s, facts = %s,
       falls_due_at = NULL, revision = revision + 1
 WHERE id = %s
"""


def save_verdicts(judged: Sequence[Judged]) -> None:
    """Write the verdicts into their sessions."""
    if not judged:
        return
    columns = [
        (
            str(case.verdict.outcome),
            str(case.verdict.ground),
            case.verdict.decided_at,
            case.verdict.clause,
            case.verdict.policy_id,
            dumps(dict(case.verdict.facts)),
        )
        for case in judged
    ]
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            ids = [case.row.pk for case in judged]
            cursor.execute(_POSTGRESQL, [ids, *map(list, zip(*columns, strict=True))])
            return
        adapt = connection.ops.adapt_datetimefield_value
        cursor.executemany(
            _SQLITE,
            [
                (state, ground, adapt(at), clause, policy, facts, case.row.pk)
                for (state, ground, at, clause, policy, facts), case in zip(columns, judged, strict=True)
            ],
        )
