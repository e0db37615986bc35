"""What a finding asks anew: a rework, or to start over (PL)."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from django.db import transaction

from accounts.models import User
from record.services import write
from rulebook.errors import RuleError
from rulebook.marking import gettext_noop
from rulebook.projects import (
    REQUIRED_STATE,
)
from rulebook.projects import Requirement as Required
from rulebook.texts import written
from students.models import (
    EnrolmentState,
    ProjectWork,
    Requirement,
    SkillApproval,
    WorkState,
)

from .states import lock_work, move
from .telling import enter, message, others


@transaction.atomic
def require_rework(
    *,
    work: ProjectWork,
    reason: str,
    about: str = "",
    clause: str = "PL.3",
    tell: Collection[int] = (),
    by: User | None,
    now: datetime,
) -> Requirement:
    """A finding asks that a project is reworked: it is approved only in a version that comes after this (PL.3).

    ``about`` names the finding; asked twice it asks once. An approval that stands gives way, and so do the skills
    that a defence approved. Raises ``RuleError`` on ``reason`` and on ``enrolment`` for a training that has ended.
    """
    return _require(Required.REWORK, work.pk, reason, about, clause, tell, by, now)


@transaction.atomic
def require_redo(
    *,
    work: ProjectWork,
    reason: str,
    about: str = "",
    clause: str = "PL.3",
    tell: Collection[int] = (),
    by: User | None,
    now: datetime,
) -> Requirement:
    """A finding asks that a project is entirely redone: only a wholly new version after this counts (PL.3).

    None of the files that were ever handed in for it is taken again. Otherwise as ``require_rework``.
    """
    return _require(Required.REDO, work.pk, reason, about, clause, tell, by, now)


def _require(
    kind: Required,
    work_id: int,
    reason: str,
    about: str,
    clause: str,
    tell: Collection[int],
    by: User | None,
    now: datetime,
) -> Requirement:
    work = lock_work(work_id)
    if about and (standing := Requirement.objects.filter(work=work, about=about).first()):
        return standing
    if not (text := written(reason)):
        raise RuleError("reason", clause, gettext_noop("Say what was found."))
    if work.enrolment.state != EnrolmentState.ACTIVE:
        raise RuleError("enrolment", clause, gettext_noop("This training has ended."))
    # What is redone from scratch is not reworked first.
    after = WorkState.TO_REDO if work.state == WorkState.TO_REDO else WorkState(REQUIRED_STATE[kind])
    if work.state == WorkState.TODO and kind is Required.REWORK:
        raise RuleError(
            "work", clause, gettext_noop("Nothing was handed in yet: there is nothing to rework.")
        )
    requirement = Requirement.objects.create(
        work=work, kind=str(kind), clause=clause, reason=text, about=about, required_at=now, required_by=by
    )
    SkillApproval.objects.filter(work=work, withdrawn_at__isnull=True).update(withdrawn_at=now)
    move(work, after, now)
    name = f"{kind}_required"
    facts = {"reason": text, "requirement": requirement.pk}
    student = work.enrolment.student.user_id
    messages = [message(name, work, student, f"{requirement.pk}", now, facts, clause=clause)]
    messages += [
        message("rework_required_mentor", work, person, f"{requirement.pk}", now, facts, clause=clause)
        for person in others(tell, by)
    ]
    write(entries=[enter(name, work, facts, by=by, now=now, clause=clause)], messages=messages, now=now)
    return requirement
