"""Funders' approvals over the API: what is asked, the document that comes in, whether it is one (L3, C2)."""

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
from accounts.api.shapes import Later, Name, Nothing, Shape, Taken, Words
from mentoring import permissions, services
from mentoring.selectors.requests import approvals_for
from record.documents.purposes import purpose
from students.models import ApprovalState, FunderApproval
from students.purposes import APPROVAL

from .projects.uploads import arrived

PEOPLE = ("funding__enrolment__student__user", "funding__enrolment__path")


class ApprovalShape(Shape):
    """One funder's official written approval of one leave or change of Path."""

    id = serializers.IntegerField()
    leave = serializers.IntegerField(source="leave_id", allow_null=True)
    change = serializers.IntegerField(source="change_id", allow_null=True)
    enrolment = serializers.IntegerField(source="funding.enrolment_id")
    student = serializers.IntegerField(source="funding.enrolment.student_id")
    student_name = Name(source="funding.enrolment.student.user")
    funder = serializers.CharField(source="funding.funder.name")
    state = serializers.ChoiceField(ApprovalState.choices)
    asked_at = serializers.DateTimeField()
    received_at = serializers.DateTimeField(allow_null=True)
    checked_at = serializers.DateTimeField(allow_null=True)
    reasons = serializers.CharField(allow_blank=True, help_text="Of a refusal, or of a document sent back")

    class Meta:
        ref_name = "FunderApproval"


class ApprovalDetail(ApprovalShape):
    """… with its document, to whoever may open it."""

    document = Later(child=serializers.DictField(), help_text="Name, digest and address; empty for others")

    class Meta:
        ref_name = "FunderApprovalDetail"


class ApprovalUploadTaken(Taken):
    upload = serializers.UUIDField(help_text="A resumable upload that has arrived, for funder-approval")


class SendBackTaken(Taken):
    reasons = Words()


class ApprovalFilter(filters.FilterSet):
    """By what is asked, training and state."""

    leave = Ids("leave_id")
    change = Ids("change_id")
    enrolment = Ids("funding__enrolment_id")
    state = filters.MultipleChoiceFilter(choices=ApprovalState.choices)

    class Meta:
        model = FunderApproval
        fields: tuple[str, ...] = ()


class Approvals(Resource):
    """Approvals asked of funders: the student's own, and those of trainings that staff look after."""

    tag = "approvals"
    queryset = FunderApproval.objects.none()
    shape, one = ApprovalShape, ApprovalDetail
    filterset_class = ApprovalFilter
    ordering, orderings = "-asked_at", ("asked_at",)

    def rows(self) -> QuerySet[FunderApproval]:
        return approvals_for(self.user)

    def finish(self, shown: dict[str, Any], row: dict[str, Any]) -> dict[str, Any]:
        document = FunderApproval.objects.select_related("document").get(pk=row["pk"]).document
        told = []
        if document is not None and purpose(APPROVAL).may_read(self.user, document):
            told = [
                {"name": document.file_name, "sha256": document.sha256, "url": document.get_absolute_url()}
            ]
        return {**shown, "document": told}

    @extend_schema(
        summary="Send a funder's approval",
        request=ApprovalUploadTaken,
        responses=ApprovalDetail,
        examples=[
            OpenApiExample("An upload", {"upload": "0b0e0a5e-8f3c-4b5a-9d58-2f1f0d6f4a11"}, request_only=True)
        ],
        description="From the student it is checked by Student Success; from staff it is on file at once.",
    )
    @action(detail=True, methods=["post"])
    @writes
    def send(self, request: Request, pk: str) -> Response:
        row: FunderApproval = self.fetch(*PEOPLE)
        self.ensure(permissions.can_ask_leave(self.user, row.funding.enrolment))
        self.match(required=False)
        body = self.taken(ApprovalUploadTaken)
        upload = arrived(self.user, APPROVAL, [body["upload"]], "upload")[0]
        services.send_approval(approval_id=row.pk, upload=upload, by=self.user, now=self.now)
        return self.answer(row)

    @extend_schema(summary="Put what the student sent on file", request=Nothing, responses=ApprovalDetail)
    @action(detail=True, methods=["post"])
    @writes
    def confirm(self, request: Request, pk: str) -> Response:
        row = self._checking()
        self.taken(Nothing)
        services.confirm_approval(approval_id=row.pk, by=self.user, now=self.now)
        return self.answer(row)

    @extend_schema(
        summary="Send it back: it is not the official written approval",
        request=SendBackTaken,
        responses=ApprovalDetail,
        examples=[OpenApiExample("Another one", {"reasons": "It is not signed."}, request_only=True)],
    )
    @action(detail=True, methods=["post"], url_path="send-back")
    @writes
    def send_back(self, request: Request, pk: str) -> Response:
        row = self._checking()
        body = self.taken(SendBackTaken)
        services.send_back_approval(approval_id=row.pk, **body, by=self.user, now=self.now)
        return self.answer(row)

    def _checking(self) -> FunderApproval:
        row: FunderApproval = self.fetch(*PEOPLE)
        self.ensure(permissions.can_check_approval(self.user, row.funding.enrolment))
        self.match(required=False)
        return row
