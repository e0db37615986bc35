"""Acceptances, equipment checks, stays in other places, and reports of conduct over the API."""

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
from accounts.api.shapes import Day, Name, Nothing, Shape, Taken, Words
from accounts.permissions import is_student
from students import permissions, services
from students.models import (
    Acceptance,
    ConductReport,
    ConductReportKind,
    Enrolment,
    EquipmentCheck,
    Finding,
    Place,
    Stay,
    Student,
    TermsDocument,
)
from students.selectors import acceptances, offsite, own_scope, staff_scope


class AcceptanceShape(Shape):
    """A student's acceptance of one version of the policy or of the code of conduct."""

    id = serializers.IntegerField()
    student = serializers.IntegerField(source="student_id")
    student_name = Name(source="student.user")
    document = serializers.ChoiceField(TermsDocument.choices)
    version = serializers.CharField()
    digest = serializers.CharField(help_text="SHA-256 of the words that stood there")
    accepted_at = serializers.DateTimeField()

    class Meta:
        ref_name = "Acceptance"


class AcceptanceTaken(Taken):
    policy = serializers.CharField(max_length=32, help_text="The version that was read")
    conduct = serializers.CharField(max_length=32)


class AcceptanceFilter(filters.FilterSet):
    student = Ids("student_id")
    document = filters.ChoiceFilter(choices=TermsDocument.choices)
    version = filters.CharFilter()

    class Meta:
        model = Acceptance
        fields: tuple[str, ...] = ()


class Acceptances(Resource):
    """Which versions were accepted, by whom and when."""

    tag = "acceptances"
    queryset = Acceptance.objects.none()
    shape = AcceptanceShape
    filterset_class = AcceptanceFilter
    ordering, orderings = "-accepted_at", ("accepted_at",)

    def rows(self) -> QuerySet[Acceptance]:
        return acceptances.acceptances_for(self.user)

    @extend_schema(
        summary="Accept the versions in force",
        description="By a student, for themselves. With the policy goes the licence of the school's content (3.4).",
        request=AcceptanceTaken,
        responses={201: AcceptanceShape},
        examples=[OpenApiExample("Accept", {"policy": "2026-01", "conduct": "2026-01"}, request_only=True)],
    )
    @writes
    def create(self, request: Request) -> Response:
        self.ensure(permissions.may_accept_terms(self.user))
        body = self.taken(AcceptanceTaken)
        student = self.named("student", Student.objects.filter(user=self.user), _own_pk(self.user))
        services.accept_terms(student=student, **body, by=self.user, now=self.now)
        row = self.rows().get(student=student, document=TermsDocument.POLICY, version=body["policy"])
        return self.answer(row, 201)


def _own_pk(user: Any) -> int | None:
    return Student.objects.filter(user=user).values_list("pk", flat=True).first()


class EquipmentShape(Shape):
    """A check of connection, webcam and microphone."""

    id = serializers.IntegerField()
    student = serializers.IntegerField(source="student_id")
    student_name = Name(source="student.user")
    done_at = serializers.DateTimeField()
    measured = serializers.BooleanField(help_text="By the student's browser; else stated by them")
    connection = serializers.ChoiceField(Finding.choices)
    kilobits = serializers.IntegerField(allow_null=True, help_text="In a second")
    camera = serializers.ChoiceField(Finding.choices)
    microphone = serializers.ChoiceField(Finding.choices)

    class Meta:
        ref_name = "EquipmentCheck"


class EquipmentTaken(Taken):
    measured = serializers.BooleanField(default=False)
    kilobits = serializers.IntegerField(required=False, allow_null=True, default=None)
    connection = serializers.ChoiceField(Finding.choices, default=Finding.UNCHECKED)
    camera = serializers.ChoiceField(Finding.choices)
    microphone = serializers.ChoiceField(Finding.choices)


class EquipmentChecks(Resource):
    """Equipment checks: a student's own; for staff those of their students."""

    tag = "acceptances"
    queryset = EquipmentCheck.objects.none()
    shape = EquipmentShape
    ordering, orderings = "-done_at", ("done_at",)

    def rows(self) -> QuerySet[EquipmentCheck]:
        return acceptances.checks_for(self.user)

    @extend_schema(
        summary="Record a check of one's own equipment",
        request=EquipmentTaken,
        responses={201: EquipmentShape},
        examples=[
            OpenApiExample(
                "Measured",
                {"measured": True, "kilobits": 18000, "camera": "works", "microphone": "works"},
                request_only=True,
            )
        ],
    )
    @writes
    def create(self, request: Request) -> Response:
        self.ensure(is_student(self.user))
        body = self.taken(EquipmentTaken)
        student = self.named("student", Student.objects.filter(user=self.user), _own_pk(self.user))
        return self.answer(
            services.record_equipment_check(student=student, **body, by=self.user, now=self.now), 201
        )


class StayShape(Shape):
    """Days of a training in another place."""

    id = serializers.IntegerField()
    enrolment = serializers.IntegerField(source="enrolment_id")
    student_name = Name(source="enrolment.student.user")
    place = serializers.IntegerField(source="place_id")
    place_name = serializers.CharField(source="place.name")
    starts_on = serializers.DateField()
    ends_on = serializers.DateField(help_text="Included")
    acknowledged_rules = serializers.IntegerField(source="acknowledged_id", allow_null=True)
    acknowledged_at = serializers.DateTimeField(allow_null=True)
    cancelled_at = serializers.DateTimeField(allow_null=True)

    class Meta:
        ref_name = "Stay"


class StayDetail(StayShape):
    """A stay with the rules of its place as they stand."""

    rules = serializers.IntegerField(source="newest", allow_null=True)
    rules_text = serializers.CharField(source="newest_text", allow_null=True)

    class Meta:
        ref_name = "StayDetail"


class StayTaken(Taken):
    enrolment = serializers.IntegerField()
    place = serializers.IntegerField()
    starts_on = Day()
    ends_on = Day()


class RulesTaken(Taken):
    rules = serializers.IntegerField(help_text="The rules that were read: `rules` of the stay")


class StayFilter(filters.FilterSet):
    enrolment = Ids("enrolment_id")
    place = Ids("place_id")

    class Meta:
        model = Stay
        fields: tuple[str, ...] = ()


class Stays(Resource):
    """Training in other places (5)."""

    tag = "stays"
    queryset = Stay.objects.none()
    shape, one = StayShape, StayDetail
    filterset_class = StayFilter
    ordering, orderings = "-starts_on", ("starts_on",)

    def rows(self) -> QuerySet[Stay]:
        rows = offsite.stays_for(self.user)
        return rows if self.action == "list" else offsite.with_rules_text(rows)

    @extend_schema(
        summary="Arrange days in another place",
        request=StayTaken,
        examples=[
            OpenApiExample(
                "A week elsewhere",
                {"enrolment": 12, "place": 3, "starts_on": "2026-03-02", "ends_on": "2026-03-06"},
                request_only=True,
            )
        ],
        responses={201: StayDetail},
    )
    @writes
    def create(self, request: Request) -> Response:
        self.ensure(self.user.is_school_staff)
        body = self.taken(StayTaken)
        rows = Enrolment.objects.filter(staff_scope(self.user)).select_related("path")
        enrolment = self.named("enrolment", rows, body["enrolment"])
        self.ensure(permissions.may_arrange_stay(self.user, enrolment))
        place: Place = self.named("place", offsite.places_for(self.user), body["place"])
        row = services.arrange_stay(
            enrolment=enrolment,
            place=place,
            starts_on=body["starts_on"],
            ends_on=body["ends_on"],
            by=self.user,
            now=self.now,
        )
        return self.answer(row, 201)

    def _own(self) -> Stay:
        row: Stay = self.fetch()
        self.ensure(Stay.objects.filter(own_scope(self.user, "enrolment__"), pk=row.pk).exists())
        return row

    @extend_schema(
        summary="Acknowledge the place's rules",
        description="By the student. Rules that changed meanwhile are refused: read them again.",
        request=RulesTaken,
        examples=[OpenApiExample("The rules that were read", {"rules": 4}, request_only=True)],
        responses=StayDetail,
    )
    @action(detail=True, methods=["post"])
    @writes
    def acknowledge(self, request: Request, pk: str) -> Response:
        row = self._own()
        body = self.taken(RulesTaken)
        services.acknowledge_rules(stay_id=row.pk, rules_id=body["rules"], by=self.user, now=self.now)
        return self.answer(row)

    @extend_schema(
        summary="Check in for the day",
        description="By the student; refused before the rules are acknowledged.",
        request=Nothing,
        responses=StayDetail,
    )
    @action(detail=True, methods=["post"], url_path="check-in")
    @writes
    def check_in(self, request: Request, pk: str) -> Response:
        row = self._own()
        self.taken(Nothing)
        services.check_in(stay_id=row.pk, by=self.user, now=self.now)
        return self.answer(row)

    @extend_schema(summary="Call the stay off", request=Nothing, responses=StayDetail)
    @action(detail=True, methods=["post"])
    @writes
    def cancel(self, request: Request, pk: str) -> Response:
        row = self.fetch("enrolment__path")
        self.ensure(permissions.may_arrange_stay(self.user, row.enrolment))
        self.taken(Nothing)
        services.cancel_stay(stay_id=row.pk, by=self.user, now=self.now)
        return self.answer(row)


class ConductReportShape(Shape):
    """A report of conduct: for who takes it up, and for its own reporter."""

    id = serializers.IntegerField()
    kind = serializers.ChoiceField(ConductReportKind.choices)
    text = serializers.CharField()
    made_at = serializers.DateTimeField()
    taken_up_at = serializers.DateTimeField(allow_null=True)

    class Meta:
        ref_name = "ConductReport"


class ConductReportTaken(Taken):
    kind = serializers.ChoiceField(ConductReportKind.choices)
    text = Words()


class OutcomeTaken(Taken):
    outcome = Words()


class ConductReportFilter(filters.FilterSet):
    kind = filters.ChoiceFilter(choices=ConductReportKind.choices)
    made_from = Instants("made_at", "gte")

    class Meta:
        model = ConductReport
        fields: tuple[str, ...] = ()


class ConductReports(Resource):
    """Reports of abuse and of breaches of a place's rules (3.5, 5): anybody makes them, few read them."""

    tag = "conduct"
    queryset = ConductReport.objects.none()
    shape = ConductReportShape
    filterset_class = ConductReportFilter
    ordering, orderings = "-made_at", ("made_at",)

    def rows(self) -> QuerySet[ConductReport]:
        return offsite.conduct_reports_for(self.user)

    @extend_schema(
        summary="Report conduct",
        description="Whom it names is not told who reported. Student Success and the Head of Learning read it.",
        request=ConductReportTaken,
        responses={201: ConductReportShape},
        examples=[
            OpenApiExample(
                "A breach", {"kind": "safety", "text": "The emergency exit was locked."}, request_only=True
            )
        ],
    )
    @writes
    def create(self, request: Request) -> Response:
        body = self.taken(ConductReportTaken)
        row = services.report_conduct(
            kind=ConductReportKind(body["kind"]), text=body["text"], by=self.user, now=self.now
        )
        return self.answer(row, 201)

    @extend_schema(
        summary="Say what was done",
        request=OutcomeTaken,
        examples=[
            OpenApiExample(
                "What was done", {"outcome": "The exit was opened the same day."}, request_only=True
            )
        ],
        responses=ConductReportShape,
    )
    @action(detail=True, methods=["post"], url_path="take-up")
    @writes
    def take_up(self, request: Request, pk: str) -> Response:
        row = self.fetch()
        self.ensure(permissions.may_take_up_reports(self.user))
        body = self.taken(OutcomeTaken)
        services.take_up_report(report_id=row.pk, outcome=body["outcome"], by=self.user, now=self.now)
        return self.answer(row)
