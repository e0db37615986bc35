"""Unauthorised absences in a row: counted under the student's chain lock (A9)."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from django.db import connection
from django.db.models import Exists, F, OuterRef, Q, Subquery

from mentoring.models import Session, SessionState, Streak, StreakAbsence
from rulebook.attendance import Mark, StreakView, count_streak, streak_stands

from .facts import dumps, iso

COUNTED = (SessionState.HELD, SessionState.UNAUTHORISED_ABSENCE)


@dataclass(slots=True)
class Tally:
    """One enrolment's sessions as the count sees them, and those that are due but not judged yet."""

    marks: dict[int, Mark] = field(default_factory=dict)
    pending: dict[int, datetime] = field(default_factory=dict)
    verdicts: dict[int, tuple[str, str]] = field(default_factory=dict)
    """Ground and facts (canonical JSON) of each session that counts."""

    def put(self, session_id: int, starts_at: datetime, outcome: str, ground: str, facts: str) -> None:
        """Write a verdict into the count."""
        self.verdicts[session_id] = ground, facts
        self.pending.pop(session_id, None)
        # A session that was held starts again, whatever case the Board decided on its absence (A9).
        held = outcome == SessionState.UNAUTHORISED_ABSENCE and (
            session_id in self.marks and self.marks[session_id].held_by_streak
        )
        self.marks[session_id] = Mark(session_id, starts_at, outcome, held)

    def hold(self, session_ids: Iterable[int], held: bool = True) -> None:
        """Set absences apart because a case holds them, or give them back."""
        for pk in session_ids:
            mark = self.marks[pk]
            self.marks[pk] = Mark(pk, mark.starts_at, mark.outcome, held)

    def told(self, session_ids: Iterable[int]) -> str:
        """These absences as they stand now, for the case that they bring (canonical JSON)."""
        return dumps(
            {
                "absences": [
                    {
                        "session": pk,
                        "starts_at": iso(self.marks[pk].starts_at),
                        "outcome": str(self.marks[pk].outcome),
                        "ground": self.verdicts[pk][0],
                        "facts": json.loads(self.verdicts[pk][1] or "{}"),
                    }
                    for pk in session_ids
                ]
            }
        )

    def view(self, size: int) -> StreakView:
        return count_streak(list(self.marks.values()), size)

    def holds_later(self, starts_at: datetime) -> bool:
        """Whether a case holds an absence from a session that starts after this instant."""
        return any(mark.held_by_streak and mark.starts_at > starts_at for mark in self.marks.values())

    def waits_for_earlier(self, session_id: int, falls_due_at: datetime) -> bool:
        """Whether another session of the enrolment fell due before this one and is not judged yet.

        Each absence tells the student how many remain, so they are judged in the order in which
        they fell due even when workers overtake each other (A10).
        """
        return any(
            (due, pk) < (falls_due_at, session_id) for pk, due in self.pending.items() if pk != session_id
        )


_POSTGRESQL = """
SELECT s.enrolment_id, s.id, s.starts_at, s.state, s.falls_due_at,
       s.ground, s.facts,
       s.state = 'unauthorised_absence' AND EXISTS (
         SELECT 1 FROM mentoring_absence AS a
           JOIN mentoring_streakabsence AS held ON held.absence_id = a.id AND held.released_at IS NULL
          WHERE a.session_id = s.id)
  FROM unnest(%s) AS e(id)
 CROSS JOIN LATERAL (
       SELECT coalesce(
         (SELECT h.starts_at FROM mentoring_session AS h
           WHERE h.enrolment_id = e.id AND h.state = 'held' AND h.starts_at < %s
           ORDER BY h.starts_at DESC LIMIT 1),
         '-infinity') AS starts_at) AS last_held
  JOIN mentoring_session AS s ON s.enrolment_id = e.id AND s.starts_at >= last_held.starts_at
 WHERE s.state IN ('held', 'unauthorised_absence') OR s.falls_due_at < %s
"""


def tallies(enrolment_ids: Sequence[int], earliest: datetime, now: datetime) -> dict[int, Tally]:
    """The counts of these enrolments from the last held session before ``earliest`` on.

    Call it with the chains locked: two sessions of one student are never counted at once.
    """
    found: dict[int, Tally] = defaultdict(Tally)
    rows = _marks(enrolment_ids, earliest, now)
    for enrolment_id, pk, starts_at, state, falls_due_at, ground, facts, held in rows:
        tally = found[enrolment_id]
        if falls_due_at is not None:
            tally.pending[pk] = falls_due_at
        else:
            tally.marks[pk] = Mark(
                pk, starts_at, state, bool(held) and state == SessionState.UNAUTHORISED_ABSENCE
            )
            tally.verdicts[pk] = ground, facts
    return found


def _marks(enrolment_ids: Sequence[int], earliest: datetime, now: datetime) -> Iterable[tuple[Any, ...]]:
    """Held sessions, unauthorised absences (with whether a streak holds them) and what is due."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(_POSTGRESQL, [list(enrolment_ids), earliest, now])
            return cursor.fetchall()
    held = Session.objects.filter(
        enrolment_id=OuterRef("enrolment_id"), state=SessionState.HELD, starts_at__lt=earliest
    )
    held_by = StreakAbsence.objects.filter(absence__session_id=OuterRef("pk"), released_at__isnull=True)
    return (
        Session.objects.filter(enrolment_id__in=enrolment_ids)
        .alias(last_held=Subquery(held.order_by("-starts_at").values("starts_at")[:1]))
        .filter(Q(last_held__isnull=True) | Q(starts_at__gte=F("last_held")))
        .filter(Q(state__in=COUNTED) | Q(falls_due_at__lt=now))
        .order_by()
        .values_list(
            "enrolment_id", "pk", "starts_at", "state", "falls_due_at", "ground", "facts", Exists(held_by)
        )
    )


def tally_of(enrolment_id: int, now: datetime) -> Tally:
    """The whole count of one enrolment."""
    found = tallies([enrolment_id], datetime(1, 1, 2, tzinfo=UTC), now)
    return found.get(enrolment_id) or Tally()


def lock_standing(enrolment_ids: Iterable[int]) -> list[int]:
    """Lock the streaks that a verdict may undo, ahead of the chain, as the opening of their cases does."""
    standing = Streak.objects.filter(
        enrolment_id__in=enrolment_ids, undone_at__isnull=True, sealed_at__isnull=True
    )
    return list(standing.select_for_update(no_key=True).order_by("pk").values_list("pk", flat=True))


def undo_broken(enrolment_id: int, tally: Tally, at: datetime) -> list[Streak]:
    """Undo the streaks that a correction broke, unless the Board has decided; frees their absences (A7)."""
    standing = Streak.objects.filter(
        enrolment_id=enrolment_id, undone_at__isnull=True, sealed_at__isnull=True
    ).prefetch_related("members__absence")
    broken = []
    for streak in standing:
        ids = [member.absence.session_id for member in streak.members.all()]
        if streak_stands(list(tally.marks.values()), ids):
            continue
        streak.undone_at = at
        streak.save(update_fields=["undone_at"])
        StreakAbsence.objects.filter(streak=streak).update(released_at=at)
        tally.hold([pk for pk in ids if pk in tally.marks], held=False)
        broken.append(streak)
    return broken


def take_up(streak_ids: Sequence[int], now: datetime) -> None:
    """Note that the app above has made its cases of these streaks."""
    Streak.objects.filter(pk__in=streak_ids).update(taken_up_at=now)


def seal(streak_id: int, now: datetime) -> bool:
    """The Board has decided: no correction undoes this streak any more (A7). False where one already did."""
    standing = Streak.objects.filter(pk=streak_id, undone_at__isnull=True, sealed_at__isnull=True)
    return bool(standing.update(sealed_at=now))
