"""Places, stays and reports of conduct: the only door from a request to their rows."""

from __future__ import annotations

from datetime import datetime

from django.contrib.auth.models import AnonymousUser
from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery

from accounts.models import Role, User
from students.models import CheckIn, ConductReport, Place, PlaceRules, Stay

from . import either, own_scope, staff_scope

REPORT_READERS = (Role.STUDENT_SUCCESS, Role.HEAD_OF_LEARNING)


def newest_rules(place: str = "place") -> Subquery:
    """The id of a place's rules as they stand."""
    rows = PlaceRules.objects.filter(place=OuterRef(place)).order_by("-written_at", "-pk")
    return Subquery(rows.values("pk")[:1])


def places_for(user: User | AnonymousUser) -> QuerySet[Place]:
    """The places: staff's to keep."""
    if not isinstance(user, User) or not user.is_active or not user.is_school_staff:
        return Place.objects.none()
    return Place.objects.all()


def stays_for(user: User | AnonymousUser) -> QuerySet[Stay]:
    """Stays: one's own; for staff those of the trainings that they see."""
    return Stay.objects.filter(either(own_scope(user, "enrolment__"), staff_scope(user, "enrolment__")))


def with_rules(rows: QuerySet[Stay]) -> QuerySet[Stay]:
    """Stays with whether the place's rules, as they stand, are acknowledged, and the latest arrival."""
    arrivals = CheckIn.objects.filter(stay=OuterRef("pk")).order_by("-day")
    return rows.select_related("place", "enrolment__student__user", "enrolment__path").annotate(
        newest=newest_rules(), arrived_at=Subquery(arrivals.values("at")[:1])
    )


def with_rules_text(rows: QuerySet[Stay]) -> QuerySet[Stay]:
    """Stays with the rules of their place as they stand."""
    newest = PlaceRules.objects.filter(place=OuterRef("place")).order_by("-written_at", "-pk")
    return rows.annotate(newest=newest_rules(), newest_text=Subquery(newest.values("text")[:1]))


def stays_to_acknowledge(now: datetime) -> QuerySet[Stay]:
    """Stays that are not over, whose place has rules that the student has not acknowledged."""
    rules = PlaceRules.objects.filter(place=OuterRef("place"), pk=OuterRef("acknowledged"))
    newer = PlaceRules.objects.filter(
        place=OuterRef("place"), written_at__gt=OuterRef("acknowledged__written_at")
    )
    return Stay.objects.filter(cancelled_at__isnull=True, ends_on__gte=now.date()).filter(
        Q(acknowledged__isnull=True) | ~Exists(rules) | Exists(newer)
    )


def conduct_reports_for(user: User | AnonymousUser) -> QuerySet[ConductReport]:
    """Reports that this person takes up, never one that names them; and one's own, for their reporter alone."""
    if not isinstance(user, User) or not user.is_active:
        return ConductReport.objects.none()
    if user.has_role(*REPORT_READERS):
        return ConductReport.objects.exclude(subject=user)
    return ConductReport.objects.filter(reporter=user)
