"""Who may see which mentors, hours, time off and mentorships: the only door from a request to rows."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Q, QuerySet

from accounts.models import Role, User
from mentoring.models import Mentor, Mentorship, TimeOff, WeeklySlot
from students.selectors import NOTHING, either, own_scope, staff_scope

from .sessions import Person


def _own_calendar(user: Person, mentor: str) -> Q:
    """What belongs to this person as a mentor."""
    if not isinstance(user, User) or not user.is_active or not user.has_role(Role.MENTOR, Role.ASSESSOR):
        return NOTHING
    return Q(**{f"{mentor}user": user})


def _as_staff(user: Person) -> Q:
    """Staff of every role see all mentors: any of them may be asked to stand in."""
    if isinstance(user, User) and user.is_active and user.is_school_staff:
        return Q()
    return NOTHING


def mentors_for(user: Person) -> QuerySet[Mentor]:
    """Mentors: oneself, all as staff, and as a student those of one's own trainings, now or before."""
    met = own_scope(user, "enrolment__")
    own = NOTHING if met is NOTHING else Q(pk__in=Mentorship.objects.filter(met).values("mentor_id"))
    return Mentor.objects.filter(either(_own_calendar(user, ""), own, _as_staff(user))).select_related("user")


def weekly_slots_for(user: Person) -> QuerySet[WeeklySlot]:
    """Weekly hours, retired ones included: one's own, or all as staff."""
    return WeeklySlot.objects.filter(either(_own_calendar(user, "mentor__"), _as_staff(user)))


def time_off_for(user: Person) -> QuerySet[TimeOff]:
    """Time off with its reasons, withdrawn ones included: one's own, or all as staff; never students."""
    return TimeOff.objects.filter(either(_own_calendar(user, "mentor__"), _as_staff(user)))


def mentorships_for(user: Person) -> QuerySet[Mentorship]:
    """Mentorships: of one's own trainings, one's own as a mentor, or as staff."""
    return Mentorship.objects.filter(
        either(
            own_scope(user, "enrolment__"), _own_calendar(user, "mentor__"), staff_scope(user, "enrolment__")
        )
    ).select_related("mentor__user", "enrolment__student__user", "enrolment__path")


def hours_of(mentor: Mentor) -> QuerySet[WeeklySlot]:
    """The weekly hours that stand now, in the order of the week."""
    return WeeklySlot.objects.filter(mentor=mentor, retired_at__isnull=True).order_by("weekday", "starts")


def time_off_ahead(mentor: Mentor, now: datetime) -> QuerySet[TimeOff]:
    """Time off that is not over, the next first."""
    return TimeOff.objects.filter(mentor=mentor, withdrawn_at__isnull=True, ends_at__gt=now).order_by(
        "starts_at"
    )
