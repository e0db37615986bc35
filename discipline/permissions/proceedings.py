"""Who may report, find, write complaints and answer them (P2–P4, B1, B10); pages and API ask the same."""

from __future__ import annotations

from datetime import datetime

from accounts.models import Role, User
from accounts.permissions import is_assessor, is_mentor
from discipline.models import Case, Report, Suspicion
from mentoring.models import Mentorship
from mentoring.selectors.sessions import lasting
from students.models import Enrolment
from students.selectors import staff_scope

from .board import can_arrange_board

RUNS_PROCEEDINGS = (Role.HEAD_OF_LEARNING, Role.STUDENT_SUCCESS, Role.ADMINISTRATOR)


def can_prosecute(user: User, case: Case) -> bool:
    """Write the complaint, keep the evidence, close the case: who arranges the Board, and has no part in it."""
    return user.is_active and can_arrange_board(user, case)


def can_reply(user: User, case: Case) -> bool:
    """Answer the complaint: the student whom it is about, whatever their access to the training is."""
    return user.is_active and case.student.user_id == user.pk


def can_handle_report(user: User, report: Report) -> bool:
    """Open proceedings on a report or dismiss it: staff who see the student, neither reporter nor accused."""
    if not user.is_active or user.pk in (report.reporter_id, report.accused.student.user_id):
        return False
    if user.has_role(*RUNS_PROCEEDINGS):
        return True
    return user.has_role(Role.LEARNING_MANAGER) and report.accused.path.learning_manager_id == user.pk


def teaches(user: User) -> bool:
    """Anyone who teaches reports suspicions (P2)."""
    return user.is_active and bool(
        is_mentor(user) or is_assessor(user) or user.has_role(Role.LEARNING_MANAGER, Role.HEAD_OF_LEARNING)
    )


def can_report(user: User, enrolment: Enrolment, now: datetime) -> bool:
    """Report a student by name: who works with them. Anybody else says what happened, and the school finds out who."""
    if not user.is_active or enrolment.student.user_id == user.pk:
        return False
    return (
        Enrolment.objects.filter(staff_scope(user), pk=enrolment.pk).exists()
        or mentors(user, enrolment, now)
        or bool(is_assessor(user))
    )


def mentors(user: User, enrolment: Enrolment, now: datetime) -> bool:
    """Whether this person is the enrolment's mentor of the day."""
    if not is_mentor(user):
        return False
    return Mentorship.objects.filter(lasting(now), mentor__user=user, enrolment=enrolment).exists()


def can_decide_suspicion(user: User, suspicion: Suspicion, now: datetime) -> bool:
    """Establish or dismiss: the mentor, an assessor or the Path's Learning Manager (P2).

    Not who reported it, and never the student: two people stand behind a finding that opens a case at once.
    """
    enrolment = suspicion.enrolment
    if not user.is_active or user.pk in (suspicion.reported_by_id, enrolment.student.user_id):
        return False
    if user.has_role(Role.LEARNING_MANAGER) and enrolment.path.learning_manager_id == user.pk:
        return True
    return bool(is_assessor(user)) or user.has_role(Role.HEAD_OF_LEARNING) or mentors(user, enrolment, now)
