"""Monitoring reports and commitment alerts over the API."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django_filters import rest_framework as filters
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.filters import Ids, Instants
from accounts.api.resources import Resource, writes
from accounts.api.shapes import Facts, Later, Name, Shape, Taken, Words
from mentoring import permissions, services
from mentoring.models import (
    CommitmentAlert,
    Conduct,
    MonitoringReport,
    Progress,
    ReportKind,
    ReportState,
)
from mentoring.selectors.monitoring import alerts_for, reports_for
from mentoring.services.commitment import mentors_now


class MonitoringReportShape(Shape):
    """A mentor's report on a session held or on a month."""

    id = serializers.IntegerField()
    enrolment = serializers.IntegerField(source="enrolment_id")
    student_name = Name(source="enrolment.student.user")
    mentor = serializers.IntegerField(source="mentor_id")
    mentor_name = Name(source="mentor.user")
    kind = serializers.ChoiceField(ReportKind.choices)
    session = serializers.IntegerField(source="session_id", allow_null=True)
    month = serializers.DateField(allow_null=True, help_text="Its first day")
    state = serializers.ChoiceField(ReportState.choices, help_text="A draft is shown to its mentor alone")
    owed_since = serializers.DateTimeField()
    submitted_at = serializers.DateTimeField(allow_null=True)
    progress = serializers.ChoiceField(Progress.choices, allow_blank=True)

    class Meta:
        ref_name = "MonitoringReport"


class MonitoringReportDetail(MonitoringReportShape):
    """A report in full, with what was added to it."""

    done = serializers.CharField(allow_blank=True)
    next_steps = serializers.CharField(allow_blank=True)
    attendance = serializers.CharField(allow_blank=True)
    conduct = serializers.ChoiceField(Conduct.choices, allow_blank=True)
    conduct_note = serializers.CharField(allow_blank=True)
    facts = Facts(help_text="As they were when it was submitted")
    additions = Later(child=serializers.DictField(), help_text="Text and instant of each addition")

    class Meta:
        ref_name = "MonitoringReportDetail"


class FindingsTaken(Taken):
    done = Words()
    next_steps = Words()
    progress = serializers.CharField(max_length=16)
    attendance = Words()
    conduct = serializers.CharField(max_length=16, required=False, default="", allow_blank=True)
    conduct_note = Words(required=False, default="")


class AdditionTaken(Taken):
    text = Words()


class MonitoringReportFilter(filters.FilterSet):
    enrolment = Ids("enrolment_id")
    mentor = Ids("mentor_id")
    kind = filters.ChoiceFilter(choices=ReportKind.choices)
    state = filters.ChoiceFilter(choices=ReportState.choices)
    submitted_from = Instants("submitted_at", "gte")

    class Meta:
        model = MonitoringReport
        fields: tuple[str, ...] = ()


class MonitoringReports(Resource):
    """Monitoring reports (T4)."""

    tag = "monitoring"
    queryset = MonitoringReport.objects.none()
    shape, one = MonitoringReportShape, MonitoringReportDetail
    revised = True
    filterset_class = MonitoringReportFilter
    ordering, orderings = "-owed_since", ("owed_since",)

    def rows(self) -> QuerySet[MonitoringReport]:
        return reports_for(self.user, self.now)

    def finish(self, shown: dict[str, Any], row: dict[str, Any]) -> dict[str, Any]:
        rows = self.rows().filter(pk=row["pk"], additions__isnull=False).order_by("additions__written_at")
        added = rows.values_list("additions__text", "additions__written_at")
        return {**shown, "additions": [{"text": text, "written_at": at} for text, at in added]}

    @extend_schema(
        summary="Submit a report",
        description="By the mentor who owes it; final from then on.",
        request=FindingsTaken,
        responses=MonitoringReportDetail,
        examples=[
            OpenApiExample(
                "A session",
                {
                    "done": "The data model.",
                    "next_steps": "The pages.",
                    "progress": "on_track",
                    "attendance": "There from the start.",
                    "conduct": "as_expected",
                },
                request_only=True,
            )
        ],
    )
    @action(detail=True, methods=["post"])
    @writes
    def submit(self, request: Request, pk: str) -> Response:
        report: MonitoringReport = self.fetch("mentor")
        self.ensure(permissions.can_write_report(self.user, report))
        findings = services.Findings(**self.taken(FindingsTaken))
        self.match(required=False)
        services.submit_report(report_id=report.pk, findings=findings, by=self.user, now=self.now)
        return self.answer(report)

    @extend_schema(
        summary="Add to a submitted report",
        request=AdditionTaken,
        examples=[
            OpenApiExample(
                "An addition", {"text": "The project was handed in two days later."}, request_only=True
            )
        ],
        responses=MonitoringReportDetail,
    )
    @action(detail=True, methods=["post"])
    @writes
    def additions(self, request: Request, pk: str) -> Response:
        report: MonitoringReport = self.fetch("mentor")
        self.ensure(permissions.can_write_report(self.user, report))
        body = self.taken(AdditionTaken)
        services.add_to_report(report_id=report.pk, text=body["text"], by=self.user, now=self.now)
        return self.answer(report)


class AlertShape(Shape):
    """A spell without regular work; never a penalty."""

    id = serializers.IntegerField()
    enrolment = serializers.IntegerField(source="enrolment_id")
    student_name = Name(source="enrolment.student.user")
    silent_since = serializers.DateTimeField()
    raised_at = serializers.DateTimeField()
    ended_at = serializers.DateTimeField(allow_null=True)
    clause = serializers.CharField()
    policy = serializers.CharField(source="policy_id")
    marked_at = serializers.DateTimeField(allow_null=True, help_text="For the Board")
    reasons = serializers.CharField(allow_blank=True)

    class Meta:
        ref_name = "CommitmentAlert"


class MarkTaken(Taken):
    reasons = Words()


class AlertFilter(filters.FilterSet):
    enrolment = Ids("enrolment_id")
    standing = filters.BooleanFilter("ended_at", "isnull")
    marked = filters.BooleanFilter("marked_at", "isnull", exclude=True)

    class Meta:
        model = CommitmentAlert
        fields: tuple[str, ...] = ()


class Alerts(Resource):
    """Commitment alerts (T3): for the mentor of today and staff."""

    tag = "monitoring"
    queryset = CommitmentAlert.objects.none()
    shape = AlertShape
    revised = True
    filterset_class = AlertFilter
    ordering, orderings = "-raised_at", ("raised_at",)

    def rows(self) -> QuerySet[CommitmentAlert]:
        return alerts_for(self.user, self.now)

    @extend_schema(
        summary="Mark an alert for the Board",
        request=MarkTaken,
        responses=AlertShape,
        examples=[OpenApiExample("Reasons", {"reasons": "No answer to three letters."}, request_only=True)],
    )
    @action(detail=True, methods=["post"])
    @writes
    def mark(self, request: Request, pk: str) -> Response:
        alert: CommitmentAlert = self.fetch("enrolment__path")
        may = permissions.can_mark_alert(self.user, alert)
        self.ensure(may or mentors_now(self.user, alert, self.now))
        body = self.taken(MarkTaken)
        self.match(required=False)
        services.mark_alert(alert_id=alert.pk, reasons=body["reasons"], by=self.user, now=self.now)
        return self.answer(alert)
