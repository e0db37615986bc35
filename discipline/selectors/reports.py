"""Who may see which reports and suspicions: never the accused, and a reporter only their own."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Q, QuerySet

from accounts.models import User
from accounts.permissions import is_assessor
from discipline.models import DisciplineReportState, Report, Suspicion
from mentoring.selectors.sessions import mentee_scope
from students.models import Enrolment
from students.selectors import NOTHING, either, staff_scope


def reports_for(user: User) -> QuerySet[Report]:
    """Reports: staff those about students whom they see, a reporter their own; the accused none (abuse 22)."""
    if not user.is_active:
        return Report.objects.none()
    seen = either(staff_scope(user, "accused__"), Q(reporter=user))
    return Report.objects.filter(seen).exclude(accused__student__user=user)


def handled_reports_for(user: User) -> QuerySet[Report]:
    """The staff's part of it: with who reported. Nobody reads there who reported about whom they are themselves."""
    rows = Report.objects.filter(staff_scope(user, "accused__")).exclude(accused__student__user=user)
    return with_accused(rows)


def with_accused(rows: QuerySet[Report]) -> QuerySet[Report]:
    return rows.select_related(
        "accused__student__user", "accused__path__learning_manager", "reporter", "handled_by", "case"
    )


def waiting_reports_for(user: User) -> QuerySet[Report]:
    """What nobody has dealt with, the oldest first."""
    return handled_reports_for(user).filter(state=DisciplineReportState.RECEIVED).order_by("made_at", "pk")


def suspicions_for(user: User, now: datetime) -> QuerySet[Suspicion]:
    """Suspicions: staff those about students whom they see, a mentor those about current mentees and their own,
    assessors all; never the student whom one is about."""
    if not user.is_active:
        return Suspicion.objects.none()
    own = Q(reported_by=user) if not user.is_school_staff else NOTHING
    all_of_them = Q() if is_assessor(user) else NOTHING
    seen = either(staff_scope(user, "enrolment__"), mentee_scope(user, now, "enrolment_id"), own, all_of_them)
    return (
        Suspicion.objects.filter(seen)
        .exclude(enrolment__student__user=user)
        .select_related(
            "enrolment__student__user",
            "enrolment__path__learning_manager",
            "work__project",
            "deliverable",
            "reported_by",
            "decided_by",
            "case",
        )
    )


def reportable_enrolments(user: User, now: datetime) -> QuerySet[Enrolment]:
    """The trainings whose student this person may report by name: staff's and mentors' own, assessors' all."""
    if not user.is_active:
        return Enrolment.objects.none()
    all_of_them = Q() if is_assessor(user) else NOTHING
    seen = either(staff_scope(user), mentee_scope(user, now, "pk"), all_of_them)
    return (
        Enrolment.objects.filter(seen)
        .exclude(student__user=user)
        .select_related("student__user", "path__learning_manager")
    )
