"""A change's row: locked, checked, and closed."""

from __future__ import annotations

from datetime import datetime

from accounts.models import User
from mentoring.services import mentorships
from rulebook.marking import gettext_noop
from students.models import (
    ChangeOfPath,
    ChangeState,
    Enrolment,
    EnrolmentState,
    Path,
)
from students.models.changes import CHANGE_TRANSITIONS

from .telling import refuse

ROW = ("enrolment__student__user", "enrolment__path", "from_path", "to_path")


def lock(change_id: int) -> ChangeOfPath:
    return (
        ChangeOfPath.objects.select_for_update(of=("self",), no_key=True)
        .select_related(*ROW)
        .get(pk=change_id)
    )


def take(change_id: int) -> ChangeOfPath:
    """The change, its training locked first. Raises ``ChangeOfPath.DoesNotExist``."""
    enrolment_id = ChangeOfPath.objects.values_list("enrolment_id", flat=True).get(pk=change_id)
    enrolment = mentorships.lock_enrolments([Enrolment(pk=enrolment_id)])[0]
    change = lock(change_id)
    change.enrolment = enrolment
    return change


def check_path(enrolment: Enrolment, to_path: Path) -> None:
    if enrolment.state != EnrolmentState.ACTIVE:
        raise refuse("enrolment", gettext_noop("This training has ended."))
    if to_path.pk == enrolment.path_id:
        raise refuse("to_path", gettext_noop("This is the Path that the training follows now."))
    if not to_path.active:
        raise refuse("to_path", gettext_noop("This Path takes no new enrolments."))
    other = Enrolment.objects.filter(student=enrolment.student_id, path=to_path, state=EnrolmentState.ACTIVE)
    if other.exists():
        raise refuse("to_path", gettext_noop("This student is already in training on this Path."))


def may_become(change: ChangeOfPath, state: ChangeState) -> None:
    if state in CHANGE_TRANSITIONS[ChangeState(change.state)]:
        return
    if change.state == ChangeState.WAITING:
        raise refuse("change", gettext_noop("It waits for the funders' written approval (2.8)."))
    raise refuse("change", gettext_noop("This change of Path is closed or decided."))


def close(change: ChangeOfPath, state: ChangeState, decision: str, by: User, now: datetime) -> None:
    change.state, change.decision = state, decision
    change.decided_at, change.decided_by = now, by
    change.remind_at = None
    change.revision += 1
    change.save()
