"""Skills that are approved, and those that carry over (2.2, 2.8)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction

from accounts.models import User
from record.services import write
from students.models import (
    ProjectWork,
    SkillApproval,
    WorkState,
)
from students.selectors import skills_of

from .states import lock_work, move
from .telling import enter


def approve_skills(
    *, work: ProjectWork, comments: Mapping[int, str], passed: bool, about: str, by: User, now: datetime
) -> list[SkillApproval]:
    """Skills that an assessor approved at a defence; with ``passed`` they are all, and the work is defended.

    ``work`` comes from ``lock_work``; who assesses, and that it was recorded, was asked before. Needs a transaction.
    """
    made = SkillApproval.objects.bulk_create(
        SkillApproval(work=work, skill_id=pk, approved_at=now, approved_by=by, comment=comment.strip())
        for pk, comment in comments.items()
    )
    skills = skills_of([work])[work.pk]
    named = {skill.pk: skill for skill in skills}
    entries = [
        enter(
            "skill_approved",
            work,
            {
                "skill": named[each.skill_id].code,
                "title": named[each.skill_id].title,
                "comment": each.comment,
                "defence": about,
            },
            by=by,
            now=now,
        )
        for each in made
    ]
    if passed:
        move(work, WorkState.DEFENDED, now)
        entries.append(enter("project_defended", work, {"defence": about}, by=by, now=now))
    write(entries=entries, now=now)
    return made


def approved_skills(work: ProjectWork) -> frozenset[int]:
    """The skills of a work that are approved and stand."""
    rows = SkillApproval.objects.filter(work=work, withdrawn_at__isnull=True)
    return frozenset(rows.values_list("skill_id", flat=True))


@transaction.atomic
def carry_over_skills(*, work: ProjectWork, by: User | None, now: datetime) -> list[SkillApproval]:
    """Skills that the student has proved in another training carry over by their code (2.8).

    For each skill that the work asks and an earlier approval of the same student stands for; the project itself is
    still handed in and approved.
    """
    work = lock_work(work.pk)
    have = approved_skills(work)
    wanted = {each.code: each for each in skills_of([work])[work.pk] if each.pk not in have}
    earlier: dict[str, SkillApproval] = {}
    for row in (
        SkillApproval.objects.filter(
            work__enrolment__student=work.enrolment.student_id,
            skill__code__in=wanted,
            withdrawn_at__isnull=True,
        )
        .exclude(work=work)
        .select_related("skill")
        .order_by("approved_at", "pk")
    ):
        earlier.setdefault(row.skill.code, row)
    made = SkillApproval.objects.bulk_create(
        SkillApproval(
            work=work,
            skill=wanted[code],
            approved_at=now,
            approved_by_id=row.approved_by_id,
            comment=row.comment,
            carried_from=row,
        )
        for code, row in earlier.items()
    )
    entries = [
        enter("skill_carried_over", work, {"skill": each.skill.code}, by=by, now=now, clause="2.8")
        for each in made
    ]
    write(entries=entries, now=now)
    return made
