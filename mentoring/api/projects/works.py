"""Works on projects and the versions that are handed in for them (2.2, T2)."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django_filters import rest_framework as filters
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.filters import Ids, Instants
from accounts.api.resources import Resource, writes
from mentoring.permissions import can_hand_in
from mentoring.purposes import DELIVERABLE
from mentoring.selectors.defence_slots import defence_slots
from mentoring.selectors.works import (
    assessors_for,
    deliverables_for,
    skill_rows,
    versions_of,
    works_for,
)
from mentoring.services import works as services
from students.models import Deliverable, DeliverableFile, ProjectWork, ReviewDecision, WorkState
from students.services.works import lock_work

from .shapes import (
    DeliverableDetail,
    DeliverableShape,
    DueTaken,
    RemarkTaken,
    UploadsTaken,
    VersionDecisionTaken,
    WorkDetail,
    WorkShape,
)
from .uploads import arrived

PEOPLE = ("enrolment__student__user", "enrolment__path", "project")


class WorkFilter(filters.FilterSet):
    """By training, project and state."""

    enrolment = Ids("enrolment_id")
    project = Ids("project_id")
    student = Ids("enrolment__student_id")
    state = filters.MultipleChoiceFilter(choices=WorkState.choices)

    class Meta:
        model = ProjectWork
        fields: tuple[str, ...] = ()


class DeliverableFilter(filters.FilterSet):
    """By work and time."""

    work = Ids("work_id")
    late = filters.BooleanFilter()
    submitted_from = Instants("submitted_at", "gte")

    class Meta:
        model = Deliverable
        fields: tuple[str, ...] = ()


class Works(Resource):
    """Works on projects: a student's own, of the students whom one mentors or assesses, and as staff."""

    tag = "projects"
    queryset = ProjectWork.objects.none()
    shape, one = WorkShape, WorkDetail
    filterset_class = WorkFilter
    ordering, orderings = "-pk", ("pk",)

    def rows(self) -> QuerySet[ProjectWork]:
        return works_for(self.user, self.now)

    def finish(self, shown: dict[str, Any], row: dict[str, Any]) -> dict[str, Any]:
        work: ProjectWork = ProjectWork.objects.get(pk=row["pk"])
        skills = [
            {
                "id": skill.pk,
                "code": skill.code,
                "title": skill.title,
                "approved_at": approval.approved_at if approval else None,
                "approved_by_name": approval.approved_by.full_name if approval else None,
                "comment": approval.comment if approval else None,
                "carried_over": bool(approval and approval.carried_from_id),
            }
            for skill, approval in skill_rows(work)
        ]
        required = work.requirements.filter(met_by__isnull=True).values(
            "kind", "clause", "reason", "required_at"
        )
        return {
            **shown,
            "skills": skills,
            "versions": [each.pk for each in versions_of(work)],
            "asked_anew": list(required),
        }

    @extend_schema(
        summary="Hand in another version",
        request=UploadsTaken,
        responses={201: WorkDetail},
        examples=[
            OpenApiExample(
                "A file", {"uploads": ["0b0e0a5e-8f3c-4b5a-9d58-2f1f0d6f4a11"], "note": ""}, request_only=True
            )
        ],
        description="By the student, of their own work. Versions are never overwritten (T2).",
    )
    @action(detail=True, methods=["post"])
    @writes
    def submit(self, request: Request, pk: str) -> Response:
        work: ProjectWork = self.fetch(*PEOPLE)
        self.ensure(can_hand_in(self.user, work))
        body = self.taken(UploadsTaken)
        uploads = arrived(self.user, DELIVERABLE, body["uploads"], "uploads")
        made = services.submit_deliverable(
            work_id=work.pk, uploads=uploads, note=body.get("note", ""), by=self.user, now=self.now
        )
        return self.answer(work, 201, version=made.version)

    @extend_schema(
        summary="Comment on a work",
        request=RemarkTaken,
        responses=WorkDetail,
        examples=[OpenApiExample("A comment", {"text": "Look at the second query."}, request_only=True)],
    )
    @action(detail=True, methods=["post"])
    @writes
    def comment(self, request: Request, pk: str) -> Response:
        work: ProjectWork = self.fetch()
        body = self.taken(RemarkTaken)
        services.write_remark(work_id=work.pk, text=body["text"], by=self.user, now=self.now)
        return self.answer(work)

    @extend_schema(
        summary="Set the last day for a version",
        request=DueTaken,
        responses=WorkDetail,
        examples=[OpenApiExample("A day", {"due_on": "2026-04-30"}, request_only=True)],
        description="By the mentor of the day; inclusive, in the training's time zone.",
    )
    @action(detail=True, methods=["post"])
    @writes
    def due(self, request: Request, pk: str) -> Response:
        work: ProjectWork = self.fetch()
        body = self.taken(DueTaken)
        services.set_due_day(work_id=work.pk, due_on=body["due_on"], by=self.user, now=self.now)
        return self.answer(work)

    @extend_schema(
        summary="The assessors before whom it can be defended, and the free hours of each",
        responses={200: {"type": "array", "items": {"type": "object"}}},
        filters=False,
    )
    @action(detail=True, url_path="defence-slots")
    def defence_slots(self, request: Request, pk: str) -> Response:
        work: ProjectWork = self.fetch(*PEOPLE)
        found = []
        for assessor in assessors_for(work)[:10]:
            offer = defence_slots(work, assessor, now=self.now)
            found.append(
                {
                    "assessor": assessor.pk,
                    "assessor_name": assessor.user.full_name,
                    "minutes": int(offer.length.total_seconds()) // 60,
                    "starts_at": offer.starts,
                }
            )
        return Response(found)


class Deliverables(Resource):
    """Versions of what was handed in."""

    tag = "projects"
    queryset = Deliverable.objects.none()
    shape, one = DeliverableShape, DeliverableDetail
    matched = frozenset({"decide"})
    filterset_class = DeliverableFilter
    ordering, orderings = "-submitted_at", ("submitted_at",)

    def rows(self) -> QuerySet[Deliverable]:
        return deliverables_for(self.user, self.now)

    def finish(self, shown: dict[str, Any], row: dict[str, Any]) -> dict[str, Any]:
        files = (
            DeliverableFile.objects.filter(deliverable=row["pk"]).select_related("document").order_by("pk")
        )
        return {
            **shown,
            "files": [
                {
                    "name": each.document.file_name,
                    "size": each.document.size,
                    "content_type": each.document.content_type,
                    "sha256": each.sha256,
                    "url": each.document.get_absolute_url(),
                }
                for each in files
            ],
        }

    @extend_schema(
        summary="Approve a version, or give it back",
        request=VersionDecisionTaken,
        responses=DeliverableDetail,
        examples=[
            OpenApiExample("Approved", {"decision": "approve", "comment": "Clear."}, request_only=True)
        ],
        description="By the mentor of the day. Refused where another version came meanwhile.",
    )
    @action(detail=True, methods=["post"])
    @writes
    def decide(self, request: Request, pk: str) -> Response:
        version: Deliverable = self.fetch()
        lock_work(version.work_id)
        self.match(required=True)
        body = self.taken(VersionDecisionTaken)
        services.decide_on_version(
            deliverable_id=version.pk,
            decision=ReviewDecision(body["decision"]),
            comment=body["comment"],
            by=self.user,
            now=self.now,
        )
        return self.answer(version)
