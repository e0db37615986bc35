"""How a batch of verdicts reaches the database: one statement on PostgreSQL, a few elsewhere."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from django.db import connection
from django.db.models import OuterRef, Subquery

from mentoring.models import Absence, ExceptionalCircumstance, Streak, StreakAbsence
from record.arrays import joined_rows, unnest


class SessionVerdict(NamedTuple):
    """A session's verdict, as its row keeps it; ``decided_at`` as ISO 8601 in UTC."""

    session_id: int
    state: str
    ground: str
    decided_at: str
    clause: str
    policy_id: str
    facts: str


class NewAbsence(NamedTuple):
    """An absence that a verdict brings, with the duties of 3.2 (A8)."""

    session_id: int
    kind: str
    ground: str
    rescheduling_due_at: datetime
    remind_at: datetime | None
    # On PostgreSQL these come from the session's row in the same statement.
    enrolment_id: int
    happened_at: datetime
    starts_at: datetime

    def model(self) -> Absence:
        return Absence(**self._asdict())


class NewStreak(NamedTuple):
    """A streak that a verdict completed, with the sessions whose absences it holds (A9)."""

    enrolment_id: int
    reached_at: datetime
    policy_id: str
    facts: str
    session_ids: tuple[int, ...]


_VERDICTS = {
    "id": "bigint",
    "state": "text",
    "ground": "text",
    "decided_at": "timestamptz",
    "clause": "text",
    "policy_id": "text",
    "facts": "text",
}
_ABSENCES = {
    "session_id": "bigint",
    "kind": "text",
    "ground": "text",
    "rescheduling_due_at": "timestamptz",
    "remind_at": "timestamptz",
}
_STREAKS = {"enrolment_id": "bigint", "reached_at": "timestamptz", "policy_id": "text", "facts": "text"}
_MEMBERS = {
    "enrolment_id": "bigint",
    "reached_at": "timestamptz",
    "session_id": "bigint",
    "position": "smallint",
}

_POSTGRESQL = f"""
WITH judged AS (
  UPDATE mentoring_session AS s
     SET state = v.state, ground = v.ground, decided_at = v.decided_at, clause = v.clause,
         policy_id = v.policy_id, facts = v.facts, falls_due_at = NULL, revision = s.revision + 1
    FROM {unnest(_VERDICTS, "v")}
   WHERE s.id = v.id
  RETURNING s.id, s.enrolment_id, s.decided_at, s.starts_at
), absent AS (
  INSERT INTO mentoring_absence ({", ".join(_ABSENCES)}, enrolment_id, happened_at, starts_at, reasons,
         rescheduling_state, revision)
  SELECT new.*, judged.enrolment_id, judged.decided_at, judged.starts_at, '', 'open', 1
    FROM {unnest(_ABSENCES)} JOIN judged ON judged.id = new.session_id
  RETURNING id, session_id
), reached AS (
  INSERT INTO mentoring_streak ({", ".join(_STREAKS)})
  SELECT * FROM {unnest(_STREAKS)}
  RETURNING id, enrolment_id, reached_at
)
INSERT INTO mentoring_streakabsence (streak_id, absence_id, position)
SELECT reached.id, coalesce(absent.id, earlier.id), member.position
  FROM {unnest(_MEMBERS, "member")}
  JOIN reached USING (enrolment_id, reached_at)
  LEFT JOIN absent ON absent.session_id = member.session_id
  LEFT JOIN mentoring_absence AS earlier ON earlier.session_id = member.session_id
"""

_SQLITE = """
UPDATE mentoring_session
   SET state = %s, ground = %s, decided_at = %s, clause = %s, policy_id = %s, facts = %s,
       falls_due_at = NULL, revision = revision + 1
 WHERE id = %s
"""


def save_batch(
    verdicts: Sequence[SessionVerdict], absences: Sequence[NewAbsence], streaks: Sequence[NewStreak]
) -> None:
    """Write the first verdicts of sessions with the absences and streaks that they bring."""
    if not verdicts:
        return
    if connection.vendor == "postgresql":
        parameters = [
            *joined_rows(verdicts, len(_VERDICTS)),
            *joined_rows([absence[: len(_ABSENCES)] for absence in absences], len(_ABSENCES)),
            *joined_rows([streak[:4] for streak in streaks], len(_STREAKS)),
            *joined_rows(list(_members(streaks)), len(_MEMBERS)),
        ]
        with connection.cursor() as cursor:
            cursor.execute(_POSTGRESQL, parameters)
        return
    adapt = connection.ops.adapt_datetimefield_value
    with connection.cursor() as cursor:
        cursor.executemany(
            _SQLITE,
            [
                (v.state, v.ground, adapt(datetime.fromisoformat(v.decided_at)), *v[4:], v.session_id)
                for v in verdicts
            ],
        )
    Absence.objects.bulk_create(absence.model() for absence in absences)
    save_streaks(streaks)


def save_streaks(streaks: Sequence[NewStreak]) -> None:
    """Store streaks whose absences have their rows already."""
    if not streaks:
        return
    wanted = [pk for streak in streaks for pk in streak.session_ids]
    absences = dict(Absence.objects.filter(session_id__in=wanted).values_list("session_id", "pk"))
    rows = Streak.objects.bulk_create(
        Streak(
            enrolment_id=new.enrolment_id,
            reached_at=new.reached_at,
            policy_id=new.policy_id,
            facts=new.facts,
        )
        for new in streaks
    )
    StreakAbsence.objects.bulk_create(
        StreakAbsence(streak=row, absence_id=absences[pk], position=position)
        for row, new in zip(rows, streaks, strict=True)
        for position, pk in enumerate(new.session_ids, start=1)
    )


def note_excused(session_ids: Sequence[int]) -> None:
    """What Student Success heard before counts as the reasons of these absences, where none were given (A8): only
    that it was heard, and when. The words stay between the student and Student Success.
    """
    heard = ExceptionalCircumstance.objects.filter(session=OuterRef("session"))
    Absence.objects.filter(session__in=session_ids, reasons_at__isnull=True).update(
        reasons_at=Subquery(heard.values("authorised_at"))
    )


def _members(streaks: Sequence[NewStreak]) -> Iterator[tuple[Any, ...]]:
    for streak in streaks:
        for position, session_id in enumerate(streak.session_ids, start=1):
            yield streak.enrolment_id, streak.reached_at, session_id, position
