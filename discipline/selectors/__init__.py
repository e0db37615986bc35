"""Who may see which cases."""

from __future__ import annotations

from django.contrib.auth.models import AnonymousUser
from django.db.models import QuerySet

from accounts.models import User
from discipline.models import OPEN_STATES, Case
from mentoring.models import StreakAbsence
from students.selectors import either, own_scope, staff_scope


def cases_for(user: User | AnonymousUser) -> QuerySet[Case]:
    """Cases that this person may see: a student their own, staff those of their students; mentors none."""
    return Case.objects.filter(either(own_scope(user, "enrolment__"), staff_scope(user, "enrolment__")))


def with_people(cases: QuerySet[Case]) -> QuerySet[Case]:
    """Cases with all that a list shows of them, in one statement."""
    return cases.select_related("student__user", "enrolment__path__learning_manager", "streak")


def open_cases_for(user: User | AnonymousUser) -> QuerySet[Case]:
    """Cases that wait for the Board, as staff see them, the oldest first."""
    open_ones = Case.objects.filter(staff_scope(user, "enrolment__"), state__in=OPEN_STATES)
    return with_people(open_ones).order_by("opened_at", "pk")


def absences_of(case: Case) -> QuerySet[StreakAbsence]:
    """The absences that a case holds, or held when it opened, in their order."""
    return (
        StreakAbsence.objects.filter(streak=case.streak_id)
        .select_related("absence__session__mentor__user", "absence__session__enrolment", "absence__contest")
        .order_by("position")
    )
