"""What is handed in and decided, with the mentor of the day, who decides and is told (2.2, A11)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Q

from accounts.models import User
from mentoring.permissions import can_hand_in
from mentoring.selectors.works import current_mentor
from record.documents.services import Upload
from rulebook.marking import gettext_noop
from students import services as students
from students.models import Deliverable, ProjectWork, Remark, Requirement, Review, ReviewDecision
from students.selectors import staff_scope

from . import defences


def mentors_to_tell(enrolment_id: int, now: datetime) -> list[int]:
    """The account of the mentor of the day, if there is one."""
    mentor = current_mentor(enrolment_id, now)
    return [] if mentor is None else [mentor.user_id]


@transaction.atomic
def submit_deliverable(
    *, work_id: int, uploads: Sequence[Upload], note: str = "", by: User, now: datetime
) -> Deliverable:
    """The student hands in another version; their mentor is told. Raises as ``students.services``."""
    enrolment_id = ProjectWork.objects.values_list("enrolment_id", flat=True).get(pk=work_id)
    return students.submit_deliverable(
        work_id=work_id, uploads=uploads, note=note, tell=mentors_to_tell(enrolment_id, now), by=by, now=now
    )


@transaction.atomic
def decide_on_version(
    *, deliverable_id: int, decision: ReviewDecision, comment: str, by: User, now: datetime
) -> Review:
    """The decision of the enrolment's mentor of the day, and of nobody else: a former one decides no more (A11)."""
    work = students.lock_work(Deliverable.objects.values_list("work_id", flat=True).get(pk=deliverable_id))
    _only_its_mentor(work, by, now)
    return students.decide_on_version(
        deliverable_id=deliverable_id, decision=decision, comment=comment, by=by, now=now
    )


@transaction.atomic
def set_due_day(*, work_id: int, due_on: date | None, by: User, now: datetime) -> ProjectWork:
    """The mentor of the day agrees on a last day with the student."""
    _only_its_mentor(students.lock_work(work_id), by, now)
    return students.set_due_day(work_id=work_id, due_on=due_on, by=by, now=now)


@transaction.atomic
def write_remark(
    *, work_id: int, text: str, deliverable_id: int | None = None, by: User, now: datetime
) -> Remark:
    """The student, the mentor of the day, or staff who look after the training say something that both sides read."""
    work = students.lock_work(work_id)
    tell = mentors_to_tell(work.enrolment_id, now)
    staff = staff_scope(by, "enrolment__")
    if not (can_hand_in(by, work) or by.pk in tell or ProjectWork.objects.filter(staff, pk=work.pk).exists()):
        raise PermissionDenied
    return students.write_remark(
        work_id=work_id, text=text, deliverable_id=deliverable_id, tell=tell, by=by, now=now
    )


@transaction.atomic
def require_rework(
    *, work: ProjectWork, reason: str, about: str = "", clause: str = "PL.3", by: User | None, now: datetime
) -> Requirement:
    """What a finding asks (``students.services.require_rework``): the mentor is told, a booked defence called off."""
    locked = students.lock_work(work.pk)
    _call_off(locked, clause, by, now)
    tell = mentors_to_tell(locked.enrolment_id, now)
    return students.require_rework(
        work=locked, reason=reason, about=about, clause=clause, tell=tell, by=by, now=now
    )


@transaction.atomic
def require_redo(
    *, work: ProjectWork, reason: str, about: str = "", clause: str = "PL.3", by: User | None, now: datetime
) -> Requirement:
    """What a finding asks (``students.services.require_redo``): the mentor is told, a booked defence called off."""
    locked = students.lock_work(work.pk)
    _call_off(locked, clause, by, now)
    tell = mentors_to_tell(locked.enrolment_id, now)
    return students.require_redo(
        work=locked, reason=reason, about=about, clause=clause, tell=tell, by=by, now=now
    )


def _call_off(work: ProjectWork, clause: str, by: User | None, now: datetime) -> None:
    why = gettext_noop("The project has to be handed in anew.")
    defences.call_off(defences.hold(Q(work=work)), why, clause, by=by, now=now)


def _only_its_mentor(work: ProjectWork, by: User, now: datetime) -> None:
    mentor = current_mentor(work.enrolment_id, now)
    # Nobody decides on their own work, whatever else they are.
    if mentor is None or mentor.user_id != by.pk or by.pk == work.enrolment.student.user_id:
        raise PermissionDenied
