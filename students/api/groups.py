"""Study groups over the API: for students whose tools are open, and for nobody else."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.resources import Resource, writes
from accounts.api.shapes import Day, Instant, Later, Name, Nothing, Shape, Taken, Words
from accounts.permissions import is_student
from record.models import StagedUpload
from students import services
from students.models import GroupPost, Path, Student, StudyGroup, StudySession
from students.selectors import groups as reads


class GroupShape(Shape):
    """A group of students of one Path or cohort."""

    id = serializers.IntegerField()
    title = serializers.CharField()
    purpose = serializers.CharField(allow_blank=True)
    path = serializers.IntegerField(source="path_id", allow_null=True)
    cohort = serializers.DateField(
        allow_null=True, help_text="The first day of the month its members began in"
    )
    made_at = serializers.DateTimeField()
    closed_at = serializers.DateTimeField(allow_null=True, help_text="When its last member had left")

    class Meta:
        ref_name = "StudyGroup"


class GroupDetail(GroupShape):
    """A group with its members, and to them its latest posts and what is shared."""

    members = Later(child=serializers.DictField(), help_text="Student, name, and who looks after the group")
    posts = Later(child=serializers.DictField(), help_text="Text, author and instant; to members")
    resources = Later(child=serializers.DictField(), help_text="Title and address; to members")

    class Meta:
        ref_name = "StudyGroupDetail"


class GroupTaken(Taken):
    title = serializers.CharField(max_length=100, allow_blank=True)
    purpose = serializers.CharField(max_length=1000, required=False, default="", allow_blank=True)
    path = serializers.IntegerField(required=False, allow_null=True, default=None)
    cohort = Day(required=False, allow_null=True, default=None)
    none_fits = serializers.BooleanField(default=False, help_text="Similar groups were looked at; none fits")


class PostTaken(Taken):
    text = Words()


class LinkTaken(Taken):
    title = serializers.CharField(max_length=150, allow_blank=True)
    url = serializers.URLField(max_length=500, required=False, default="", allow_blank=True)
    upload = serializers.UUIDField(
        required=False, allow_null=True, default=None, help_text="Instead: an upload that has arrived"
    )


class HeirTaken(Taken):
    to = serializers.IntegerField(help_text="A student who is a member")


class DownTaken(Taken):
    post = serializers.IntegerField(required=False)
    resource = serializers.IntegerField(required=False)


class SessionTaken(Taken):
    title = serializers.CharField(max_length=150, allow_blank=True)
    starts_at = Instant()
    ends_at = Instant()
    link = serializers.URLField(max_length=500, required=False, default="", allow_blank=True)


SHOWN = 50
SHARED = "group-resource"


class Groups(Resource):
    """Groups of one's own Path and cohort (P1); closed while a training is suspended (4.2)."""

    tag = "groups"
    queryset = StudyGroup.objects.none()
    shape, one = GroupShape, GroupDetail
    ordering, orderings = "title", ("title", "made_at")

    def rows(self) -> QuerySet[StudyGroup]:
        return reads.groups_for(self.user, self.now)

    def finish(self, shown: dict[str, Any], row: dict[str, Any]) -> dict[str, Any]:
        group = StudyGroup.objects.get(pk=row["pk"])
        members = group.memberships.filter(left_at__isnull=True).select_related("student__user")
        rows = [
            {"student": each.student_id, "name": str(each.student), "owner": each.owner} for each in members
        ]
        posts: list[dict[str, Any]] = []
        resources: list[dict[str, Any]] = []
        if reads.is_member(self.user, group):
            there = GroupPost.objects.filter(group=group, removed_at__isnull=True).select_related(
                "author__user"
            )
            posts = [
                {"id": each.pk, "text": each.text, "author": str(each.author), "posted_at": each.posted_at}
                for each in there[:SHOWN]
            ]
            shared = group.groupresources.filter(removed_at__isnull=True).select_related("document")
            resources = [
                {
                    "id": each.pk,
                    "title": each.title,
                    "url": each.document.get_absolute_url() if each.document else each.url,
                }
                for each in shared[:SHOWN]
            ]
        return {**shown, "members": rows, "posts": posts, "resources": resources}

    @extend_schema(
        summary="Start a group",
        description="By a student. Refused on `none_fits` while there are similar groups and it is not set.",
        request=GroupTaken,
        responses={201: GroupDetail},
        examples=[OpenApiExample("Of a Path", {"title": "SQL on Thursdays", "path": 3}, request_only=True)],
    )
    @writes
    def create(self, request: Request) -> Response:
        self.ensure(is_student(self.user))
        body = self.taken(GroupTaken)
        own = reads.groups_open_to(self.user, self.now)
        if body["path"] is not None:
            body["path"] = self.named("path", _paths(own), body["path"])
        if body["cohort"] is not None:
            body["cohort"] = _month(body["cohort"])
        return self.answer(services.make_group(**body, by=self.user, now=self.now), 201)

    @extend_schema(summary="Join", request=Nothing, responses=GroupDetail)
    @action(detail=True, methods=["post"])
    @writes
    def join(self, request: Request, pk: str) -> Response:
        group = self.fetch()
        self.taken(Nothing)
        services.join_group(group=group, by=self.user, now=self.now)
        return self.answer(group)

    @extend_schema(summary="Leave", request=Nothing, responses=GroupDetail)
    @action(detail=True, methods=["post"])
    @writes
    def leave(self, request: Request, pk: str) -> Response:
        group = self.fetch()
        self.taken(Nothing)
        services.leave_group(group=group, by=self.user, now=self.now)
        return self.answer(group)

    @extend_schema(
        summary="Post how one is getting on",
        request=PostTaken,
        examples=[OpenApiExample("Progress", {"text": "The first project is handed in."}, request_only=True)],
        responses=GroupDetail,
    )
    @action(detail=True, methods=["post"])
    @writes
    def posts(self, request: Request, pk: str) -> Response:
        group = self.fetch()
        services.post_progress(group=group, **self.taken(PostTaken), by=self.user, now=self.now)
        return self.answer(group)

    @extend_schema(
        summary="Share a link or a file",
        request=LinkTaken,
        examples=[
            OpenApiExample(
                "A link", {"title": "A tutorial", "url": "https://docs.example.org/"}, request_only=True
            )
        ],
        responses=GroupDetail,
    )
    @action(detail=True, methods=["post"])
    @writes
    def resources(self, request: Request, pk: str) -> Response:
        group = self.fetch()
        body = self.taken(LinkTaken)
        key = body.pop("upload")
        upload = None
        if key is not None:
            mine = StagedUpload.objects.filter(owner=self.user, purpose=SHARED, finished_at__isnull=False)
            upload = mine.filter(key=key).first()
            if upload is None:
                raise ValidationError({"upload": [_("There is no such thing, or it is none of yours.")]})
        services.share_resource(group=group, **body, upload=upload, by=self.user, now=self.now)
        return self.answer(group)

    @extend_schema(
        summary="Hand the group over to another member",
        request=HeirTaken,
        examples=[OpenApiExample("To a member", {"to": 14}, request_only=True)],
        responses=GroupDetail,
    )
    @action(detail=True, methods=["post"], url_path="hand-over")
    @writes
    def hand_over(self, request: Request, pk: str) -> Response:
        group = self.fetch()
        body = self.taken(HeirTaken)
        there = Student.objects.filter(memberships__group=group, memberships__left_at__isnull=True)
        heir = self.named("to", there, body["to"])
        services.hand_over_group(group=group, to=heir, by=self.user, now=self.now)
        return self.answer(group)

    @extend_schema(
        summary="Take a post or something shared down",
        description="By its author, or whoever looks after the group. A file goes with it.",
        request=DownTaken,
        examples=[OpenApiExample("A post", {"post": 31}, request_only=True)],
        responses=GroupDetail,
    )
    @action(detail=True, methods=["post"], url_path="take-down")
    @writes
    def take_down(self, request: Request, pk: str) -> Response:
        group: StudyGroup = self.fetch()
        body = self.taken(DownTaken)
        if len(body) != 1:
            raise ValidationError({"post": [_("Name a post or a resource, one of the two.")]})
        ((kind, key),) = body.items()
        standing: Any = group.groupposts if kind == "post" else group.groupresources
        # To members alone: nobody else learns what is there.
        rows = standing.filter(removed_at__isnull=True).select_related("group")
        row = self.named(kind, rows if reads.is_member(self.user, group) else rows.none(), key)
        services.take_down(row=row, by=self.user, now=self.now)
        return self.answer(group)

    @extend_schema(
        summary="Plan a study session",
        request=SessionTaken,
        examples=[
            OpenApiExample(
                "An evening",
                {"title": "Revision", "starts_at": "2026-03-03T18:00:00Z", "ends_at": "2026-03-03T19:00:00Z"},
                request_only=True,
            )
        ],
        responses=GroupDetail,
    )
    @action(detail=True, methods=["post"], url_path="study-sessions")
    @writes
    def study_sessions(self, request: Request, pk: str) -> Response:
        group = self.fetch()
        services.plan_study_session(group=group, **self.taken(SessionTaken), by=self.user, now=self.now)
        return self.answer(group)


def _paths(own: reads.OpenTo) -> Any:
    return Path.objects.filter(pk__in=own.paths)


def _month(day: date) -> date:
    return day.replace(day=1)


class StudySessionShape(Shape):
    """An appointment of a group that one is in."""

    id = serializers.IntegerField()
    group = serializers.IntegerField(source="group_id")
    group_title = serializers.CharField(source="group.title")
    title = serializers.CharField()
    starts_at = serializers.DateTimeField()
    ends_at = serializers.DateTimeField()
    link = serializers.CharField(allow_blank=True)
    planned_by = Name(source="made_by.user")
    cancelled_at = serializers.DateTimeField(allow_null=True)

    class Meta:
        ref_name = "StudySession"


class StudySessions(Resource):
    """Study sessions of one's own groups."""

    tag = "groups"
    queryset = StudySession.objects.none()
    shape = StudySessionShape
    ordering, orderings = "-starts_at", ("starts_at",)

    def rows(self) -> QuerySet[StudySession]:
        return reads.study_sessions_of(self.user, self.now)

    @extend_schema(summary="Call it off", request=Nothing, responses=StudySessionShape)
    @action(detail=True, methods=["post"])
    @writes
    def cancel(self, request: Request, pk: str) -> Response:
        row = self.fetch()
        self.taken(Nothing)
        services.cancel_study_session(session_id=row.pk, by=self.user, now=self.now)
        return self.answer(row)
