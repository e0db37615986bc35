"""Penalties over the API."""

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
from accounts.api.shapes import Name, Shape, Taken
from discipline.models import EffectiveBy, Penalty, PenaltyKind
from discipline.permissions.penalties import may_set_day
from discipline.selectors.penalties import penalties_for
from discipline.services.penalties import set_day


class PenaltyShape(Shape):
    """What a decision of the Board does, from when and until when."""

    id = serializers.IntegerField()
    case = serializers.IntegerField(source="case_id")
    student = serializers.IntegerField(source="student_id")
    student_name = Name(source="student.user")
    enrolment = serializers.IntegerField(source="enrolment_id")
    kind = serializers.ChoiceField(PenaltyKind.choices)
    decided_at = serializers.DateTimeField()
    effective_at = serializers.DateTimeField(allow_null=True)
    effective_by = serializers.ChoiceField([("", ""), *EffectiveBy.choices])
    starts_on = serializers.DateField(allow_null=True, help_text="First day of a suspension")
    ends_on = serializers.DateField(allow_null=True, help_text="Last day of a suspension")
    ban_until = serializers.DateField(allow_null=True, help_text="Last day on which no training may begin")
    lifted_at = serializers.DateTimeField(allow_null=True)
    set_for = serializers.DateTimeField(allow_null=True, help_text="As the Head of Learning set it")
    set_reasons = serializers.CharField(allow_blank=True)
    policy = serializers.CharField(source="policy_id")

    class Meta:
        ref_name = "Penalty"


class PenaltyFilter(filters.FilterSet):
    """By person, kind and effect."""

    student = Ids("student_id")
    case = Ids("case_id")
    kind = filters.ChoiceFilter(choices=PenaltyKind.choices)
    effective_from = Instants("effective_at", "gte")
    effective_before = Instants("effective_at", "lt")

    class Meta:
        model = Penalty
        fields: tuple[str, ...] = ()


class DayTaken(Taken):
    """The day of effect, and why."""

    day = serializers.DateField()
    reasons = serializers.CharField()


class Penalties(Resource):
    """Penalties: a student's own once they are in effect, and for staff those of their students."""

    tag = "cases"
    queryset = Penalty.objects.none()
    shape, one = PenaltyShape, PenaltyShape
    revised = True
    filterset_class = PenaltyFilter
    ordering, orderings = "-decided_at", ("decided_at", "effective_at")

    def rows(self) -> QuerySet[Penalty]:
        return penalties_for(self.user)

    @extend_schema(
        summary="Set the day on which it takes effect",
        description="By the Head of Learning, once day 15 has passed without a receipt of the letter (4.2).",
        request=DayTaken,
        responses=PenaltyShape,
        examples=[
            OpenApiExample("A day", {"day": "2026-04-01", "reasons": "Never claimed."}, request_only=True)
        ],
    )
    @action(detail=True, methods=["post"], url_path="set-day")
    @writes
    def set_day(self, request: Request, pk: str) -> Response:
        row: Any = self.fetch()
        self.ensure(may_set_day(self.user, row))
        body = self.taken(DayTaken)
        set_day(penalty_id=row.pk, day=body["day"], reasons=body["reasons"], by=self.user, now=self.now)
        return self.answer(row)
