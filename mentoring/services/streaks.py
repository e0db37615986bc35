"""Unauthorised absences in a row: counted under the student's chain lock (A9)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.db.models import Exists, Max, OuterRef, Q

from mentoring.models import Absence, Session, SessionState, Streak, StreakAbsence
from rulebook.attendance import Mark, StreakView, count_streak, streak_stands

COUNTED = (SessionState.HELD, SessionState.UNAUTHORISED_ABSENCE)


@dataclass(slots=True)
class Tally:
    """One enrolment's sessions as the count sees them, and those that are due but not judged yet."""

    marks: dict[int, Mark] = field(default_factory=dict)
    pending: dict[int, datetime] = field(default_factory=dict)

    def put(self, session_id: int, starts_at: datetime, outcome: str) -> None:
        """Write a verdict into the count."""
        self.pending.pop(session_id, None)
        held = session_id in self.marks and self.marks[session_id].held_by_streak
        self.marks[session_id] = Mark(session_id, starts_at, outcome, held)

    def hold(self, session_ids: Iterable[int], held: bool = True) -> None:
        """Set absences apart because a case holds them, or give them back."""
        for pk in session_ids:
            mark = self.marks[pk]
            self.marks[pk] = Mark(pk, mark.starts_at, mark.outcome, held)

    def view(self, size: int) -> StreakView:
        return count_streak(list(self.marks.values()), size)

    def waits_for_earlier(self, session_id: int, falls_due_at: datetime) -> bool:
        """Whether another session of the enrolment fell due before this one and is not judged yet.

        Each absence tells the student how many remain, so they are judged in the order in which
        they fell due even when workers overtake each other (A10).
        """
        return any(
            (due, pk) < (falls_due_at, session_id) for pk, due in self.pending.items() if pk != session_id
        )


def tallies(enrolment_ids: Sequence[int], earliest: datetime, now: datetime) -> dict[int, Tally]:
    """The counts of these enrolments from the last held session before ``earliest`` on.

    Call it with the chains locked: two sessions of one student are never counted at once.
    """
    anchors = dict(
        Session.objects.filter(
            enrolment_id__in=enrolment_ids, state=SessionState.HELD, starts_at__lt=earliest
        )
        .order_by()
        .values_list("enrolment_id")
        .annotate(Max("starts_at"))
    )
    since = min(anchors.values()) if len(anchors) == len(set(enrolment_ids)) else None
    counted = Q(state__in=COUNTED) & (Q(starts_at__gte=since) if since else Q())
    held_by = StreakAbsence.objects.filter(absence__session_id=OuterRef("pk"), released_at__isnull=True)
    found: dict[int, Tally] = defaultdict(Tally)
    rows = (
        Session.objects.filter(enrolment_id__in=enrolment_ids)
        .filter(counted | Q(falls_due_at__lt=now))
        .order_by()
        .values_list("enrolment_id", "pk", "starts_at", "state", "falls_due_at", Exists(held_by))
    )
    for enrolment_id, pk, starts_at, state, falls_due_at, held in rows:
        if falls_due_at is not None:
            found[enrolment_id].pending[pk] = falls_due_at
        else:
            found[enrolment_id].marks[pk] = Mark(pk, starts_at, state, held)
    return found


def tally_of(enrolment_id: int, now: datetime) -> Tally:
    """The whole count of one enrolment."""
    found = tallies([enrolment_id], datetime.min.replace(tzinfo=now.tzinfo), now)
    return found.get(enrolment_id) or Tally()


@dataclass(frozen=True, slots=True)
class Reached:
    """A streak that a verdict completed."""

    enrolment_id: int
    session_ids: tuple[int, ...]
    reached_at: datetime
    policy_id: str


def open_streaks(reached: Sequence[Reached]) -> list[Streak]:
    """Store streaks with the absences that they hold."""
    if not reached:
        return []
    absences = dict(
        Absence.objects.filter(
            session_id__in=[pk for each in reached for pk in each.session_ids]
        ).values_list("session_id", "pk")
    )
    streaks = Streak.objects.bulk_create(
        Streak(enrolment_id=each.enrolment_id, reached_at=each.reached_at, policy_id=each.policy_id)
        for each in reached
    )
    StreakAbsence.objects.bulk_create(
        StreakAbsence(streak=streak, absence_id=absences[pk], position=position)
        for streak, each in zip(streaks, reached, strict=True)
        for position, pk in enumerate(each.session_ids, start=1)
    )
    return streaks


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


def seal(streak_id: int, now: datetime) -> None:
    """The Board has decided: no correction undoes this streak any more (A7)."""
    Streak.objects.filter(pk=streak_id, undone_at__isnull=True, sealed_at__isnull=True).update(sealed_at=now)
