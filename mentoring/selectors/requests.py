"""Leaves, changes of Path and requests for an adaptation: the only door from a request to their rows."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Prefetch, Q, QuerySet

from accounts.models import User
from accounts.permissions import is_student_success
from students.models import (
    Accommodation,
    AccommodationRequest,
    AccommodationState,
    ChangeOfPath,
    ChangeState,
    Consultation,
    EndShift,
    Enrolment,
    EnrolmentState,
    FunderApproval,
    Funding,
    LeaveRequest,
    LeaveState,
)
from students.models.leaves import OPEN, STANDING
from students.selectors import NOTHING, either, own_scope, staff_scope

from .sessions import M, Person, mentee_scope

ROW = ("enrolment__student__user", "enrolment__path")
APPROVALS = Prefetch(
    "approvals", FunderApproval.objects.select_related("funding__funder", "document", "checked_by")
)


def leaves_for(user: Person, now: datetime) -> QuerySet[LeaveRequest]:
    """Leaves that this person may see: one's own, those of students whom one mentors now, and staff's."""
    scope = either(own_scope(user, "enrolment__"), mentee_scope(user, now), staff_scope(user, "enrolment__"))
    return LeaveRequest.objects.filter(scope).select_related(*ROW, "decided_by").prefetch_related(APPROVALS)


def changes_for(user: Person, now: datetime) -> QuerySet[ChangeOfPath]:
    """Changes of Path that this person may see."""
    scope = either(own_scope(user, "enrolment__"), mentee_scope(user, now), staff_scope(user, "enrolment__"))
    return (
        ChangeOfPath.objects.filter(scope)
        .select_related(*ROW, "from_path", "to_path", "consultation__recorded_by", "decided_by")
        .prefetch_related(APPROVALS)
    )


def approvals_for(user: Person) -> QuerySet[FunderApproval]:
    """Funders' approvals whose document this person may send or check: the student's own, and staff's."""
    scope = either(own_scope(user, "funding__enrolment__"), staff_scope(user, "funding__enrolment__"))
    return FunderApproval.objects.filter(scope).select_related(
        "funding__funder",
        "funding__enrolment__student__user",
        "funding__enrolment__path",
        "leave",
        "change__from_path",
        "change__to_path",
        "document",
    )


def own_trainings(user: User) -> QuerySet[Enrolment]:
    """The student's own trainings that have not ended."""
    rows = Enrolment.objects.filter(own_scope(user), state=EnrolmentState.ACTIVE)
    return rows.select_related("student__user", "path").order_by("-starts_on", "-pk")


def own(user: User, rows: QuerySet[M]) -> QuerySet[M]:
    """Of rows that belong to a training, the student's own."""
    return rows.filter(own_scope(user, "enrolment__"))


def mentors(user: User, rows: QuerySet[M], now: datetime) -> QuerySet[M]:
    """Of rows that belong to a training, those of students whom this person mentors now."""
    return rows.filter(mentee_scope(user, now))


def staffs(user: User, rows: QuerySet[M]) -> QuerySet[M]:
    """Of rows that belong to a training, those that this person sees as staff."""
    return rows.filter(staff_scope(user, "enrolment__"))


def open_leaves_of_mentees(user: User, now: datetime) -> QuerySet[LeaveRequest]:
    """What waits for a mentor's decision, the oldest first; one statement."""
    rows = LeaveRequest.objects.filter(mentee_scope(user, now), state=LeaveState.REQUESTED, approver="mentor")
    return rows.select_related(*ROW).order_by("requested_at", "pk")


def standing_leaves(enrolment_id: int) -> list[LeaveRequest]:
    """A training's leaves that take their days, the latest first; one statement."""
    rows = LeaveRequest.objects.filter(enrolment=enrolment_id, state__in=STANDING)
    return list(rows.order_by("-starts_on"))


def open_leaves(user: User) -> QuerySet[LeaveRequest]:
    """Open requests that this person sees as staff, the oldest first."""
    rows = LeaveRequest.objects.filter(staff_scope(user, "enrolment__"), state__in=OPEN)
    return rows.select_related(*ROW).prefetch_related(APPROVALS).order_by("requested_at", "pk")


def open_changes(user: User) -> QuerySet[ChangeOfPath]:
    """Changes of Path that staff have to follow, the oldest first."""
    states = (ChangeState.WAITING, ChangeState.ACCEPTED)
    rows = ChangeOfPath.objects.filter(staff_scope(user, "enrolment__"), state__in=states)
    return (
        rows.select_related(*ROW, "from_path", "to_path")
        .prefetch_related(APPROVALS)
        .order_by("requested_at", "pk")
    )


def adaptations_for(user: Person) -> QuerySet[AccommodationRequest]:
    """Requests for an adaptation with their proof: Student Success, and the student's own (abuse 7, 12)."""
    scope = Q() if is_student_success(user) else NOTHING
    rows = AccommodationRequest.objects.filter(either(own_scope(user, "enrolment__"), scope))
    return rows.select_related(*ROW, "proof", "accommodation", "decided_by")


def open_adaptations(user: User) -> QuerySet[AccommodationRequest]:
    """What Student Success has to decide, the oldest first; nothing for anybody else."""
    if not is_student_success(user):
        return AccommodationRequest.objects.none()
    rows = AccommodationRequest.objects.filter(state=AccommodationState.REQUESTED)
    return rows.exclude(enrolment__student__user=user).select_related(*ROW).order_by("requested_at", "pk")


def consultations_for(user: Person, now: datetime) -> QuerySet[Consultation]:
    """Mentors' words on other Paths that this person may see."""
    scope = either(own_scope(user, "enrolment__"), mentee_scope(user, now), staff_scope(user, "enrolment__"))
    return Consultation.objects.filter(scope)


def measures_for(user: Person, now: datetime) -> QuerySet[Accommodation]:
    """Measures, without their proof: the student's own, of students whom one mentors now, and staff's (abuse 12)."""
    scope = either(own_scope(user, "enrolment__"), mentee_scope(user, now), staff_scope(user, "enrolment__"))
    return Accommodation.objects.filter(scope)


def unused_consultations(enrolment: Enrolment) -> QuerySet[Consultation]:
    """The mentor's words on other Paths that no request rests on yet, the newest first."""
    rows = Consultation.objects.filter(enrolment=enrolment, change__isnull=True)
    return rows.exclude(to_path=enrolment.path_id).select_related("to_path", "recorded_by")


def shifts_of(enrolment_ids: list[int]) -> dict[int, list[EndShift]]:
    """Every move of these trainings' ends, in order; one statement."""
    found: dict[int, list[EndShift]] = {pk: [] for pk in enrolment_ids}
    rows = EndShift.objects.filter(enrolment__in=enrolment_ids).select_related("leave", "change__to_path")
    for row in rows.order_by("pk"):
        found[row.enrolment_id].append(row)
    return found


def fundings_of(enrolment_ids: list[int]) -> dict[int, list[Funding]]:
    """Who pays for these trainings; one statement."""
    found: dict[int, list[Funding]] = {pk: [] for pk in enrolment_ids}
    for row in Funding.objects.filter(enrolment__in=enrolment_ids).select_related("funder"):
        found[row.enrolment_id].append(row)
    return found
