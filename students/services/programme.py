"""What is taught, edited by the Path's Learning Manager: projects and skills, and who has been given them (2.2).

A change here holds for students to whom a project is given from then on. Whoever has it already keeps it as it was
given; only what they have not begun can be given anew or taken out, and then they are told.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Max, QuerySet

from accounts.models import User
from record.services import lock_chains, write
from record.types import NewEntry, NewMessage
from rulebook.errors import RuleError
from rulebook.marking import gettext_noop
from rulebook.policy import policy_at
from rulebook.projects import COMPLETION
from students.models import Enrolment, EnrolmentState, Path, Project, ProjectWork, Skill, WorkState
from students.permissions import can_edit_path

MOST_PROJECTS = 60
MOST_SKILLS = 40


@transaction.atomic
def add_project(
    *,
    path_id: int,
    title: str,
    summary: str = "",
    in_depth: bool = False,
    skills: Sequence[tuple[str, str]] = (),
    by: User,
    now: datetime,
) -> Project:
    """A project at the end of the line; ``skills`` are pairs of code and title.

    Students in training get it only once it is given to them (``give_project``). Raises ``RuleError`` on ``title``
    and ``code``.
    """
    path = _lock(path_id, by)
    title = _needed("title", title)
    standing = Project.objects.filter(path=path, retired_at__isnull=True)
    if standing.count() >= MOST_PROJECTS:
        raise _refuse("title", gettext_noop("A Path has %(most)s projects at most."), most=MOST_PROJECTS)
    last = Project.objects.filter(path=path).aggregate(last=Max("position"))["last"] or 0
    project = Project.objects.create(
        path=path,
        position=last + 1,
        title=title,
        summary=summary.strip(),
        in_depth=in_depth,
        added_at=now,
    )
    _record(path, "path_project_added", project, by, now, {"in_depth": in_depth})
    for code, name in skills:
        add_skill(project_id=project.pk, code=code, title=name, by=by, now=now)
    return project


@transaction.atomic
def change_project(
    *,
    project_id: int,
    title: str | None = None,
    summary: str | None = None,
    in_depth: bool | None = None,
    by: User,
    now: datetime,
) -> Project:
    """Other words for a project, or whether it is approved in depth; None leaves as it is.

    In-depth approval changes for students who are given the project from now on. Raises ``RuleError`` on ``title``
    and, for a retired one, on ``project``.
    """
    path, project = _open(project_id, by)
    before = {"title": project.title, "in_depth": project.in_depth}
    if title is not None:
        project.title = _needed("title", title)
    if summary is not None:
        project.summary = summary.strip()
    if in_depth is not None:
        project.in_depth = in_depth
    project.save(update_fields=["title", "summary", "in_depth"])
    facts = {"in_depth": project.in_depth, "title_before": before["title"]}
    _record(path, "path_project_changed", project, by, now, facts)
    return project


@transaction.atomic
def move_project(*, project_id: int, place: int, by: User, now: datetime) -> list[Project]:
    """Give a project another place in the line, 1 being the first; the order as it is then.

    The order says what comes after what and takes nothing away, so it changes for everybody.
    """
    path, project = _open(project_id, by)
    line = list(Project.objects.filter(path=path, retired_at__isnull=True).order_by("position", "pk"))
    if not 1 <= place <= len(line):
        raise _refuse("place", gettext_noop("The line has no such place."))
    moved = next(each for each in line if each.pk == project.pk)
    line.remove(moved)
    line.insert(place - 1, moved)
    places = sorted(each.position for each in line)
    if len(set(places)) < len(places):
        places = list(range(1, len(line) + 1))
    for each, position in zip(line, places, strict=True):
        each.position = position
    Project.objects.bulk_update(line, ["position"])
    _record(path, "path_project_moved", project, by, now, {"place": place})
    return line


@transaction.atomic
def retire_project(*, project_id: int, by: User, now: datetime) -> Project:
    """Give a project to nobody any more. Who has begun it finishes it; it is taken from who has not, who are told."""
    path, project = _open(project_id, by)
    works = list(_not_begun(project))
    lock_chains({None, *(work.enrolment.student.user_id for work in works)})
    project.retired_at = now
    project.save(update_fields=["retired_at"])
    ProjectWork.objects.filter(pk__in=[work.pk for work in works]).update(dropped_at=now)
    _tell(works, "project_taken_out", by, now)
    _record(path, "path_project_retired", project, by, now, {"taken_from": len(works)})
    return project


@transaction.atomic
def give_project(*, project_id: int, by: User, now: datetime) -> int:
    """Give a project, as it is now, to everybody in training on the Path who has not begun it; how many that are.

    Who has it and has not begun gets it anew (its skills and in-depth approval as they stand). All are told.
    """
    path, project = _open(project_id, by)
    fresh = list(
        Enrolment.objects.filter(path=path, state=EnrolmentState.ACTIVE)
        .exclude(works__project=project)
        .select_related("student", "path")
        .order_by("pk")
    )
    again = [work for work in _not_begun(project) if _differs(work, project, now)]
    lock_chains(
        {None, *(each.student.user_id for each in fresh), *(w.enrolment.student.user_id for w in again)}
    )
    made = ProjectWork.objects.bulk_create(
        ProjectWork(enrolment=each, project=project, in_depth=project.in_depth, given_at=now)
        for each in fresh
    )
    ProjectWork.objects.filter(pk__in=[work.pk for work in again]).update(
        in_depth=project.in_depth, given_at=now
    )
    _tell([*made, *again], "project_given", by, now)
    _record(path, "path_project_given", project, by, now, {"given_to": len(made) + len(again)})
    return len(made) + len(again)


def give_programme(enrolments: Sequence[Enrolment], now: datetime) -> None:
    """The projects of their Paths for trainings that begin; two statements. Needs a transaction.

    Their chain says that the training was entered; what it consists of is in these rows.
    """
    standing: dict[int, list[Project]] = {}
    for project in Project.objects.filter(
        path__in={each.path_id for each in enrolments}, retired_at__isnull=True
    ).order_by("position", "pk"):
        standing.setdefault(project.path_id, []).append(project)
    ProjectWork.objects.bulk_create(
        ProjectWork(enrolment=each, project=project, in_depth=project.in_depth, given_at=now)
        for each in enrolments
        for project in standing.get(each.path_id, ())
    )


@transaction.atomic
def add_skill(*, project_id: int, code: str, title: str, by: User, now: datetime) -> Skill:
    """A skill that the project proves, for students to whom it is given from now on."""
    path, project = _open(project_id, by)
    code, title = _needed("code", code), _needed("title", title)
    standing = Skill.objects.filter(project=project, retired_at__isnull=True)
    if standing.count() >= MOST_SKILLS:
        raise _refuse("code", gettext_noop("A project has %(most)s skills at most."), most=MOST_SKILLS)
    if standing.filter(code=code).exists():
        raise _refuse("code", gettext_noop("This project has a skill of that code."))
    last = Skill.objects.filter(project=project).aggregate(last=Max("position"))["last"] or 0
    skill = Skill.objects.create(project=project, position=last + 1, code=code, title=title, added_at=now)
    _record(path, "path_skill_added", project, by, now, {"skill": skill.code})
    return skill


@transaction.atomic
def change_skill(*, skill_id: int, title: str, by: User, now: datetime) -> Skill:
    """Other words for a skill; its code stays, for what was approved hangs on it."""
    path, project, skill = _open_skill(skill_id, by)
    skill.title = _needed("title", title)
    skill.save(update_fields=["title"])
    _record(path, "path_skill_changed", project, by, now, {"skill": skill.code})
    return skill


@transaction.atomic
def retire_skill(*, skill_id: int, by: User, now: datetime) -> Skill:
    """A skill that is asked of nobody to whom the project is given from now on."""
    path, project, skill = _open_skill(skill_id, by)
    skill.retired_at = now
    skill.save(update_fields=["retired_at"])
    _record(path, "path_skill_retired", project, by, now, {"skill": skill.code})
    return skill


def _lock(path_id: int, by: User) -> Path:
    """The Path, locked: edits of one Path come one after the other."""
    path = Path.objects.select_for_update(no_key=True).get(pk=path_id)
    if not can_edit_path(by, path):
        raise PermissionDenied
    return path


def _open(project_id: int, by: User) -> tuple[Path, Project]:
    path = _lock(Project.objects.values_list("path_id", flat=True).get(pk=project_id), by)
    project = Project.objects.get(pk=project_id)
    if project.retired_at is not None:
        raise _refuse("project", gettext_noop("This project is retired."))
    return path, project


def _open_skill(skill_id: int, by: User) -> tuple[Path, Project, Skill]:
    path, project = _open(Skill.objects.values_list("project_id", flat=True).get(pk=skill_id), by)
    skill = Skill.objects.get(pk=skill_id)
    if skill.retired_at is not None:
        raise _refuse("skill", gettext_noop("This skill is retired."))
    return path, project, skill


def _not_begun(project: Project) -> QuerySet[ProjectWork]:
    """Works that nothing was ever handed in for, locked: whoever hands something in at this moment waits."""
    return (
        ProjectWork.objects.select_for_update(of=("self",), no_key=True)
        .filter(
            project=project,
            state=WorkState.TODO,
            dropped_at__isnull=True,
            enrolment__state=EnrolmentState.ACTIVE,
        )
        .select_related("enrolment__student", "enrolment__path", "project")
        .order_by("pk")
    )


def _differs(work: ProjectWork, project: Project, now: datetime) -> bool:
    """Whether the project was changed since it was given."""
    if work.in_depth != project.in_depth:
        return True
    changed = [each.added_at for each in project.skills.all()]
    changed += [each.retired_at for each in project.skills.all() if each.retired_at is not None]
    return any(work.given_at < each <= now for each in changed)


def _needed(field: str, text: str) -> str:
    text = text.strip()
    if not text:
        raise _refuse(field, gettext_noop("Fill this in."))
    return text


def _refuse(field: str, message: str, **params: object) -> RuleError:
    return RuleError(field, COMPLETION, message, params)


def _tell(works: Iterable[ProjectWork], kind: str, by: User, now: datetime) -> None:
    """An entry in each student's chain and a message to each."""
    works = list(works)
    policy_id = policy_at(now).id
    facts = [{"project": work.project.title, "path": work.enrolment.path.title} for work in works]
    write(
        entries=[
            NewEntry(
                subject_id=work.enrolment.student.user_id,
                kind=kind,
                clause=COMPLETION,
                policy_id=policy_id,
                happened_at=now,
                actor_id=by.pk,
                about=f"students.projectwork:{work.pk}",
                facts=told,
            )
            for work, told in zip(works, facts, strict=True)
        ],
        messages=[
            NewMessage(
                recipient_id=work.enrolment.student.user_id,
                kind=kind,
                occasion=f"{kind.replace('_', '-')}:{work.pk}:{now.isoformat()}",
                due_at=now,
                context={**told, "work": work.pk, "clause": COMPLETION},
            )
            for work, told in zip(works, facts, strict=True)
        ],
        now=now,
    )


def _record(
    path: Path, kind: str, project: Project, by: User, now: datetime, facts: dict[str, object]
) -> None:
    """An entry in the school's own chain."""
    entry = NewEntry(
        subject_id=None,
        kind=kind,
        clause=COMPLETION,
        policy_id=policy_at(now).id,
        happened_at=now,
        actor_id=by.pk,
        about=f"students.project:{project.pk}",
        facts={"path": path.title, "project": project.title, **facts},
    )
    write(entries=[entry], now=now)
