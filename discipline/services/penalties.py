"""Penalties take effect (4.2, B7): on the letter's receipt, on the day that was set, or when the e-mail was sent.

What they do to a training stands below, in ``mentoring.services.standing`` and ``students.services.standing``; this
says when, once, and tells whom it concerns. Each is dated by the instant of its effect, however late that is learnt.

Lock order: penalty → case → then as ``mentoring.services.desk`` has it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import F

from accounts.models import User
from discipline.models import Case, EffectiveBy, Penalty, PenaltyKind, Step
from discipline.permissions.penalties import may_set_day
from discipline.selectors.penalties import effect_of, late_at
from mentoring.services import standing as sessions
from mentoring.services.facts import iso
from mentoring.services.leaves import current_mentor
from mentoring.services.recordings import release_holds
from record.services import write
from record.types import NewEntry, NewMessage
from rulebook.decisions import Measure
from rulebook.errors import RuleError
from rulebook.marking import gettext_noop
from rulebook.penalties import (
    CLAUSE,
    DISCONTINUATION_CLAUSE,
    ENDING,
    Span,
    ban_days,
    check_set_day,
    over_at,
    suspension_days,
)
from rulebook.policy import get_policy
from rulebook.texts import written
from students.models import Enrolment, EnrolmentState, Interruption
from students.selectors import student_success_team
from students.services import standing

from .acts import about, lock_case, move
from .telling import heads_of_learning

FEES = gettext_noop("The fees of the days out of the training stay due, whoever pays them.")
ROW = ("case", "decision", "student__user", "enrolment__path", "enrolment__student__user")


@transaction.atomic
def take_effect(*, penalty_id: int, at: datetime, rule: str, now: datetime) -> Penalty:
    """Put a penalty in effect as of ``at``; one that is in effect is left as it is.

    ``rule`` says by what: a letter's receipt, the e-mail that was sent, or the day that the Head of Learning set.
    """
    penalty = _lock(penalty_id)
    if penalty.effective_at is not None:
        return penalty
    if not penalty.decided_at <= at <= now:
        raise RuleError("penalty", CLAUSE, gettext_noop("A penalty takes effect once it was decided."))
    enrolment = penalty.enrolment
    terms = get_policy(penalty.policy_id).penalties
    days: Span | None = None
    if penalty.kind == PenaltyKind.SUSPENSION:
        days = suspension_days(at, enrolment.time_zone, terms)
        penalty.starts_on, penalty.ends_on, penalty.fees_note = days.first, days.last, FEES
        penalty.lifts_at = over_at(days.last, enrolment.time_zone)
        sessions.suspend_training(
            enrolment=enrolment,
            starts_on=days.first,
            ends_on=days.last,
            about=about_penalty(penalty),
            effective_at=at,
            by=None,
            now=now,
        )
    elif Measure(penalty.kind) in ENDING:
        days = ban_days(Measure(penalty.kind), at, enrolment.time_zone, terms)
        assert days is not None
        penalty.ban_until = days.last
        _end(penalty, days, at, now)
    penalty.effective_at, penalty.effective_by = at, rule
    penalty.set_for = None
    penalty.revision += 1
    penalty.save()
    _conclude(penalty.case, at)
    facts = effect_facts(penalty)
    write(
        entries=[_entry(penalty, "penalty_effective", at, None, facts)],
        messages=_messages(penalty, facts, now),
        now=now,
    )
    return penalty


def _end(penalty: Penalty, days: Span, at: datetime, now: datetime) -> None:
    """End the person's trainings and bar them from others. Whoever enrols them meanwhile waits for their chain, and
    then meets the ban; who was faster is ended with the rest."""
    because, student = about_penalty(penalty), penalty.student
    while True:
        sessions.end_trainings_for_good(
            student=student,
            on=days.first,
            cause=penalty.kind,
            about=because,
            effective_at=at,
            by=None,
            now=now,
            starting_with=penalty.enrolment,
        )
        standing.ban(
            student=student,
            starts_on=days.first,
            until=days.last,
            time_zone=penalty.enrolment.time_zone,
            clause=clause_of(penalty),
            about=because,
            effective_at=at,
            by=None,
            now=now,
        )
        if not Enrolment.objects.filter(student=student, state=EnrolmentState.ACTIVE).exists():
            break
    # A suspension that still ran is over without an end to tell of (abuse 40).
    Penalty.objects.filter(student=student, lifts_at__isnull=False).update(
        lifts_at=None, revision=F("revision") + 1
    )


@transaction.atomic
def set_day(*, penalty_id: int, day: date, reasons: str, by: User, now: datetime) -> Penalty:
    """The Head of Learning sets the day on which a penalty takes effect whose letter has no receipt (B7), once.

    Raises ``RuleError`` on ``day``, ``reasons`` and ``penalty``.
    """
    penalty = _lock(penalty_id)
    if not may_set_day(by, penalty):
        raise PermissionDenied
    if penalty.effective_at is not None or penalty.set_for is not None:
        raise RuleError("penalty", CLAUSE, gettext_noop("The day of this penalty is known already."))
    late = late_at(penalty)
    if late is None:
        raise RuleError("penalty", CLAUSE, gettext_noop("This penalty needs no letter."))
    if not written(reasons):
        raise RuleError("reasons", CLAUSE, gettext_noop("Say why: the student reads it."))
    zone = penalty.enrolment.time_zone
    received = effect_of(penalty) is not None
    at = check_set_day(day, now=now, zone=zone, late_at=late, has_receipt=received)
    penalty.set_by, penalty.set_reasons, penalty.set_for = by, reasons.strip(), at
    penalty.revision += 1
    penalty.save(update_fields=["set_by", "set_reasons", "set_for", "revision"])
    facts = {"penalty": penalty.pk, "day": str(day), "reasons": penalty.set_reasons}
    message = NewMessage(
        recipient_id=penalty.student.user_id,
        kind="penalty_day_set",
        occasion=f"penalty-day-set:{penalty.pk}",
        due_at=now,
        context={
            **facts,
            "case": penalty.case_id,
            "outcome": penalty.kind,
            "path": penalty.enrolment.path.title,
            "clause": CLAUSE,
        },
    )
    write(entries=[_entry(penalty, "penalty_day_set", now, by, facts)], messages=[message], now=now)
    if at <= now:
        return take_effect(penalty_id=penalty.pk, at=at, rule=EffectiveBy.SET_BY_HEAD, now=now)
    return penalty


# Time ------------------------------------------------------------------------------------------


def settle_effects(pks: Sequence[int], now: datetime) -> int:
    """Put in effect, one by one, these locked penalties whose letter was received, whose e-mail was sent or whose day
    has come."""
    rows = list(Penalty.objects.filter(pk__in=pks, effective_at__isnull=True).order_by("decided_at", "pk"))
    done = 0
    for row in rows:
        effect = effect_of(row)
        if effect is not None and effect.at <= now:
            take_effect(penalty_id=row.pk, at=max(effect.at, row.decided_at), rule=effect.rule, now=now)
            done += 1
    return done


def lift_suspensions(pks: Sequence[int], now: datetime) -> int:
    """Record and tell that these locked suspensions are over, as of when they ended; none that a ban overtook."""
    rows = list(Penalty.objects.filter(pk__in=pks, lifts_at__lte=now).order_by("lifts_at", "pk"))
    for row in rows:
        found = Interruption.objects.filter(enrolment=row.enrolment_id, about=about_penalty(row)).first()
        lifted = found and standing.lift_suspension(interruption_id=found.pk, now=now)
        if lifted:
            row.lifted_at = row.lifts_at
        row.lifts_at = None
        row.revision += 1
        row.save(update_fields=["lifted_at", "lifts_at", "revision"])
    return len(rows)


# Shared ----------------------------------------------------------------------------------------


def about_penalty(penalty: Penalty) -> str:
    return f"discipline.penalty:{penalty.pk}"


def clause_of(penalty: Penalty) -> str:
    """Discontinuation is the plagiarism page's own (PL)."""
    return DISCONTINUATION_CLAUSE if penalty.kind == PenaltyKind.DISCONTINUATION else CLAUSE


def effect_facts(penalty: Penalty) -> dict[str, Any]:
    """What a penalty does, with its days; nothing of why."""
    facts = {
        "penalty": penalty.pk,
        "outcome": penalty.kind,
        "effective_by": penalty.effective_by,
        "starts_on": str(penalty.starts_on or ""),
        "ends_on": str(penalty.ends_on or ""),
        "ban_until": str(penalty.ban_until or ""),
    }
    assert penalty.effective_at is not None
    return {
        **{name: value for name, value in facts.items() if value != ""},
        "effective_at": iso(penalty.effective_at),
    }


def _lock(penalty_id: int) -> Penalty:
    penalty = (
        Penalty.objects.select_for_update(of=("self",), no_key=True).select_related(*ROW).get(pk=penalty_id)
    )
    penalty.case = lock_case(penalty.case_id)
    return penalty


def _conclude(case: Case, at: datetime) -> None:
    """The decision was notified, or sent, and its penalty stands: nothing more is owed on the case."""
    move(case, Step.CONCLUDE, concluded_at=at)
    release_holds({about(case): at})


def _entry(penalty: Penalty, kind: str, at: datetime, by: User | None, facts: Mapping[str, Any]) -> NewEntry:
    return NewEntry(
        subject_id=penalty.student.user_id,
        kind=kind,
        clause=clause_of(penalty),
        policy_id=penalty.policy_id,
        happened_at=at,
        actor_id=by.pk if by else None,
        about=about(penalty.case),
        facts={"case": penalty.case_id, **facts},
    )


def _messages(penalty: Penalty, facts: Mapping[str, Any], now: datetime) -> list[NewMessage]:
    """The student; Head of Learning, Learning Manager and Student Success; the mentor where sessions close."""
    enrolment = penalty.enrolment
    student = penalty.student.user_id
    manager = enrolment.path.learning_manager_id
    staff: Iterable[int] = (*heads_of_learning(), *([manager] if manager else []), *student_success_team())
    people = {student: "penalty_effective"} | dict.fromkeys(
        sorted(set(staff) - {student}), "penalty_effective_staff"
    )
    mentor = current_mentor(enrolment, penalty.effective_at or now)
    if mentor is not None and penalty.kind != PenaltyKind.WARNING:
        people.setdefault(mentor.user_id, "penalty_effective_mentor")
    context = {
        **facts,
        "case": penalty.case_id,
        "enrolment": enrolment.pk,
        "student": penalty.student.user.full_name,
        "path": enrolment.path.title,
        "clause": clause_of(penalty),
    }
    return [
        NewMessage(
            recipient_id=pk,
            kind=kind,
            occasion=f"{kind.replace('_', '-')}:{penalty.pk}:{pk}",
            due_at=now,
            context=context,
        )
        for pk, kind in people.items()
    ]
