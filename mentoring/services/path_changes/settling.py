"""What time does to changes: they take effect, and whom they wait for is reminded."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db.models import F

from mentoring.services import adaptations, leaves
from record.services import write
from students.models import (
    ChangeOfPath,
    ChangeState,
    EnrolmentState,
    ProjectWork,
    ShiftCause,
)
from students.models.changes import OPEN_CHANGES
from students.services import NewDates, carry_over_skills

from .effect import close_works, give_programme
from .rows import ROW
from .telling import deciders, entry_of, managers, message


def settle_effects(pks: Sequence[int], now: datetime) -> int:
    """Changes of these locked trainings whose day has come take effect, as of its first instant, one by one."""
    rows = list(
        ChangeOfPath.objects.filter(enrolment__in=pks, state=ChangeState.SCHEDULED, falls_due_at__lte=now)
        .select_for_update(of=("self",), no_key=True)
        .select_related(*ROW)
        .order_by("falls_due_at", "pk")
    )
    for change in rows:
        _take_effect(change, now)
    return len(rows)


def settle_reminders(pks: Sequence[int], now: datetime) -> int:
    """Remind, once, whom a request waits for: the student of a funder's approval, else who decides."""
    rows = list(
        ChangeOfPath.objects.filter(pk__in=pks, state__in=OPEN_CHANGES, remind_at__lte=now).select_related(
            *ROW
        )
    )
    messages = []
    for row in rows:
        waits_for_funder = row.state == ChangeState.WAITING
        people = [row.enrolment.student.user_id] if waits_for_funder else deciders(row)
        messages += [message(row, "reminder", person, row.remind_at or now) for person in people]
    ChangeOfPath.objects.filter(pk__in=[row.pk for row in rows]).update(remind_at=None)
    write(entries=[], messages=messages, now=now)
    return len(rows)


def _take_effect(change: ChangeOfPath, now: datetime) -> None:
    due_at = change.falls_due_at
    assert due_at is not None and change.ends_on is not None
    enrolment = change.enrolment
    mentor = leaves.current_mentor(enrolment, now)
    if enrolment.state != EnrolmentState.ACTIVE:
        ChangeOfPath.objects.filter(pk=change.pk).update(
            state=ChangeState.WITHDRAWN, falls_due_at=None, remind_at=None, revision=F("revision") + 1
        )
        return
    closed = close_works(enrolment, due_at, now)
    enrolment.path = change.to_path
    enrolment.save(update_fields=["path"])
    give_programme(enrolment, due_at)
    carried = []
    for work in ProjectWork.objects.filter(
        enrolment=enrolment, project__path=enrolment.path, dropped_at__isnull=True
    ).order_by("pk"):
        carried += carry_over_skills(work=work, by=None, now=now)
    codes = sorted({row.skill.code for row in carried})
    if change.ends_on != enrolment.ends_on:
        moved = NewDates(
            enrolment, enrolment.starts_on, change.ends_on, cause=ShiftCause.CHANGE, change=change
        )
        adaptations.change_training_dates(changes=[moved], by=None, now=now)
    change.state, change.effective_at = ChangeState.EFFECTIVE, due_at
    change.falls_due_at = change.remind_at = None
    change.revision += 1
    change.save()
    people = [enrolment.student.user_id, *([mentor.user_id] if mentor else []), *managers(change)]
    messages = [message(change, "effective", person, due_at) for person in dict.fromkeys(people)]
    entry = entry_of(
        change,
        "path_change_effective",
        None,
        due_at,
        skills=codes,
        closed=closed,
        ends_on=str(change.ends_on),
    )
    write(entries=[entry], messages=messages, now=now)
