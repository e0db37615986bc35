"""Projects and skills of the Paths over the API: read by everybody, written by the Path's Learning Manager (2.2)."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django_filters import rest_framework as filters
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.filters import Ids
from accounts.api.resources import Resource, writes
from accounts.api.shapes import Nothing, Shape, Taken
from students import services
from students.models import Path, Project, Skill
from students.permissions import can_edit_path
from students.selectors import paths_for


class SkillShape(Shape):
    """A skill of a project; its code is what projects of several Paths have in common."""

    id = serializers.IntegerField()
    project = serializers.IntegerField(source="project_id")
    position = serializers.IntegerField()
    code = serializers.CharField()
    title = serializers.CharField()
    added_at = serializers.DateTimeField()
    retired_at = serializers.DateTimeField(allow_null=True)

    class Meta:
        ref_name = "Skill"


class ProjectShape(Shape):
    """A project of a Path, as it is given to students from now on."""

    id = serializers.IntegerField()
    path = serializers.IntegerField(source="path_id")
    position = serializers.IntegerField()
    title = serializers.CharField()
    summary = serializers.CharField(allow_blank=True)
    in_depth = serializers.BooleanField(help_text="Each skill is approved at a defence as well")
    added_at = serializers.DateTimeField()
    retired_at = serializers.DateTimeField(allow_null=True)

    class Meta:
        ref_name = "Project"


class ProjectTaken(Taken):
    path = serializers.IntegerField()
    title = serializers.CharField(max_length=200)
    summary = serializers.CharField(max_length=5000, allow_blank=True, required=False)
    in_depth = serializers.BooleanField(required=False)


class ProjectEdit(Taken):
    title = serializers.CharField(max_length=200, required=False)
    summary = serializers.CharField(max_length=5000, allow_blank=True, required=False)
    in_depth = serializers.BooleanField(required=False)


class PlaceTaken(Taken):
    place = serializers.IntegerField(min_value=1, max_value=1000, help_text="1 is the first of the line")


class SkillTaken(Taken):
    project = serializers.IntegerField()
    code = serializers.CharField(max_length=64)
    title = serializers.CharField(max_length=300)


class SkillEdit(Taken):
    title = serializers.CharField(max_length=300)


class ProjectFilter(filters.FilterSet):
    """By Path, and whether it is still given."""

    path = Ids("path_id")
    retired = filters.BooleanFilter("retired_at", "isnull", exclude=True)
    in_depth = filters.BooleanFilter()

    class Meta:
        model = Project
        fields: tuple[str, ...] = ()


class SkillFilter(filters.FilterSet):
    """By project, Path and code."""

    project = Ids("project_id")
    path = Ids("project__path_id")
    code = filters.CharFilter()
    retired = filters.BooleanFilter("retired_at", "isnull", exclude=True)

    class Meta:
        model = Skill
        fields: tuple[str, ...] = ()


class Projects(Resource):
    """The projects of the Paths."""

    tag = "projects"
    queryset = Project.objects.none()
    shape = ProjectShape
    filterset_class = ProjectFilter
    ordering, orderings = "position", ("position", "pk")
    matched = frozenset({"partial_update"})

    def rows(self) -> QuerySet[Project]:
        return Project.objects.filter(path__in=paths_for(self.user))

    def _editable(self) -> Project:
        project: Project = self.fetch("path")
        self.ensure(can_edit_path(self.user, project.path))
        return project

    @extend_schema(
        summary="Add a project at the end of a Path",
        request=ProjectTaken,
        responses={201: ProjectShape},
        examples=[OpenApiExample("A project", {"path": 3, "title": "Query a database"}, request_only=True)],
        description="Students in training get it once it is given to them (`give`).",
    )
    @writes
    def create(self, request: Request) -> Response:
        body: dict[str, Any] = self.taken(ProjectTaken)
        path: Path = self.named("path", paths_for(self.user), body.pop("path"))
        self.ensure(can_edit_path(self.user, path))
        made = services.add_project(path_id=path.pk, **body, by=self.user, now=self.now)
        return self.answer(made, 201)

    @extend_schema(
        summary="Change a project's words, or whether it is approved in depth",
        request=ProjectEdit,
        responses=ProjectShape,
        examples=[OpenApiExample("In depth", {"in_depth": True}, request_only=True)],
        description="Who has the project keeps its skills and in-depth approval as they were given.",
    )
    @writes
    def partial_update(self, request: Request, pk: str) -> Response:
        project = self._editable()
        Path.objects.select_for_update(no_key=True).get(pk=project.path_id)
        self.match(required=True)
        services.change_project(project_id=project.pk, **self.taken(ProjectEdit), by=self.user, now=self.now)
        return self.answer(project)

    @extend_schema(
        summary="Give a project another place in the line",
        request=PlaceTaken,
        responses=ProjectShape,
        examples=[OpenApiExample("First", {"place": 1}, request_only=True)],
    )
    @action(detail=True, methods=["post"])
    @writes
    def move(self, request: Request, pk: str) -> Response:
        project = self._editable()
        body = self.taken(PlaceTaken)
        services.move_project(project_id=project.pk, place=body["place"], by=self.user, now=self.now)
        return self.answer(project)

    @extend_schema(
        summary="Give a project to students in training who have not begun it",
        request=None,
        responses=ProjectShape,
        description="They are told. The answer says how many were given it (`given_to`).",
    )
    @action(detail=True, methods=["post"])
    @writes
    def give(self, request: Request, pk: str) -> Response:
        project = self._editable()
        self.taken(Nothing)
        count = services.give_project(project_id=project.pk, by=self.user, now=self.now)
        return self.answer(project, given_to=count)

    @extend_schema(
        summary="Retire a project: who has begun it finishes it", request=None, responses=ProjectShape
    )
    @action(detail=True, methods=["post"])
    @writes
    def retire(self, request: Request, pk: str) -> Response:
        project = self._editable()
        self.taken(Nothing)
        services.retire_project(project_id=project.pk, by=self.user, now=self.now)
        return self.answer(project)


class Skills(Resource):
    """The skills of the projects."""

    tag = "projects"
    queryset = Skill.objects.none()
    shape = SkillShape
    filterset_class = SkillFilter
    ordering, orderings = "position", ("position", "code", "pk")
    matched = frozenset({"partial_update"})

    def rows(self) -> QuerySet[Skill]:
        return Skill.objects.filter(project__path__in=paths_for(self.user))

    def _editable(self) -> Skill:
        skill: Skill = self.fetch("project__path")
        self.ensure(can_edit_path(self.user, skill.project.path))
        return skill

    @extend_schema(
        summary="Add a skill to a project",
        request=SkillTaken,
        responses={201: SkillShape},
        examples=[
            OpenApiExample(
                "A skill", {"project": 7, "code": "sql-1", "title": "Join tables"}, request_only=True
            )
        ],
    )
    @writes
    def create(self, request: Request) -> Response:
        body: dict[str, Any] = self.taken(SkillTaken)
        rows = Project.objects.filter(path__in=paths_for(self.user)).select_related("path")
        project: Project = self.named("project", rows, body.pop("project"))
        self.ensure(can_edit_path(self.user, project.path))
        made = services.add_skill(project_id=project.pk, **body, by=self.user, now=self.now)
        return self.answer(made, 201)

    @extend_schema(
        summary="Word a skill otherwise",
        request=SkillEdit,
        responses=SkillShape,
        examples=[OpenApiExample("Words", {"title": "Join three tables"}, request_only=True)],
    )
    @writes
    def partial_update(self, request: Request, pk: str) -> Response:
        skill = self._editable()
        Path.objects.select_for_update(no_key=True).get(pk=skill.project.path_id)
        self.match(required=True)
        services.change_skill(skill_id=skill.pk, **self.taken(SkillEdit), by=self.user, now=self.now)
        return self.answer(skill)

    @extend_schema(summary="Retire a skill", request=None, responses=SkillShape)
    @action(detail=True, methods=["post"])
    @writes
    def retire(self, request: Request, pk: str) -> Response:
        skill = self._editable()
        self.taken(Nothing)
        services.retire_skill(skill_id=skill.pk, by=self.user, now=self.now)
        return self.answer(skill)
