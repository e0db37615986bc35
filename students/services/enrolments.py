"""Writes: enrolments begin, move and end here, whoever asks (a page, the API, a roster)."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from zoneinfo import available_timezones

from django.db import transaction
from django.utils.translation import gettext_noop

from accounts.models import User
from record.services import lock_chains, write
from record.types import NewEntry
from rulebook.errors import RuleError
from rulebook.penalties import Barred, ban_against
from rulebook.policy import policy_at
from students.models import (
    ChangeOfPath,
    EndShift,
    Enrolment,
    EnrolmentState,
    LeaveRequest,
    Path,
    ShiftCause,
    Student,
)
from students.selectors.standing import barred
from students.words import day_in_words

from .identity import raise_flags
from .programme import give_programme

# The clauses on which an enrolment begins and ends (2.4: what is checked at enrolment; 2.7: early end).
ENROLMENT_CLAUSE = "2.4"
END_CLAUSE = "2.7"


@dataclass(frozen=True, slots=True)
class NewEnrolment:
    """An enrolment before it has a row; both dates inclusive, in ``time_zone``."""

    student: Student
    path: Path
    starts_on: datetime.date
    ends_on: datetime.date
    time_zone: str


@dataclass(frozen=True, slots=True)
class NewDates:
    """The dates that an enrolment is to have, both inclusive, and what moves its end."""

    enrolment: Enrolment
    starts_on: datetime.date
    ends_on: datetime.date
    cause: ShiftCause = ShiftCause.DATES
    leave: LeaveRequest | None = None
    change: ChangeOfPath | None = None


def enrol_student(
    *,
    student: Student,
    path: Path,
    starts_on: datetime.date,
    ends_on: datetime.date,
    time_zone: str,
    by: User | None,
    now: datetime.datetime,
) -> Enrolment:
    """Enrol one student on a Path; refused with a RuleError where ``enrolment_refusals`` finds a reason."""
    wanted = NewEnrolment(student, path, starts_on, ends_on, time_zone)
    return enrol_students(wanted=[wanted], by=by, now=now)[0]


def enrol_students(
    *, wanted: Sequence[NewEnrolment], by: User | None, now: datetime.datetime
) -> list[Enrolment]:
    """Enrol many at once, all or none: a constant number of statements, an entry in each student's chain."""
    if not wanted:
        return []
    with transaction.atomic():
        # The chain is the student's lock: two enrolments of one student come one after the other.
        chains = lock_chains({new.student.user_id for new in wanted})
        for refusal in enrolment_refusals(wanted, now).values():
            raise refusal
        enrolments = Enrolment.objects.bulk_create(
            Enrolment(
                student=new.student,
                path=new.path,
                starts_on=new.starts_on,
                ends_on=new.ends_on,
                time_zone=new.time_zone,
            )
            for new in wanted
        )
        give_programme(enrolments, now)
        policy = policy_at(now)
        entries = [
            NewEntry(
                subject_id=made.student.user_id,
                kind="enrolment_made",
                clause=ENROLMENT_CLAUSE,
                policy_id=policy.id,
                happened_at=now,
                actor_id=by.pk if by else None,
                about=f"students.enrolment:{made.pk}",
                facts={
                    "path": made.path.code,
                    "starts_on": made.starts_on.isoformat(),
                    "ends_on": made.ends_on.isoformat(),
                    "time_zone": made.time_zone,
                },
            )
            for made in enrolments
        ]
        write(entries=entries, now=now, chains=chains)
        raise_flags(enrolments, now)
    return enrolments


def enrolment_refusals(wanted: Sequence[NewEnrolment], now: datetime.datetime) -> dict[int, RuleError]:
    """Why some of these enrolments may not be made, by their place in ``wanted``; two statements.

    Every way into a training asks here, so that none goes round a rule (abuse 58), a ban least of all (B9).
    """
    bans = barred({new.student.pk for new in wanted})
    zones = available_timezones()
    held = set(
        Enrolment.objects.filter(
            state=EnrolmentState.ACTIVE, student__in={new.student.pk for new in wanted}
        ).values_list("student_id", "path_id")
    )
    refusals: dict[int, RuleError] = {}
    for place, new in enumerate(wanted):
        ban = ban_against(bans.get(new.student.pk, ()), now=now, starts_on=new.starts_on)
        if ban is not None:
            refusals[place] = barred_refusal(ban)
        elif new.ends_on < new.starts_on:
            refusals[place] = RuleError(
                "ends_on", ENROLMENT_CLAUSE, gettext_noop("The last day comes before the first.")
            )
        elif new.time_zone not in zones:
            refusals[place] = RuleError(
                "time_zone", ENROLMENT_CLAUSE, gettext_noop("This time zone does not exist.")
            )
        elif not new.path.active:
            refusals[place] = RuleError(
                "path", ENROLMENT_CLAUSE, gettext_noop("This Path takes no new enrolments.")
            )
        elif (new.student.pk, new.path.pk) in held:
            refusals[place] = RuleError(
                "path",
                ENROLMENT_CLAUSE,
                gettext_noop("This student is already in training on this Path."),
            )
        else:
            held.add((new.student.pk, new.path.pk))
    return refusals


def barred_refusal(ban: Barred, field: str = "student") -> RuleError:
    """What a ban answers to whoever asks for a training: until when (B9)."""
    return RuleError(
        field,
        ban.clause,
        gettext_noop("No new training until %(until)s, that day included: a penalty bars from it."),
        {"until": day_in_words(ban.last)},
    )


def change_enrolment_dates(*, changes: Sequence[NewDates], by: User | None, now: datetime.datetime) -> None:
    """Give enrolments other dates, keeping the earlier ones in the record and each move of an end (L4)."""
    if not changes:
        return
    with transaction.atomic():
        chains = lock_chains({change.enrolment.student.user_id for change in changes})
        entries = []
        shifts = []
        for change in changes:
            enrolment = change.enrolment
            if change.ends_on < change.starts_on:
                raise RuleError(
                    "ends_on",
                    ENROLMENT_CLAUSE,
                    gettext_noop("The last day comes before the first."),
                )
            entries.append(
                NewEntry(
                    subject_id=enrolment.student.user_id,
                    kind="enrolment_dates_changed",
                    clause=ENROLMENT_CLAUSE,
                    policy_id=policy_at(now).id,
                    happened_at=now,
                    actor_id=by.pk if by else None,
                    about=f"students.enrolment:{enrolment.pk}",
                    facts={
                        "path": enrolment.path.code,
                        "starts_on": change.starts_on.isoformat(),
                        "ends_on": change.ends_on.isoformat(),
                        "started_on_before": enrolment.starts_on.isoformat(),
                        "ended_on_before": enrolment.ends_on.isoformat(),
                        "cause": str(change.cause),
                    },
                )
            )
            if change.ends_on != enrolment.ends_on:
                shifts.append(
                    EndShift(
                        enrolment=enrolment,
                        cause=change.cause,
                        days=(change.ends_on - enrolment.ends_on).days,
                        ends_on_before=enrolment.ends_on,
                        ends_on_after=change.ends_on,
                        leave=change.leave,
                        change=change.change,
                        recorded_at=now,
                        recorded_by=by,
                    )
                )
            enrolment.starts_on, enrolment.ends_on = change.starts_on, change.ends_on
        Enrolment.objects.bulk_update(
            [change.enrolment for change in changes], ["starts_on", "ends_on"], batch_size=500
        )
        EndShift.objects.bulk_create(shifts, batch_size=500)
        write(entries=entries, now=now, chains=chains)


def end_enrolments(
    *,
    enrolments: Sequence[Enrolment],
    ended_on: datetime.date,
    reason: str,
    by: User | None,
    now: datetime.datetime,
) -> list[Enrolment]:
    """End trainings before their last day (L5). Nothing is deleted; one that has ended is left as it is.

    Sessions and mentorships stand above this app: whoever ends a training ends them first.
    """
    ids = {enrolment.pk for enrolment in enrolments}
    if not ids:
        return []
    with transaction.atomic():
        ending = list(
            Enrolment.objects.select_for_update(of=("self",), no_key=True)
            .filter(pk__in=ids, state=EnrolmentState.ACTIVE)
            .select_related("student", "path")
            .order_by("pk")
        )
        chains = lock_chains({enrolment.student.user_id for enrolment in ending})
        for enrolment in ending:
            enrolment.ended_on = min(ended_on, enrolment.ends_on)
            enrolment.state = EnrolmentState.ENDED
        Enrolment.objects.bulk_update(ending, ["ended_on", "state"], batch_size=500)
        entries = [
            NewEntry(
                subject_id=enrolment.student.user_id,
                kind="enrolment_ended",
                clause=END_CLAUSE,
                policy_id=policy_at(now).id,
                happened_at=now,
                actor_id=by.pk if by else None,
                about=f"students.enrolment:{enrolment.pk}",
                facts={
                    "path": enrolment.path.code,
                    "ended_on": ended_on.isoformat(),
                    "reason": reason,
                },
            )
            for enrolment in ending
        ]
        write(entries=entries, now=now, chains=chains)
    return ending
