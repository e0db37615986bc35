"""Who has accepted the rules in force, and what a student owes before they begin."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.contrib.auth.models import AnonymousUser
from django.db.models import Exists, OuterRef, Q, QuerySet

from accounts.models import Role, User
from rulebook.codes import code_at
from rulebook.policy import policy_at
from students.models import Acceptance, Enrolment, EnrolmentState, EquipmentCheck, Student, TermsDocument

from . import either, own_scope, staff_scope
from .offsite import stays_to_acknowledge


def _accepted(document: str, version: str, student: str) -> Exists:
    return Exists(Acceptance.objects.filter(student=OuterRef(student), document=document, version=version))


def accepted_now(now: datetime, student: str = "pk") -> Q:
    """Rows whose student has accepted both versions in force; ``student`` leads from the row to the student's id."""
    return Q(_accepted(TermsDocument.POLICY, policy_at(now).id, student)) & Q(
        _accepted(TermsDocument.CONDUCT, code_at(now).id, student)
    )


def has_accepted(user: User | AnonymousUser, now: datetime) -> bool:
    """Whether this student has accepted the versions in force; who is no student is not asked."""
    if not isinstance(user, User) or not user.has_role(Role.STUDENT):
        return True
    # A student who is not registered yet has nothing to accept with.
    waiting = Student.objects.filter(user=user).exclude(accepted_now(now))
    return not waiting.exists()


@dataclass(frozen=True, slots=True)
class Beginning:
    """What a student still owes beside their sessions."""

    terms: bool = False
    equipment: bool = False
    stay: int | None = None


def beginning_of(user: User, now: datetime) -> Beginning:
    """What stands on a student's home beside their duties: one statement."""
    stays = stays_to_acknowledge(now).filter(enrolment__student=OuterRef("pk")).order_by("starts_on", "pk")
    row = (
        Student.objects.filter(user=user)
        .annotate(
            accepts=Exists(Student.objects.filter(accepted_now(now), pk=OuterRef("pk"))),
            checked=Exists(EquipmentCheck.objects.filter(student=OuterRef("pk"))),
            stay=stays.values("pk")[:1],
        )
        .values_list("accepts", "checked", "stay")
        .first()
    )
    return Beginning(not row[0], not row[1], row[2]) if row else Beginning()


def acceptances_for(user: User | AnonymousUser) -> QuerySet[Acceptance]:
    """A student's own; for staff those of the students whom they see."""
    scopes = either(own_scope(user), staff_scope(user))
    if isinstance(user, User) and user.is_active and user.has_role(Role.STUDENT):
        return Acceptance.objects.filter(
            Q(student__user=user) | Q(student__in=Enrolment.objects.filter(scopes).values("student"))
        )
    return Acceptance.objects.filter(student__in=Enrolment.objects.filter(scopes).values("student"))


def checks_for(user: User | AnonymousUser) -> QuerySet[EquipmentCheck]:
    """Equipment checks: one's own; for staff those of the students whom they see."""
    seen = Q(student__in=Enrolment.objects.filter(staff_scope(user)).values("student"))
    if isinstance(user, User) and user.is_active and user.has_role(Role.STUDENT):
        seen |= Q(student__user=user)
    return EquipmentCheck.objects.filter(seen)


def trainings_not_accepted(user: User, now: datetime) -> QuerySet[Enrolment]:
    """Running trainings, as far as this member of staff sees them, whose student has not accepted what is in force."""
    latest = EquipmentCheck.objects.filter(student=OuterRef("student")).order_by("-done_at")
    return (
        Enrolment.objects.filter(staff_scope(user), state=EnrolmentState.ACTIVE)
        .exclude(accepted_now(now, "student_id"))
        .annotate(
            policy_accepted=_accepted(TermsDocument.POLICY, policy_at(now).id, "student_id"),
            conduct_accepted=_accepted(TermsDocument.CONDUCT, code_at(now).id, "student_id"),
            checked_at=latest.values("done_at")[:1],
        )
        .select_related("student__user", "path")
        .order_by("student__user__family_name", "student__user__given_name", "pk")
    )
