"""The student ends the training early (2.7, L5): told to the mentor, on its date, and nothing is deleted."""

from __future__ import annotations

from datetime import date, datetime

from django.core.exceptions import PermissionDenied
from django.db import transaction

from accounts.models import User
from mentoring import permissions
from record.services import write
from record.types import NewMessage
from rulebook.dates import local_date
from rulebook.errors import RuleError
from rulebook.marking import gettext_noop
from students.models import ChangeOfPath, Enrolment, EnrolmentState, LeaveRequest, LeaveState
from students.models.changes import OPEN_CHANGES
from students.models.leaves import OPEN
from students.selectors import student_success_team

from . import adaptations, leaves, mentorships, path_changes

CLAUSE = "2.7"


@transaction.atomic
def end_own_training(*, enrolment_id: int, ends_on: date, reason: str, by: User, now: datetime) -> Enrolment:
    """End a training before its last day; ``ends_on`` is the last day in training, today or later.

    What is still open of it (leaves, a change of Path) is withdrawn. The mentor, Student Success and the Learning
    Manager are told. Raises ``RuleError`` on ``ends_on`` and ``enrolment``.
    """
    enrolment = mentorships.lock_enrolments([Enrolment(pk=enrolment_id)])[0]
    if not permissions.can_end_own_training(by, enrolment):
        raise PermissionDenied
    if enrolment.state != EnrolmentState.ACTIVE:
        raise RuleError("enrolment", CLAUSE, gettext_noop("This training has ended."))
    today = local_date(now, enrolment.time_zone)
    if not today <= ends_on <= enrolment.ends_on:
        raise RuleError(
            "ends_on", CLAUSE, gettext_noop("Choose a day from today to the last day of the training.")
        )
    mentor = leaves.current_mentor(enrolment, now)
    open_leaves = LeaveRequest.objects.filter(enrolment=enrolment, state__in=OPEN)
    for pk in list(open_leaves.values_list("pk", flat=True)):
        leaves.withdraw_leave(leave_id=pk, by=by, now=now)
    # A leave that was to begin after the end is none; one that is under way ends with the training.
    ahead = LeaveRequest.objects.filter(
        enrolment=enrolment, state=LeaveState.VALIDATED, starts_on__gt=max(ends_on, today)
    )
    for pk in list(ahead.values_list("pk", flat=True)):
        leaves.withdraw_leave(leave_id=pk, by=by, now=now)
    changes = ChangeOfPath.objects.filter(enrolment=enrolment, state__in=OPEN_CHANGES)
    for pk in list(changes.values_list("pk", flat=True)):
        path_changes.withdraw_change(change_id=pk, by=by, now=now)
    enrolment.refresh_from_db()
    ended = adaptations.end_trainings(
        enrolments=[enrolment], ended_on=ends_on, reason=reason.strip(), by=by, now=now
    )[0]
    manager = ended.path.learning_manager_id
    people = [
        ended.student.user_id,
        *([mentor.user_id] if mentor else []),
        *([manager] if manager else []),
        *student_success_team(),
    ]
    messages = [
        NewMessage(
            recipient_id=person,
            kind="training_ends",
            occasion=f"training-ends:{ended.pk}:{person}",
            due_at=now,
            context={
                "enrolment": ended.pk,
                "is_student": person == ended.student.user_id,
                "student": ended.student.user.full_name,
                "path": ended.path.title,
                "ends_on": str(ended.ended_on),
                "reason": reason.strip(),
                "clause": CLAUSE,
            },
        )
        for person in dict.fromkeys(people)
    ]
    write(entries=[], messages=messages, now=now)
    return ended
