"""Holds on the recordings of defences that a person places, for legal proceedings (2.6; abuse 75, 76).

Grounds in writing and an end of its own, both in the student's record. Those of mentoring sessions are never held (V1).
"""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from django.core.exceptions import PermissionDenied
from django.db import transaction

from accounts.models import User
from mentoring.models import Hold, HoldReason
from mentoring.permissions import can_hold_recordings
from record.services import lock_chains, write
from record.types import NewEntry
from rulebook.dates import local_date, local_instant
from rulebook.errors import RuleError
from rulebook.marking import gettext_noop
from rulebook.policy import policy_at
from rulebook.texts import written
from students.models import Student

CLAUSE = "2.6"


@transaction.atomic
def place_legal_hold(*, student: Student, grounds: str, ends_on: date, by: User, now: datetime) -> Hold:
    """No recording of this student's defences is deleted up to the end of a day, in the zone of whoever holds.

    Raises ``RuleError`` on ``grounds`` when there are none and on ``ends_on`` for a day that is over or too far ahead.
    """
    if not can_hold_recordings(by) or by.pk == student.user_id:
        raise PermissionDenied
    if not (text := written(grounds)):
        raise RuleError(
            "grounds", CLAUSE, gettext_noop("Say which proceedings need them: the student reads it.")
        )
    today = local_date(now, by.time_zone)
    longest = policy_at(now).recordings.legal_hold_longest
    if ends_on < today:
        raise RuleError("ends_on", CLAUSE, gettext_noop("This day is over."))
    if ends_on > today + timedelta(days=longest):
        raise RuleError(
            "ends_on",
            CLAUSE,
            gettext_noop("%(days)s days at most: a hold that is still needed then is placed anew."),
            {"days": longest},
        )
    # Whoever deletes asks again under the chain.
    chains = lock_chains([student.user_id])
    hold = Hold.objects.create(
        student=student,
        reason=HoldReason.LEGAL,
        about=f"students.student:{student.pk}:legal:{now.isoformat()}",
        grounds=text,
        placed_at=now,
        placed_by=by,
        ends_at=local_instant(ends_on + timedelta(days=1), time(0), by.time_zone),
    )
    facts = {"hold": hold.pk, "grounds": text, "ends_on": ends_on.isoformat()}
    write(entries=[_entry("recordings_held", hold, facts, by, now)], now=now, chains=chains)
    return hold


@transaction.atomic
def release_legal_hold(*, hold_id: int, by: User, now: datetime) -> Hold:
    """A hold is needed no more. Raises ``RuleError`` on ``hold`` for one that does not stand."""
    user_id = Hold.objects.values_list("student__user_id", flat=True).get(pk=hold_id)
    chains = lock_chains([user_id])
    hold = Hold.objects.select_for_update(of=("self",)).select_related("student").get(pk=hold_id)
    if not can_hold_recordings(by) or by.pk == user_id:
        raise PermissionDenied
    over = hold.ends_at is not None and hold.ends_at <= now
    if hold.reason != HoldReason.LEGAL or hold.released_at is not None or over:
        raise RuleError(
            "hold", CLAUSE, gettext_noop("This hold does not stand, or is not a person's to release.")
        )
    hold.released_at, hold.released_by = now, by
    hold.save(update_fields=["released_at", "released_by"])
    write(
        entries=[_entry("recordings_hold_released", hold, {"hold": hold.pk}, by, now)], now=now, chains=chains
    )
    return hold


def _entry(kind: str, hold: Hold, facts: dict[str, object], by: User, now: datetime) -> NewEntry:
    return NewEntry(
        subject_id=hold.student.user_id,
        kind=kind,
        clause=CLAUSE,
        policy_id=policy_at(now).id,
        happened_at=now,
        actor_id=by.pk,
        about=f"students.student:{hold.student_id}",
        facts=facts,
    )
