"""Who may see which cases."""

from __future__ import annotations

from django.contrib.auth.models import AnonymousUser
from django.db.models import F, Q, QuerySet

from accounts.models import User
from discipline.models import OPEN_STATES, BoardMember, Case, Companion
from mentoring.models import StreakAbsence
from students.selectors import NOTHING, either, own_scope, staff_scope


def cases_for(user: User | AnonymousUser) -> QuerySet[Case]:
    """Cases that this person may see: a student their own, staff those of their students; mentors none.

    A member of a Board its case, until they step back (nobody who is biased reads the file, staff or not: B2); a
    companion the case for as long as it is open and they accompany (abuse 4).
    """
    seen = Case.objects.filter(
        either(
            own_scope(user, "enrolment__"),
            staff_scope(user, "enrolment__"),
            board_scope(user),
            companion_scope(user),
        )
    )
    if not isinstance(user, User):
        return seen
    biased = BoardMember.objects.filter(user=user, recused_at__isnull=False)
    return seen.exclude(pk__in=biased.values("case"))


def board_scope(user: User | AnonymousUser) -> Q:
    """The cases on whose Board somebody sits now."""
    if not isinstance(user, User) or not user.is_active:
        return NOTHING
    seats = BoardMember.objects.filter(user=user, recused_at__isnull=True, left_at__isnull=True)
    return Q(pk__in=seats.values("case"))


def companion_scope(user: User | AnonymousUser) -> Q:
    """The open cases in which somebody accompanies the student."""
    if not isinstance(user, User) or not user.is_active:
        return NOTHING
    rows = Companion.objects.filter(user=user, accepted_at__isnull=False, ended_at__isnull=True)
    return Q(pk__in=rows.values("case"), state__in=OPEN_STATES)


def with_people(cases: QuerySet[Case]) -> QuerySet[Case]:
    """Cases with all that a list shows of them, in one statement."""
    return cases.select_related("student__user", "enrolment__path__learning_manager", "streak")


def open_cases_for(user: User | AnonymousUser) -> QuerySet[Case]:
    """Cases in which a step is owed, as staff see them: by deadline, then the oldest first."""
    open_ones = cases_for(user).filter(staff_scope(user, "enrolment__"), state__in=OPEN_STATES)
    return with_people(open_ones).order_by(F("next_due_at").asc(nulls_last=True), "opened_at", "pk")


def absences_of(case: Case) -> QuerySet[StreakAbsence]:
    """The absences that a case holds, or held when it opened, in their order."""
    return (
        StreakAbsence.objects.filter(streak=case.streak_id)
        .select_related("absence__session__mentor__user", "absence__session__enrolment", "absence__contest")
        .order_by("position")
    )
