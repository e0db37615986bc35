"""Video-conference reports: sent, looked at row by row, then applied or laid aside."""

from __future__ import annotations

import json
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django_filters import rest_framework as filters
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework import serializers, status
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.paging import Pages
from accounts.api.problems import Problem
from accounts.api.resources import Resource, writes
from accounts.api.shapes import Nothing, Shape, Taken, Told
from mentoring.conference.uploading import apply_report, lay_aside, upload_report
from mentoring.models import ConferenceReport, Participant, SessionState
from mentoring.models.reports import DateOrder
from mentoring.models.reports import Problem as RowProblem
from mentoring.permissions import can_upload_report
from mentoring.selectors.imports import reports_of, rows_of_report

FIRST_ROWS = 100
LONGEST = 2_000_000  # characters; REPORT_MAX_FILE says how many bytes are read


class ReportShape(Shape):
    """An uploaded participant report."""

    id = serializers.IntegerField()
    provider = serializers.ChoiceField(ConferenceReport.Provider.choices)
    file_name = serializers.CharField()
    time_zone = serializers.CharField(help_text="In which its times were read")
    date_order = serializers.ChoiceField(DateOrder.choices)
    uploaded_at = serializers.DateTimeField()
    applied_at = serializers.DateTimeField(allow_null=True)

    class Meta:
        ref_name = "Report"


class ReportRowShape(serializers.Serializer[Any]):
    """A participant with their session, or with the reason why they belong to none."""

    line = serializers.IntegerField()
    name = serializers.CharField(allow_blank=True)
    email = serializers.CharField(allow_blank=True)
    joined_at = serializers.DateTimeField(allow_null=True)
    session = serializers.IntegerField(source="session_id", allow_null=True)
    participant = serializers.ChoiceField(Participant.choices, allow_blank=True)
    problem = serializers.ChoiceField(RowProblem.choices, allow_blank=True)

    class Meta:
        ref_name = "ReportRow"


class EffectShape(serializers.Serializer[Any]):
    """What applying the report makes of a session."""

    session = serializers.IntegerField()
    before = serializers.ChoiceField(SessionState.choices)
    after = serializers.ChoiceField(SessionState.choices)
    new = serializers.BooleanField()

    class Meta:
        ref_name = "ReportEffect"


class ReportDetail(ReportShape):
    """A report with every row, and what it does or did."""

    question = Told(help_text="A date that can be read in two ways; else empty")
    rows = ReportRowShape(many=True, help_text=f"The first {FIRST_ROWS}; all of them at …/rows/")
    effects = EffectShape(many=True)

    class Meta:
        ref_name = "ReportDetail"


class ReportTaken(Taken):
    file_name = serializers.CharField(max_length=200)
    content = serializers.CharField(max_length=LONGEST, trim_whitespace=False, help_text="The CSV as text")
    time_zone = serializers.CharField(max_length=64)
    date_order = serializers.ChoiceField(DateOrder.choices, required=False)


class ReportFilter(filters.FilterSet):
    """By what still waits."""

    applied = filters.BooleanFilter("applied_at", "isnull", exclude=True)

    class Meta:
        model = ConferenceReport
        fields: tuple[str, ...] = ()


COLUMNS = ("line", "name", "email", "joined_at", "session_id", "participant", "problem")


def _told(row: dict[str, Any]) -> dict[str, Any]:
    return {"session" if name == "session_id" else name: row[name] for name in COLUMNS}


class RowPages(Pages):
    """In the report's own order."""

    def get_ordering(self, request: Request, queryset: Any, view: Any) -> tuple[str, ...]:
        return ("line", "pk")


class Reports(Resource):
    """One's own uploads: mentors and staff."""

    tag = "reports"
    queryset = ConferenceReport.objects.none()
    shape, one = ReportShape, ReportDetail
    filterset_class = ReportFilter
    ordering, orderings = "-uploaded_at", ("uploaded_at",)
    matched = frozenset({"apply"})

    def rows(self) -> QuerySet[ConferenceReport]:
        return reports_of(self.user)

    def finish(self, shown: dict[str, Any], row: dict[str, Any]) -> dict[str, Any]:
        effects = json.loads(self.rows().values_list("effects", flat=True).get(pk=row["pk"]))
        found = rows_of_report(self.user, row["pk"])
        return {
            **shown,
            "question": effects.get("question", ""),
            "rows": [_told(each) for each in found.values(*COLUMNS)[:FIRST_ROWS]],
            "effects": effects.get("sessions", []),
        }

    def parameters(self) -> frozenset[str]:
        return frozenset({"cursor", "limit"}) if self.action == "lines" else super().parameters()

    @extend_schema(summary="Every row of a report, a page at a time", responses=ReportRowShape(many=True))
    @action(detail=True, url_path="rows", pagination_class=RowPages, filterset_class=None)
    def lines(self, request: Request, pk: str) -> Response:
        report: ConferenceReport = self.fetch()
        pages: Any = self.paginator
        rows = rows_of_report(self.user, report.pk).values(*COLUMNS, "pk")
        found = pages.paginate_queryset(rows, request, view=self)
        return pages.get_paginated_response([_told(each) for each in found])

    @extend_schema(
        summary="Send a report; nothing is applied yet",
        request=ReportTaken,
        responses={201: ReportDetail},
        examples=[
            OpenApiExample(
                "Zoom",
                {
                    "file_name": "participants.csv",
                    "content": "Name (Original Name),User Email,Join Time,Leave Time,Duration (Minutes)\n…",
                    "time_zone": "Europe/Paris",
                },
                request_only=True,
            )
        ],
        description="The same file sent again is the same report.",
    )
    @writes
    def create(self, request: Request) -> Response:
        self.ensure(can_upload_report(self.user))
        body = self.taken(ReportTaken)
        report = upload_report(content=body.pop("content").encode(), **body, by=self.user, now=self.now)
        return self.answer(report, status.HTTP_201_CREATED)

    @extend_schema(
        summary="Make facts of a report's joins, as they were shown", request=None, responses=ReportDetail
    )
    @action(detail=True, methods=["post"])
    @writes
    def apply(self, request: Request, pk: str) -> Response:
        report: ConferenceReport = self.fetch()
        self.taken(Nothing)
        self.match(required=True)
        if report.applied_at is not None:
            raise Problem("applied", status.HTTP_409_CONFLICT, _("This report is applied already."))
        report, done = apply_report(report=report, by=self.user, now=self.now)
        if not done:
            raise Problem(
                "look-again",
                status.HTTP_409_CONFLICT,
                _("Something has changed or has to be chosen: send the report again and look at it."),
            )
        return self.answer(report)

    @extend_schema(summary="Lay a report aside that is not applied", responses={204: None})
    @writes
    def destroy(self, request: Request, pk: str) -> Response:
        report: ConferenceReport = self.fetch()
        self.match(required=False)
        if report.applied_at is not None:
            raise Problem("applied", status.HTTP_409_CONFLICT, _("This report is applied already."))
        lay_aside(report=report, by=self.user)
        return Response(status=status.HTTP_204_NO_CONTENT)
