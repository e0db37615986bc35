"""What is said about a work, and its last day."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime

from django.db import transaction

from accounts.models import User
from record.services import write
from rulebook.dates import local_date
from rulebook.marking import gettext_noop
from rulebook.projects import (
    TAKES_VERSIONS,
)
from rulebook.texts import written
from students.models import (
    ProjectWork,
    Remark,
)
from students.permissions import check_standing

from .states import lock_work
from .telling import enter, message, others, refuse


@transaction.atomic
def write_remark(
    *,
    work_id: int,
    text: str,
    deliverable_id: int | None = None,
    tell: Collection[int] = (),
    by: User,
    now: datetime,
) -> Remark:
    """Say something about the work that both sides read. Who may was asked before."""
    work = lock_work(work_id)
    if not (text := written(text)):
        raise refuse("text", gettext_noop("Write something first."))
    student = work.enrolment.student.user_id
    if by.pk == student:
        check_standing(work.enrolment, now, "text")
    version = None if deliverable_id is None else work.deliverables.get(pk=deliverable_id)
    remark = Remark.objects.create(work=work, deliverable=version, author=by, text=text, written_at=now)
    facts = {"text": text, "author": by.full_name}
    messages = [
        message("remark_to_mentor", work, person, f"{remark.pk}", now, facts)
        for person in others(tell, by)
        if person != student
    ]
    if by.pk != student:
        messages.append(message("remark_to_student", work, student, f"{remark.pk}", now, facts))
    write(entries=[], messages=messages, now=now)
    return remark


@transaction.atomic
def set_due_day(*, work_id: int, due_on: date | None, by: User, now: datetime) -> ProjectWork:
    """The last day for a version, inclusive in the training's zone; what was handed in keeps its own.

    Raises ``RuleError`` on ``due_on`` for a day outside of the training.
    """
    work = lock_work(work_id)
    enrolment = work.enrolment
    if work.state not in TAKES_VERSIONS or work.dropped_at is not None:
        raise refuse("due_on", gettext_noop("Nothing more is handed in for this project."))
    if due_on is not None and not enrolment.starts_on <= due_on <= enrolment.last_day:
        raise refuse("due_on", gettext_noop("This day lies outside of the training."))
    if due_on == work.due_on:
        return work
    if due_on is not None and due_on < local_date(now, enrolment.time_zone):
        raise refuse("due_on", gettext_noop("This day is past: nobody could keep to it."))
    work.due_on = due_on
    work.save(update_fields=["due_on"])
    facts = {"due_on": str(due_on) if due_on else None}
    write(
        entries=[enter("due_day_set" if due_on else "due_day_lifted", work, facts, by=by, now=now)],
        messages=[message("due_day_set", work, enrolment.student.user_id, now.isoformat(), now, facts)]
        if due_on
        else [],
        now=now,
    )
    return work
