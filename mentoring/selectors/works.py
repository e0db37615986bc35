"""Who may see which work on a project, what was handed in for it, and its defences: the only door to these rows."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet

from accounts.models import Role, RoleGrant, User
from mentoring.models import Defence, DefenceState, Mentor, Mentorship, SkillAssessment
from rulebook.projects import ProjectFacts, Readiness, graduation_readiness
from students.models import (
    Deliverable,
    DeliverableFile,
    ProjectWork,
    Remark,
    Requirement,
    Skill,
    SkillApproval,
    WorkState,
)
from students.selectors import NOTHING, either, own_scope, skills_of, staff_scope

from .lasting import lasting
from .sessions import Person, mentee_scope


def assessed_scope(user: Person, work: str = "pk") -> Q:
    """Works that this person assesses or has assessed at a defence; a cancelled one opens nothing."""
    if not isinstance(user, User) or not user.is_active or not user.has_role(Role.ASSESSOR):
        return NOTHING
    own = Defence.objects.filter(assessor__user=user).exclude(state=DefenceState.CANCELLED)
    return Q(**{f"{work}__in": own.values("work_id")})


def works_for(user: Person, now: datetime) -> QuerySet[ProjectWork]:
    """Works that this person may see: their own, of whom they mentor now, whom they assess, or as staff."""
    return ProjectWork.objects.filter(
        either(
            own_scope(user, "enrolment__"),
            mentee_scope(user, now),
            assessed_scope(user),
            staff_scope(user, "enrolment__"),
        )
    )


def deliverables_for(user: Person, now: datetime) -> QuerySet[Deliverable]:
    """Versions of the works that this person may see."""
    return Deliverable.objects.filter(
        either(
            own_scope(user, "work__enrolment__"),
            mentee_scope(user, now, "work__enrolment_id"),
            assessed_scope(user, "work_id"),
            staff_scope(user, "work__enrolment__"),
        )
    )


def defences_for(user: Person, now: datetime) -> QuerySet[Defence]:
    """Defences that this person may see: their own, of whom they mentor now, that they assess, or as staff.

    An assessor keeps seeing one that was cancelled, and nothing of the work behind it.
    """
    return Defence.objects.filter(
        either(
            own_scope(user, "work__enrolment__"),
            mentee_scope(user, now, "work__enrolment_id"),
            _assessing(user),
            staff_scope(user, "work__enrolment__"),
        )
    )


def _assessing(user: Person) -> Q:
    if not isinstance(user, User) or not user.is_active or not user.has_role(Role.ASSESSOR):
        return NOTHING
    return Q(assessor__user=user)


def works_of(enrolments: Iterable[int]) -> dict[int, list[ProjectWork]]:
    """The programme of each enrolment in the order of its line: one statement; what was taken out is left out."""
    ids = list(enrolments)
    found: dict[int, list[ProjectWork]] = {pk: [] for pk in ids}
    rows = ProjectWork.objects.filter(enrolment__in=ids, dropped_at__isnull=True).select_related("project")
    for row in rows.order_by("project__position", "pk"):
        found[row.enrolment_id].append(row)
    return found


def readiness_of(
    enrolments: Iterable[int], works: dict[int, list[ProjectWork]] | None = None
) -> dict[int, Readiness]:
    """What each enrolment still misses before the jury (T1): three statements for all, two with their works."""
    works = works_of(enrolments) if works is None else works
    every = [work for rows in works.values() for work in rows]
    skills = skills_of(every)
    approved = set(
        SkillApproval.objects.filter(
            work__in=[work.pk for work in every], withdrawn_at__isnull=True
        ).values_list("work_id", "skill_id")
    )
    return {
        pk: graduation_readiness(
            [
                ProjectFacts(
                    work.pk,
                    work.project.title,
                    work.state,
                    work.in_depth,
                    tuple((each.code, (work.pk, each.pk) in approved) for each in skills[work.pk]),
                )
                for work in rows
            ]
        )
        for pk, rows in works.items()
    }


def with_people(works: QuerySet[ProjectWork]) -> QuerySet[ProjectWork]:
    """Works with whom and what they are about."""
    return works.select_related("enrolment__student__user", "enrolment__path", "project")


def versions_of(work: ProjectWork) -> list[Deliverable]:
    """All versions with their files, decisions and comments, the newest first: three statements."""
    files = DeliverableFile.objects.select_related("document").order_by("pk")
    return list(
        Deliverable.objects.filter(work=work)
        .select_related("review__decided_by", "submitted_by")
        .prefetch_related(Prefetch("files", files))
        .order_by("-version")
    )


def remarks_of(work: ProjectWork) -> list[Remark]:
    """What was said about a work, the oldest first."""
    return list(
        Remark.objects.filter(work=work).select_related("author", "deliverable").order_by("written_at", "pk")
    )


def requirements_of(work: ProjectWork) -> list[Requirement]:
    """What findings asked of a work, the newest first."""
    return list(
        Requirement.objects.filter(work=work).select_related("met_by").order_by("-required_at", "-pk")
    )


def defences_of(work: ProjectWork) -> list[Defence]:
    """The defences of a work with the word on each skill, the newest first: two statements."""
    given = SkillAssessment.objects.select_related("skill").order_by("skill__position", "pk")
    return list(
        Defence.objects.filter(work=work)
        .select_related("assessor__user", "recording", "decided_by")
        .prefetch_related(Prefetch("assessments", given))
        .order_by("-starts_at", "-pk")
    )


def skill_rows(work: ProjectWork) -> list[tuple[Skill, SkillApproval | None]]:
    """The skills of a work, each with the approval that stands: two statements."""
    approvals = {
        row.skill_id: row
        for row in SkillApproval.objects.filter(work=work, withdrawn_at__isnull=True).select_related(
            "approved_by"
        )
    }
    return [(skill, approvals.get(skill.pk)) for skill in skills_of([work])[work.pk]]


def waiting_for(user: User, now: datetime) -> list[ProjectWork]:
    """Works of this mentor's students that wait for their decision, the longest first (2.2)."""
    waiting = ProjectWork.objects.filter(
        mentee_scope(user, now), state=WorkState.SUBMITTED, dropped_at__isnull=True
    )
    return list(with_people(waiting).order_by("state_since", "pk"))


def current_mentor(enrolment_id: int, now: datetime) -> Mentor | None:
    """The mentor of an enrolment at an instant: who decides on its projects."""
    row = (
        Mentorship.objects.filter(lasting(now), enrolment=enrolment_id)
        .select_related("mentor__user")
        .order_by("-starts_on", "-pk")
        .first()
    )
    return row.mentor if row else None


def current_mentors(enrolment_ids: Sequence[int], now: datetime) -> dict[int, Mentor]:
    """Who mentors each of these trainings at an instant, of several the one who began last; one statement."""
    rows = Mentorship.objects.filter(
        lasting(now), enrolment__in=list(enrolment_ids), mentor__user__is_active=True
    )
    return {
        row.enrolment_id: row.mentor
        for row in rows.select_related("mentor__user").order_by("starts_on", "pk")
    }


def without_assessor(now: datetime) -> QuerySet[Defence]:
    """Booked defences to come whose assessor lost the role or the account, the next first."""
    assesses = RoleGrant.objects.filter(user=OuterRef("assessor__user"), role=Role.ASSESSOR)
    gone = ~Exists(assesses) | Q(assessor__user__is_active=False)
    rows = Defence.objects.filter(gone, state=DefenceState.BOOKED, starts_at__gt=now)
    return rows.order_by("starts_at", "pk")


def assessors_for(work: ProjectWork) -> QuerySet[Mentor]:
    """Assessors before whom a project may be defended: not who approved it as its mentor, not its own student."""
    approved_by = work.deliverables.filter(review__decision="approve").values("review__decided_by")
    return (
        Mentor.objects.filter(
            user__is_active=True, user__role_grants__role=Role.ASSESSOR, left_on__isnull=True
        )
        .exclude(user__in=approved_by)
        .exclude(user=work.enrolment.student.user_id)
        .select_related("user")
        .distinct()
        .order_by("user__family_name", "user__given_name", "pk")
    )
