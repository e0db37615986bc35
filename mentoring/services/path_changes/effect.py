"""What a change does to projects, foretold and done (2.8)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q

from mentoring.services import defences
from rulebook.marking import gettext_noop
from students.models import (
    Enrolment,
    Path,
    ProjectWork,
    Skill,
    SkillApproval,
    WorkState,
)

from .telling import CLAUSE

CHANGED = gettext_noop("The training goes over to another Path.")


@dataclass(frozen=True, slots=True)
class ChangeEffect:
    """What a change of Path does to projects: which are finished and stay, which were begun and close as they are,
    which were not begun and fall away, which are new, and which skills carry over."""

    finished: tuple[str, ...]
    closed: tuple[str, ...]
    dropped: tuple[str, ...]
    new: tuple[str, ...]
    carried: tuple[str, ...]


def effect_of(enrolment: Enrolment, to_path: Path) -> ChangeEffect:
    """What going over to a Path would do to a student's projects now; four statements."""
    works = list(
        ProjectWork.objects.filter(enrolment=enrolment, dropped_at__isnull=True).select_related("project")
    )
    approved = _approved(enrolment)
    projects = list(to_path.projects.filter(retired_at__isnull=True).order_by("position"))
    skills = Skill.objects.filter(project__in=projects, retired_at__isnull=True, code__in=approved)
    closing = [work for work in works if not _finished(work) and work.state != WorkState.TODO]
    return ChangeEffect(
        tuple(work.project.title for work in works if _finished(work)),
        tuple(work.project.title for work in closing),
        tuple(work.project.title for work in works if work.state == WorkState.TODO),
        tuple(project.title for project in projects),
        tuple(dict.fromkeys(str(skill) for skill in skills)),
    )


def _finished(work: ProjectWork) -> bool:
    """Nothing more is asked for this work: it stays in the programme as it is."""
    return work.state == WorkState.DEFENDED or (work.state == WorkState.APPROVED and not work.in_depth)


def close_works(enrolment: Enrolment, at: datetime, now: datetime) -> list[str]:
    """What is not finished on the old Path no longer has to be done: closed as it is, with all that was handed in,
    and a booked defence of it called off (2.8). Returns the titles of those that were begun."""
    works = list(
        ProjectWork.objects.select_for_update(of=("self",), no_key=True)
        .filter(enrolment=enrolment, dropped_at__isnull=True)
        .select_related("project")
        .order_by("pk")
    )
    open_works = [work for work in works if not _finished(work)]
    ids = [work.pk for work in open_works]
    booked = defences.hold(Q(work__in=ids))
    ProjectWork.objects.filter(pk__in=ids).update(dropped_at=at)
    defences.call_off(booked, CHANGED, CLAUSE, by=None, now=now)
    return [work.project.title for work in open_works if work.state != WorkState.TODO]


def _approved(enrolment: Enrolment) -> set[str]:
    """The codes of the skills that this student has proved, in whichever training (2.8)."""
    rows = SkillApproval.objects.filter(
        work__enrolment__student=enrolment.student_id, withdrawn_at__isnull=True
    )
    return set(rows.values_list("skill__code", flat=True))


def give_programme(enrolment: Enrolment, at: datetime) -> None:
    """The projects of the new Path; one that the student had before, and has not finished, is given anew."""
    standing = {project.pk: project for project in enrolment.path.projects.filter(retired_at__isnull=True)}
    known = ProjectWork.objects.filter(enrolment=enrolment, project__in=standing)
    known.filter(dropped_at__isnull=False).update(dropped_at=None, given_at=at)
    had = set(known.values_list("project_id", flat=True))
    ProjectWork.objects.bulk_create(
        ProjectWork(enrolment=enrolment, project=project, in_depth=project.in_depth, given_at=at)
        for pk, project in standing.items()
        if pk not in had
    )
