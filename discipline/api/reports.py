"""Reports about students over the API: made by who works with them, dealt with by staff (3.3, 3.5, 5)."""

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
from accounts.api.shapes import Day, Name, Shape, Taken, Told, Words
from discipline.models import DisciplineReportKind, Report
from discipline.permissions.proceedings import can_handle_report
from discipline.selectors.reports import reportable_enrolments, reports_for, with_accused
from discipline.services.reports import dismiss_report, make_report, open_report


class DisciplineReportShape(Shape):
    """A report, as its reporter sees it: what came of it is not theirs to know."""

    id = serializers.IntegerField()
    kind = serializers.ChoiceField(DisciplineReportKind.choices)
    clause = serializers.CharField()
    enrolment = serializers.IntegerField(source="accused_id")
    student_name = Name(source="accused.student.user")
    made_at = serializers.DateTimeField()
    handled_at = serializers.DateTimeField(allow_null=True)

    class Meta:
        ref_name = "DisciplineReport"


class DisciplineReportDetail(DisciplineReportShape):
    """A report in full; the last four for those who deal with it alone."""

    text = serializers.CharField()
    occurred_on = serializers.DateField(allow_null=True)
    state = Told(help_text="Empty to its reporter")
    reasons = Told(help_text="Empty to its reporter")
    case = Told(help_text="Empty to its reporter")
    reporter_name = Told(help_text="Empty to whoever does not deal with it")

    class Meta:
        ref_name = "DisciplineReportDetail"


class DisciplineReportTaken(Taken):
    enrolment = serializers.IntegerField()
    kind = serializers.ChoiceField(DisciplineReportKind.choices)
    text = Words()
    occurred_on = Day(required=False, allow_null=True, default=None)


class ReasonsTaken(Taken):
    reasons = Words()

    class Meta:
        ref_name = "CaseReasonsTaken"


WHY = [OpenApiExample("Reasons", {"reasons": "Two others saw it, too."}, request_only=True)]


class DisciplineReportFilter(filters.FilterSet):
    enrolment = Ids("accused_id")
    kind = filters.ChoiceFilter(choices=DisciplineReportKind.choices)
    made_from = Instants("made_at", "gte")

    class Meta:
        model = Report
        fields: tuple[str, ...] = ()


class DisciplineReports(Resource):
    """Reports: staff see those about students whom they see, a reporter their own, the accused none."""

    tag = "proceedings"
    queryset = Report.objects.none()
    shape, one = DisciplineReportShape, DisciplineReportDetail
    revised = True
    filterset_class = DisciplineReportFilter
    ordering, orderings = "-made_at", ("made_at",)

    def rows(self) -> QuerySet[Report]:
        return reports_for(self.user)

    def finish(self, shown: dict[str, Any], row: dict[str, Any]) -> dict[str, Any]:
        report = with_accused(self.rows().order_by()).get(pk=row["pk"])
        deals = can_handle_report(self.user, report)
        return {
            **shown,
            "state": report.state if deals else "",
            "reasons": report.reasons if deals else "",
            "case": report.case_id if deals else None,
            "reporter_name": report.reporter.full_name if deals else "",
        }

    @extend_schema(
        summary="Report a student",
        description="Abuse opens proceedings at once; the rest is looked at first. The student is not told who.",
        request=DisciplineReportTaken,
        responses={201: DisciplineReportDetail},
        examples=[
            OpenApiExample(
                "Abuse",
                {"enrolment": 4, "kind": "abuse", "text": "Insults in the forum."},
                request_only=True,
            )
        ],
    )
    @writes
    def create(self, request: Request) -> Response:
        body = self.taken(DisciplineReportTaken)
        enrolment = self.named("enrolment", reportable_enrolments(self.user, self.now), body.pop("enrolment"))
        row = make_report(enrolment_id=enrolment.pk, **body, by=self.user, now=self.now)
        return self.answer(row, 201)

    @extend_schema(
        summary="Open proceedings", request=ReasonsTaken, responses=DisciplineReportDetail, examples=WHY
    )
    @action(detail=True, methods=["post"], url_path="open", url_name="open")
    @writes
    def open_proceedings(self, request: Request, pk: str) -> Response:
        row: Report = self._dealt()
        open_report(report_id=row.pk, reasons=self.taken(ReasonsTaken)["reasons"], by=self.user, now=self.now)
        return self.answer(row)

    @extend_schema(
        summary="Dismiss a report", request=ReasonsTaken, responses=DisciplineReportDetail, examples=WHY
    )
    @action(detail=True, methods=["post"])
    @writes
    def dismiss(self, request: Request, pk: str) -> Response:
        row: Report = self._dealt()
        dismiss_report(
            report_id=row.pk, reasons=self.taken(ReasonsTaken)["reasons"], by=self.user, now=self.now
        )
        return self.answer(row)

    def _dealt(self) -> Report:
        row: Report = self.fetch("accused__student", "accused__path")
        self.ensure(can_handle_report(self.user, row))
        self.match(required=False)
        return row
