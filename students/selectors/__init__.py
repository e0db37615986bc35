"""Who may see which students: the only door from a request to their rows."""

from __future__ import annotations

from collections.abc import Iterable

from django.contrib.auth.models import AnonymousUser
from django.db.models import Q, QuerySet

from accounts.models import Role, User
from accounts.selectors import holders_of
from students.models import Enrolment, Path, ProjectWork, Skill, Student

SEES_ALL = (Role.STUDENT_SUCCESS, Role.HEAD_OF_LEARNING, Role.ADMINISTRATOR)
NOTHING = Q(pk__in=())


def staff_scope(user: User | AnonymousUser, enrolment: str = "") -> Q:
    """What a person of the school sees, as a condition on rows that belong to an enrolment.

    ``enrolment`` is the lookup prefix from the row to its enrolment, for instance ``"enrolment__"``.
    A Learning Manager sees the students of their own Paths.
    """
    if not isinstance(user, User) or not user.is_active:
        return NOTHING
    if user.has_role(*SEES_ALL):
        return Q()
    if user.has_role(Role.LEARNING_MANAGER):
        return Q(**{f"{enrolment}path__learning_manager": user})
    return NOTHING


def own_scope(user: User | AnonymousUser, enrolment: str = "") -> Q:
    """What a student sees: what belongs to their own enrolments."""
    if not isinstance(user, User) or not user.is_active or not user.has_role(Role.STUDENT):
        return NOTHING
    return Q(**{f"{enrolment}student__user": user})


def either(*scopes: Q) -> Q:
    """The union of what several roles of one person see; an empty condition sees everything."""
    if any(not scope for scope in scopes):
        return Q()
    seen = [scope for scope in scopes if scope is not NOTHING]
    union = seen[0] if seen else NOTHING
    for scope in seen[1:]:
        union |= scope
    return union


def student_success_team() -> list[int]:
    """The people of Student Success, by id; the administrators where there is nobody."""
    for role in (Role.STUDENT_SUCCESS, Role.ADMINISTRATOR):
        if team := holders_of(role):
            return team
    return []


def paths_for(user: User | AnonymousUser) -> QuerySet[Path]:
    """The Paths: whoever learns, mentors or works here may know them."""
    if not isinstance(user, User) or not user.is_active or not user.roles:
        return Path.objects.none()
    return Path.objects.all()


def students_managed_by(user: User) -> QuerySet[Student, int]:
    """The ids, as people, of the students on this Learning Manager's own Paths."""
    return Student.objects.filter(enrolments__path__learning_manager=user).values_list("user_id", flat=True)


def trainings_of(user: User | AnonymousUser) -> QuerySet[Enrolment]:
    """A student's own trainings with their Paths and interruptions."""
    return Enrolment.objects.filter(own_scope(user)).select_related("path").prefetch_related("interruptions")


def skills_of(works: Iterable[ProjectWork]) -> dict[int, list[Skill]]:
    """The skills that each work has to prove, by its id: those that stood when it was given. One statement."""
    works = list(works)
    found: dict[int, list[Skill]] = {work.pk: [] for work in works}
    rows = Skill.objects.filter(project__in={work.project_id for work in works}).order_by("position", "pk")
    for skill in rows:
        for work in works:
            stands = skill.added_at <= work.given_at and (
                skill.retired_at is None or skill.retired_at > work.given_at
            )
            if skill.project_id == work.project_id and stands:
                found[work.pk].append(skill)
    return found
