"""Verdicts on sessions, written: state, absence, streak, entry and message in one transaction."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple

from django.db.models import Exists, OuterRef

from mentoring.models import AbsenceKind, Session, Streak
from record.arrays import among
from record.services import write
from record.types import NewEntry, NewMessage
from rulebook.attendance import (
    Outcome,
    SessionFacts,
    Verdict,
    Waiting,
    judge_session,
    reminder_at,
    rescheduling_deadline,
)
from rulebook.policy import policy_at
from rulebook.terms import AttendanceTerms
from students.models import Accommodation

from .facts import dumps, iso
from .locks import lock_counts
from .store import NewAbsence, NewStreak, SessionVerdict, note_excused, save_batch, save_streaks
from .streaks import Tally, tallies, tally_of, undo_broken
from .terms import terms_for_sessions

KINDS = {
    Outcome.HELD: "session_held",
    Outcome.AUTHORISED_ABSENCE: "absence_authorised",
    Outcome.UNAUTHORISED_ABSENCE: "absence_unauthorised",
    Outcome.UNATTENDED: "session_unattended",
    Outcome.MENTOR_ABSENT: "mentor_absent",
    Outcome.CANCELLED_BY_MENTOR: "session_cancelled",
    Outcome.CANCELLED_BY_SCHOOL: "session_cancelled",
}
ABSENCES = (Outcome.AUTHORISED_ABSENCE, Outcome.UNAUTHORISED_ABSENCE)


class Row(NamedTuple):
    """A session as a batch is judged: plain values, one query."""

    pk: int
    enrolment_id: int
    time_zone: str
    student_user_id: int
    mentor_user_id: int
    mentor_given_name: str
    mentor_family_name: str
    starts_at: datetime
    ends_at: datetime
    student_joined_at: datetime | None
    mentor_joined_at: datetime | None
    falls_due_at: datetime
    exception_id: int | None
    adapted: bool

    @property
    def mentor_name(self) -> str:
        return f"{self.mentor_given_name} {self.mentor_family_name}".strip()


ROW = (
    "pk",
    "enrolment_id",
    "enrolment__time_zone",
    "student__user_id",
    "mentor__user_id",
    "mentor__user__given_name",
    "mentor__user__family_name",
    "starts_at",
    "ends_at",
    "student_joined_at",
    "mentor_joined_at",
    "falls_due_at",
    "exception__id",
    Exists(Accommodation.objects.filter(enrolment_id=OuterRef("enrolment_id"))),
)


@dataclass(slots=True)
class Judged:
    """A session with its verdict, the terms that it was judged by, and what of it is written more than once."""

    row: Row
    verdict: Verdict
    terms: AttendanceTerms
    facts: dict[str, Any] = field(init=False)
    facts_text: str = field(init=False)
    """The verdict's facts as canonical JSON."""
    starts_at: str = field(init=False)
    decided_at: str = field(init=False)

    def __post_init__(self) -> None:
        self.facts = dict(self.verdict.facts)
        self.facts_text = dumps(self.facts)
        self.starts_at = iso(self.row.starts_at)
        self.decided_at = iso(self.verdict.decided_at)


class SoFar(NamedTuple):
    """Where an unauthorised absence leaves the count (A9): how many in a row, and how many are still to come."""

    in_a_row: int
    remaining: int
    size: int

    def told(self) -> dict[str, int]:
        return {"count": self.in_a_row, "remaining": self.remaining, "size": self.size}


def settle(pks: Sequence[int], now: datetime) -> int:
    """Judge the locked sessions that fell due strictly before ``now`` (A5, A6, A11).

    Returns how many were judged. One that waits for an earlier session of the same enrolment is
    left for the next batch.
    """
    due = among(Session.objects.filter(falls_due_at__lt=now), pks).order_by("falls_due_at", "pk")
    rows = [Row._make(values) for values in due.values_list(*ROW)]
    if not rows:
        return 0
    terms = _terms(rows)
    # A session held may break a streak (A9).
    held = {row.enrolment_id for row in rows if row.student_joined_at and row.mentor_joined_at}
    chains = lock_counts(held, sorted({row.student_user_id for row in rows}))
    counts = tallies(sorted({row.enrolment_id for row in rows}), min(row.starts_at for row in rows), now)
    judged: list[Judged] = []
    reached: list[NewStreak] = []
    messages: list[NewMessage] = []
    breaking: dict[int, Judged] = {}
    for row in rows:
        tally = counts[row.enrolment_id]
        # Once a row of absences is broken, what comes after it is counted anew: in the next batch.
        if row.enrolment_id in breaking or tally.waits_for_earlier(row.pk, row.falls_due_at):
            continue
        verdict = judge_session(
            SessionFacts(
                starts_at=row.starts_at,
                ends_at=row.ends_at,
                known_until=now,
                exception=row.exception_id is not None,
                student_joined_at=row.student_joined_at,
                mentor_joined_at=row.mentor_joined_at,
            ),
            terms[row.pk],
        )
        if isinstance(verdict, Waiting):
            continue
        case = Judged(row, verdict, terms[row.pk])
        judged.append(case)
        tally.put(row.pk, row.starts_at, verdict.outcome, verdict.ground.value, case.facts_text)
        so_far = None
        if verdict.outcome is Outcome.UNAUTHORISED_ABSENCE:
            full, so_far = count(case, tally)
            reached.extend(full)
        messages.extend(messages_for(case, so_far=so_far))
        if verdict.outcome is Outcome.HELD and tally.holds_later(row.starts_at):
            breaking[row.enrolment_id] = case
    save_batch(
        [session_verdict(case) for case in judged],
        [new_absence(case) for case in judged if case.verdict.outcome in ABSENCES],
        reached,
    )
    if excused := [case.row.pk for case in judged if case.verdict.outcome is Outcome.AUTHORISED_ABSENCE]:
        note_excused(excused)
    write(
        entries=[*map(entry_for, judged), *streak_entries(reached, judged)],
        messages=messages,
        now=now,
        chains=chains,
    )
    for case in breaking.values():
        entries, _ = recount(case, tally_of(case.row.enrolment_id, now), cause="held")
        write(entries=entries, now=now, chains=chains)
    if breaking:
        return len(judged) + settle(pks, now)
    return len(judged)


def _terms(rows: Sequence[Row]) -> dict[int, AttendanceTerms]:
    """The terms of each session; asks for accommodations only where there are any (2.4)."""
    terms = {row.pk: policy_at(row.starts_at).attendance for row in rows}
    if adapted := [(r.pk, r.enrolment_id, r.starts_at, r.time_zone) for r in rows if r.adapted]:
        terms |= terms_for_sessions(adapted)
    return terms


def count(case: Judged, tally: Tally) -> tuple[list[NewStreak], SoFar | None]:
    """What an unauthorised absence does to the count: a full streak, or how many remain (A9)."""
    row, verdict, size = case.row, case.verdict, case.terms.streak
    view = tally.view(size)
    reached = []
    for ids in view.complete:
        tally.hold(ids)
        facts = tally.told(ids)
        reached.append(NewStreak(row.enrolment_id, verdict.decided_at, verdict.policy_id, facts, ids))
    if reached or not view.current:
        return reached, None
    return [], SoFar(len(view.current), size - len(view.current), size)


def absences_so_far(case: Judged, so_far: SoFar) -> NewMessage:
    """The count told on its own, where the absence itself is told in other words (A9)."""
    return NewMessage(
        recipient_id=case.row.student_user_id,
        kind="absences_so_far",
        occasion=f"absences-so-far:{case.row.pk}:{case.decided_at}",
        due_at=case.verdict.decided_at,
        context={
            **so_far.told(),
            "starts_at": case.starts_at,
            "session": case.row.pk,
            "clause": case.verdict.clause,
        },
    )


def recount(
    case: Judged, tally: Tally, *, cause: str, by_id: int | None = None, newly_absent: bool = False
) -> tuple[list[NewEntry], list[NewMessage]]:
    """Undo the streaks that this verdict broke and count what is left (A7, A9): entries and messages.

    Not only corrections break streaks: a session held does so where the late notice of a later one had completed
    a streak before it took place.
    """
    undone = undo_broken(case.row.enrolment_id, tally, case.verdict.decided_at)
    reached: list[NewStreak] = []
    told: list[NewMessage] = []
    if newly_absent:
        reached, so_far = count(case, tally)
        told = [absences_so_far(case, so_far)] if so_far else []
    elif undone or case.verdict.outcome is not Outcome.UNAUTHORISED_ABSENCE:
        # Absences that were given back may complete another streak with later ones.
        reached, _ = count(case, tally)
    save_streaks(reached)
    entries = [_streak_undone(streak, case, cause, by_id) for streak in undone]
    return [*entries, *streak_entries(reached, [case])], told


def _streak_undone(streak: Streak, case: Judged, cause: str, by_id: int | None) -> NewEntry:
    row = case.row
    return NewEntry(
        subject_id=row.student_user_id,
        kind="streak_undone",
        clause="3.2",
        policy_id=streak.policy_id,
        happened_at=case.verdict.decided_at,
        actor_id=by_id,
        about=f"students.enrolment:{row.enrolment_id}",
        facts={"streak": streak.pk, "because_of_session": row.pk, "cause": cause},
    )


def new_absence(case: Judged, by_person: bool = False) -> NewAbsence:
    """The absence that a verdict brings, with its duties of 3.2 (A8).

    The 48 h run from the missed start; where a person established the absence only afterwards,
    from then, for nobody can meet a duty that they were not told of.
    """
    row, verdict, terms = case.row, case.verdict, case.terms
    due = rescheduling_deadline(row.starts_at, terms)
    remind = reminder_at(row.starts_at, terms)
    if by_person:
        due = max(due, verdict.decided_at + terms.rescheduling)
        remind = due - terms.reminder_before
    return NewAbsence(
        session_id=row.pk,
        kind=(
            AbsenceKind.AUTHORISED.value
            if verdict.outcome is Outcome.AUTHORISED_ABSENCE
            else AbsenceKind.UNAUTHORISED.value
        ),
        ground=verdict.ground.value,
        rescheduling_due_at=due,
        remind_at=remind if remind > verdict.decided_at else None,
        enrolment_id=row.enrolment_id,
        happened_at=verdict.decided_at,
        starts_at=row.starts_at,
    )


def entry_for(case: Judged, by_id: int | None = None, **facts: Any) -> NewEntry:
    """The record's entry of a verdict."""
    row, verdict = case.row, case.verdict
    return NewEntry(
        subject_id=row.student_user_id,
        kind=KINDS[verdict.outcome],
        clause=verdict.clause,
        policy_id=verdict.policy_id,
        happened_at=verdict.decided_at,
        actor_id=by_id,
        about=f"mentoring.session:{row.pk}",
        facts={
            "session": row.pk,
            "outcome": verdict.outcome.value,
            "ground": verdict.ground.value,
            **case.facts,
            **facts,
        },
    )


def streak_entries(reached: Sequence[NewStreak], judged: Sequence[Judged]) -> Iterator[NewEntry]:
    """The record's entries of streaks that became full (A9)."""
    students = {case.row.enrolment_id: case.row.student_user_id for case in judged}
    for streak in reached:
        yield NewEntry(
            subject_id=students[streak.enrolment_id],
            kind="three_absences",
            clause="3.2",
            policy_id=streak.policy_id,
            happened_at=streak.reached_at,
            about=f"students.enrolment:{streak.enrolment_id}",
            facts={"sessions": list(streak.session_ids)},
        )


def messages_for(
    case: Judged, tell_student: bool = True, so_far: SoFar | None = None
) -> Iterator[NewMessage]:
    """What a verdict is told to whom; an unauthorised absence together with where it leaves the count."""
    row, verdict = case.row, case.verdict
    stamp = f"{row.pk}:{case.decided_at}"
    context = {
        "session": row.pk,
        "starts_at": case.starts_at,
        "mentor": row.mentor_name,
        "outcome": verdict.outcome.value,
        "ground": verdict.ground.value,
        "clause": verdict.clause,
        "policy": verdict.policy_id,
        "facts": case.facts,
    }
    if verdict.outcome in ABSENCES and tell_student:
        yield NewMessage(
            recipient_id=row.student_user_id,
            kind="absence_recorded",
            occasion=f"absence-recorded:{stamp}",
            due_at=verdict.decided_at,
            context={
                **context,
                **(so_far.told() if so_far else {}),
                "rescheduling_due_at": iso(rescheduling_deadline(row.starts_at, case.terms)),
            },
        )
    elif verdict.outcome is Outcome.MENTOR_ABSENT:
        yield NewMessage(
            recipient_id=row.student_user_id,
            kind="mentor_absent",
            occasion=f"mentor-absent:{stamp}",
            due_at=verdict.decided_at,
            context=context,
        )
    elif verdict.outcome is Outcome.UNATTENDED:
        yield NewMessage(
            recipient_id=row.mentor_user_id,
            kind="session_unattended",
            occasion=f"session-unattended:{stamp}",
            due_at=verdict.decided_at,
            context=context,
        )


def session_verdict(case: Judged) -> SessionVerdict:
    """The verdict as the session's row keeps it."""
    verdict = case.verdict
    return SessionVerdict(
        session_id=case.row.pk,
        state=verdict.outcome.value,
        ground=verdict.ground.value,
        decided_at=case.decided_at,
        clause=verdict.clause,
        policy_id=verdict.policy_id,
        facts=case.facts_text,
    )
