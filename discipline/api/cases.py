"""Disciplinary cases over the API."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django_filters import rest_framework as filters
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.filters import Ids, Instants
from accounts.api.resources import Resource, digest_of, writes
from accounts.api.shapes import Facts, Later, Name, Shape
from discipline.models import Case, CaseKind, CaseState
from discipline.permissions.proceedings import can_prosecute
from discipline.permissions.reading import reads_as
from discipline.selectors import cases_for
from discipline.selectors.next_step import step_of
from discipline.selectors.timeline import timeline
from discipline.selectors.whole import Whole
from discipline.services.closing import close_case

from .reports import WHY, ReasonsTaken


class CaseShape(Shape):
    """A file before the Disciplinary Board."""

    id = serializers.IntegerField()
    kind = serializers.ChoiceField(CaseKind.choices)
    student = serializers.IntegerField(source="student_id")
    student_name = Name(source="student.user")
    enrolment = serializers.IntegerField(source="enrolment_id")
    path_code = serializers.CharField(source="enrolment.path.code")
    state = serializers.ChoiceField(CaseState.choices)
    clause = serializers.CharField()
    policy = serializers.CharField(source="policy_id")
    opened_at = serializers.DateTimeField()
    next_due_at = serializers.DateTimeField(
        allow_null=True, help_text="The policy's limit for the step that is owed, where it sets one"
    )
    informed_at = serializers.DateTimeField(allow_null=True, help_text="The first complaint was sent")
    heard_at = serializers.DateTimeField(allow_null=True)
    decided_at = serializers.DateTimeField(allow_null=True)
    concluded_at = serializers.DateTimeField(allow_null=True)
    closed_at = serializers.DateTimeField(allow_null=True)
    withdrawn_at = serializers.DateTimeField(allow_null=True)

    class Meta:
        ref_name = "Case"


class CaseDetail(CaseShape):
    """A case with the facts that it was opened on."""

    closing_reason = serializers.CharField(allow_blank=True)
    withdrawal_reason = serializers.CharField(allow_blank=True)
    facts = Facts(help_text="When it was opened")
    absences = Later(child=serializers.IntegerField(), help_text="The absences in a row that opened it")

    class Meta:
        ref_name = "CaseDetail"


class NextStepShape(Shape):
    """What comes next, who owes it, by when, and what stands in its way."""

    title = serializers.CharField()
    owner = serializers.CharField()
    clause = serializers.CharField()
    due_at = serializers.DateTimeField(allow_null=True)
    not_before = serializers.DateTimeField(allow_null=True)
    blocked_by = serializers.ListField(child=serializers.CharField())
    mine = serializers.BooleanField(help_text="The reader owes it")


class StepShape(Shape):
    """One step of a case."""

    title = serializers.CharField()
    state = serializers.ChoiceField(["done", "now", "blocked", "next"])
    at = serializers.DateTimeField(allow_null=True)
    clause = serializers.CharField()
    text = serializers.CharField(allow_blank=True)


class CourseShape(Shape):
    """A case from its opening on, in the words of whoever reads it."""

    next_step = NextStepShape(allow_null=True)
    steps = StepShape(many=True)


class CaseFilter(filters.FilterSet):
    """By person and state."""

    student = Ids("student_id")
    enrolment = Ids("enrolment_id")
    state = filters.MultipleChoiceFilter(choices=CaseState.choices)
    kind = filters.MultipleChoiceFilter(choices=CaseKind.choices)
    path = Ids("enrolment__path_id")
    due_before = Instants("next_due_at", "lt")
    opened_from = Instants("opened_at", "gte")
    opened_before = Instants("opened_at", "lt")

    class Meta:
        model = Case
        fields: tuple[str, ...] = ()


class Cases(Resource):
    """Cases: a student's own, and for staff those of their students; mentors see none."""

    tag = "cases"
    queryset = Case.objects.none()
    shape, one = CaseShape, CaseDetail
    revised = True
    filterset_class = CaseFilter
    ordering, orderings = "-opened_at", ("opened_at",)

    def rows(self) -> QuerySet[Case]:
        return cases_for(self.user)

    def finish(self, shown: dict[str, Any], row: dict[str, Any]) -> dict[str, Any]:
        members = self.rows().order_by().filter(pk=row["pk"], streak__members__isnull=False)
        absences = members.values_list("streak__members__absence_id", flat=True)
        reason = shown["withdrawal_reason"]
        if reason:
            shown["withdrawal_reason"] = _(reason)
        return {**shown, "absences": list(absences.order_by("streak__members__position"))}

    @extend_schema(
        summary="The course of a case",
        filters=False,
        responses=CourseShape,
        description="What is done, what comes next and who owes it by when. It changes as time passes: its ETag is a"
        " digest of what it says.",
    )
    @action(detail=True)
    def course(self, request: Request, pk: str) -> Response:
        whole = Whole(self.fetch("student__user", "enrolment__path"))
        step = step_of(whole, self.user, self.now)
        body = {
            "next_step": None
            if step is None
            else {name: getattr(step, name) for name in NextStepShape.names()},
            "steps": [
                {**{name: each.get(name) for name in StepShape.names()}, "text": str(each.get("text") or "")}
                for each in timeline(whole, reads_as(self.user, whole), step)
            ],
        }
        tag = digest_of(body)
        if request.headers.get("If-None-Match") == tag:
            return Response(status=304, headers={"ETag": tag})
        return Response(body, headers={"ETag": tag})

    @extend_schema(
        summary="Close a case without penalty",
        description="With reasons, at any stage before the decision (B10). If-Match: the case that was read.",
        request=ReasonsTaken,
        responses=CaseDetail,
        examples=WHY,
    )
    @action(detail=True, methods=["post"])
    @writes
    def close(self, request: Request, pk: str) -> Response:
        row: Case = self.fetch("student", "enrolment__path")
        self.ensure(can_prosecute(self.user, row))
        reasons = self.taken(ReasonsTaken)["reasons"]
        self.match(required=True)
        close_case(case_id=row.pk, reasons=reasons, by=self.user, now=self.now)
        return self.answer(row)
