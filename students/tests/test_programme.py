"""The Learning Manager edits projects and skills; what a student already works on is never silently changed (2.2)."""

from __future__ import annotations

import json
from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import Role
from record.models import Entry, Message
from rulebook.errors import RuleError
from students.models import Project, ProjectWork, WorkState
from students.selectors import skills_of
from students.services import (
    add_project,
    add_skill,
    change_project,
    change_skill,
    enrol_student,
    give_project,
    move_project,
    retire_project,
    retire_skill,
)
from tests.factories import at, make_enrolment, make_path, make_project, make_student, make_user, make_work

pytestmark = pytest.mark.django_db

NOW = at("2026-03-02 08:00")
LATER = NOW + timedelta(days=1)


@pytest.fixture
def manager():
    return make_user(Role.LEARNING_MANAGER)


@pytest.fixture
def path(manager):
    return make_path(learning_manager=manager)


def enrol(path, now=NOW):
    return enrol_student(
        student=make_student(),
        path=path,
        starts_on=date(2026, 3, 1),
        ends_on=date(2026, 12, 31),
        time_zone="Europe/Paris",
        by=None,
        now=now,
    )


def titles(enrolment):
    works = ProjectWork.objects.filter(enrolment=enrolment, dropped_at__isnull=True)
    return [work.project.title for work in works.select_related("project")]


def test_a_training_that_begins_is_given_the_projects_of_its_path(path, manager):
    first = make_project(path, position=1, title="First", in_depth=True)
    make_project(path, position=2, title="Second")
    make_project(path, position=3, title="Gone", retired_at=NOW)
    enrolment = enrol(path)
    assert titles(enrolment) == ["First", "Second"]
    assert ProjectWork.objects.get(project=first).in_depth


def test_a_project_is_added_with_its_skills_and_recorded_in_the_schools_chain(path, manager):
    made = add_project(
        path_id=path.pk, title=" Site ", in_depth=True, skills=[("html", "Mark up")], by=manager, now=NOW
    )
    assert (made.title, made.in_depth, [each.code for each in made.skills.all()]) == ("Site", True, ["html"])
    kinds = list(Entry.objects.filter(chain__subject=None).order_by("seq").values_list("kind", flat=True))
    assert kinds == ["path_project_added", "path_skill_added"]


def test_a_new_project_reaches_students_in_training_only_once_it_is_given_and_they_are_told(path, manager):
    enrolment = make_enrolment(path=path)
    project = add_project(path_id=path.pk, title="New", by=manager, now=NOW)
    assert titles(enrolment) == []
    assert give_project(project_id=project.pk, by=manager, now=LATER) == 1
    assert titles(enrolment) == ["New"]
    assert Message.objects.get().kind == "project_given"
    assert Entry.objects.filter(kind="project_given").get().chain.subject_id == enrolment.student.user_id
    # Nothing has changed since: giving it again gives nothing and tells nobody.
    assert give_project(project_id=project.pk, by=manager, now=LATER) == 0
    assert Message.objects.count() == 1


def test_a_change_of_skills_and_depth_leaves_alone_who_has_the_project(path, manager):
    project = make_project(path, skills=["a", "b"])
    enrolment = enrol(path)
    retire_skill(skill_id=project.skills.get(code="b").pk, by=manager, now=LATER)
    add_skill(project_id=project.pk, code="c", title="C", by=manager, now=LATER)
    change_project(project_id=project.pk, in_depth=True, by=manager, now=LATER)
    work = ProjectWork.objects.get(enrolment=enrolment)
    assert not work.in_depth
    assert [each.code for each in skills_of([work])[work.pk]] == ["a", "b"]
    after = ProjectWork.objects.get(enrolment=enrol(path, LATER))
    assert after.in_depth
    assert [each.code for each in skills_of([after])[after.pk]] == ["a", "c"]


def test_giving_a_changed_project_anew_reaches_only_who_has_not_begun_it(path, manager):
    project = make_project(path, skills=["a"])
    waiting, begun = enrol(path), enrol(path)
    ProjectWork.objects.filter(enrolment=begun).update(state=WorkState.SUBMITTED)
    add_skill(project_id=project.pk, code="b", title="B", by=manager, now=LATER)
    assert give_project(project_id=project.pk, by=manager, now=LATER) == 1
    works = {work.enrolment_id: work for work in ProjectWork.objects.all()}
    skills = skills_of(list(works.values()))
    assert [each.code for each in skills[works[waiting.pk].pk]] == ["a", "b"]
    assert [each.code for each in skills[works[begun.pk].pk]] == ["a"]
    assert Message.objects.get().recipient_id == waiting.student.user_id


def test_a_retired_project_stays_with_who_has_begun_it(path, manager):
    project = make_project(path)
    waiting, begun = (
        make_work(make_enrolment(path=path), project),
        make_work(make_enrolment(path=path), project, state=WorkState.SUBMITTED),
    )
    retire_project(project_id=project.pk, by=manager, now=NOW)
    waiting.refresh_from_db()
    begun.refresh_from_db()
    assert waiting.dropped_at == NOW
    assert begun.dropped_at is None
    assert Message.objects.get().recipient_id == waiting.enrolment.student.user_id
    assert titles(enrol(path)) == []
    with pytest.raises(RuleError, match="retired"):
        give_project(project_id=project.pk, by=manager, now=NOW)


def test_the_line_is_ordered_anew_even_where_places_were_the_same(path, manager):
    a, b, c = (
        make_project(path, position=place, title=title) for place, title in ((1, "a"), (1, "b"), (2, "c"))
    )
    move_project(project_id=c.pk, place=1, by=manager, now=NOW)
    line = Project.objects.filter(path=path).order_by("position", "pk")
    assert [each.title for each in line] == ["c", "a", "b"]
    for place in (0, 4):
        with pytest.raises(RuleError):
            move_project(project_id=a.pk, place=place, by=manager, now=NOW)
    assert b.pk


def test_a_skill_keeps_its_code_and_is_there_once(path, manager):
    project = make_project(path, skills=["a"])
    skill = project.skills.get()
    change_skill(skill_id=skill.pk, title="Better", by=manager, now=NOW)
    with pytest.raises(RuleError) as refused:
        add_skill(project_id=project.pk, code="a", title="Again", by=manager, now=NOW)
    assert refused.value.field == "code"
    retire_skill(skill_id=skill.pk, by=manager, now=NOW)
    assert add_skill(project_id=project.pk, code="a", title="Again", by=manager, now=LATER).pk != skill.pk


@pytest.mark.parametrize("role", [Role.STUDENT, Role.MENTOR, Role.LEARNING_MANAGER, Role.STUDENT_SUCCESS])
def test_nobody_edits_a_path_but_its_own_learning_manager_and_administrators(path, role):
    project = make_project(path, skills=["a"])
    somebody = make_user(role)
    acts = (
        lambda: add_project(path_id=path.pk, title="X", by=somebody, now=NOW),
        lambda: change_project(project_id=project.pk, title="X", by=somebody, now=NOW),
        lambda: move_project(project_id=project.pk, place=1, by=somebody, now=NOW),
        lambda: retire_project(project_id=project.pk, by=somebody, now=NOW),
        lambda: give_project(project_id=project.pk, by=somebody, now=NOW),
        lambda: add_skill(project_id=project.pk, code="x", title="X", by=somebody, now=NOW),
        lambda: change_skill(skill_id=project.skills.get().pk, title="X", by=somebody, now=NOW),
        lambda: retire_skill(skill_id=project.skills.get().pk, by=somebody, now=NOW),
    )
    for act in acts:
        with pytest.raises(PermissionDenied):
            act()
    assert not Entry.objects.exists()


def test_an_administrator_edits_every_path(path):
    made = add_project(path_id=path.pk, title="X", by=make_user(Role.ADMINISTRATOR), now=NOW)
    assert json.loads(Entry.objects.get().payload)["project"] == made.title


def test_giving_to_many_takes_as_many_statements_as_giving_to_one(path, manager):
    counts = []
    for more in (1, 2):
        for _ in range(more):
            make_enrolment(path=path)
        project = add_project(path_id=path.pk, title="New", by=manager, now=NOW)
        give_project(
            project_id=add_project(path_id=path.pk, title="W", by=manager, now=NOW).pk, by=manager, now=NOW
        )
        with CaptureQueriesContext(
            connection,
        ) as queries:
            give_project(project_id=project.pk, by=manager, now=NOW)
        counts.append(len(queries))
    assert counts[0] == counts[1]
