"""Measures for students with a disability over the API (2.4, 2.5): the measure, and never its proof (abuse 12)."""

from __future__ import annotations

from datetime import timedelta

from django.db.models import QuerySet
from django_filters import rest_framework as filters
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.filters import Ids
from accounts.api.resources import Resource, writes
from accounts.api.shapes import Day, Name, Nothing, Shape, Taken
from mentoring import services
from mentoring.permissions import can_adapt_training
from mentoring.selectors.requests import measures_for
from mentoring.selectors.sessions import enrolments_seen_by
from students.models import Accommodation


class MeasureShape(Shape):
    """What is adapted for a student, and when; an empty duration leaves the policy's own in force."""

    id = serializers.IntegerField()
    enrolment = serializers.IntegerField(source="enrolment_id")
    student = serializers.IntegerField(source="enrolment.student_id")
    student_name = Name(source="enrolment.student.user")
    audio = serializers.BooleanField(help_text="Audio conferences are allowed (2.5)")
    notice = serializers.DurationField(allow_null=True)
    lateness = serializers.DurationField(allow_null=True)
    rescheduling = serializers.DurationField(allow_null=True)
    valid_from = serializers.DateField()
    valid_until = serializers.DateField(allow_null=True, help_text="Inclusive")
    accepted_at = serializers.DateTimeField()
    withdrawn_at = serializers.DateTimeField(allow_null=True)

    class Meta:
        ref_name = "Accommodation"


class MeasureTaken(Taken):
    enrolment = serializers.IntegerField()
    audio = serializers.BooleanField(default=False)
    notice_hours = serializers.IntegerField(min_value=0, max_value=24 * 14, required=False, allow_null=True)
    lateness_minutes = serializers.IntegerField(min_value=0, max_value=240, required=False, allow_null=True)
    rescheduling_hours = serializers.IntegerField(
        min_value=0, max_value=24 * 60, required=False, allow_null=True
    )
    valid_from = Day()
    valid_until = Day(required=False, allow_null=True, default=None)


class MeasureFilter(filters.FilterSet):
    """By training, and by whether they were withdrawn."""

    enrolment = Ids("enrolment_id")
    standing = filters.BooleanFilter("withdrawn_at", "isnull")

    class Meta:
        model = Accommodation
        fields: tuple[str, ...] = ()


class Measures(Resource):
    """Measures: one's own, those of students whom one mentors now, or those that staff look after."""

    tag = "accommodations"
    queryset = Accommodation.objects.none()
    shape = MeasureShape
    filterset_class = MeasureFilter
    ordering, orderings = "-valid_from", ("valid_from",)

    def rows(self) -> QuerySet[Accommodation]:
        return measures_for(self.user, self.now)

    @extend_schema(
        summary="Accept a measure; sessions to come are adapted at once",
        request=MeasureTaken,
        responses={201: MeasureShape},
        examples=[
            OpenApiExample(
                "Audio", {"enrolment": 12, "audio": True, "valid_from": "2026-03-02"}, request_only=True
            )
        ],
        description="By Student Success, who have seen the proof, or an administrator.",
    )
    @writes
    def create(self, request: Request) -> Response:
        self.ensure(can_adapt_training(self.user))
        body = self.taken(MeasureTaken)
        seen = enrolments_seen_by(self.user, self.now)
        made = services.accept_accommodation(
            enrolment=self.named("enrolment", seen, body["enrolment"]),
            audio=body["audio"],
            notice=_span(body.get("notice_hours"), 60),
            lateness=_span(body.get("lateness_minutes"), 1),
            rescheduling=_span(body.get("rescheduling_hours"), 60),
            valid_from=body["valid_from"],
            valid_until=body["valid_until"],
            by=self.user,
            now=self.now,
        )
        return self.answer(made, 201)

    @extend_schema(
        summary="Withdraw a measure; what began before stays as it was",
        request=Nothing,
        responses=MeasureShape,
    )
    @action(detail=True, methods=["post"])
    @writes
    def withdraw(self, request: Request, pk: str) -> Response:
        row: Accommodation = self.fetch()
        self.ensure(can_adapt_training(self.user))
        self.match(required=False)
        self.taken(Nothing)
        services.withdraw_accommodation(accommodation_id=row.pk, by=self.user, now=self.now)
        return self.answer(row)


def _span(number: int | None, minutes: int) -> timedelta | None:
    return None if number is None else timedelta(minutes=number * minutes)
