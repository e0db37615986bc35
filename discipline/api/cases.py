"""Disciplinary cases over the API."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django_filters import rest_framework as filters
from rest_framework import serializers

from accounts.api.filters import Ids, Instants
from accounts.api.resources import Resource
from accounts.api.shapes import Facts, Later, Name, Shape
from discipline.models import Case, CaseKind, CaseState
from discipline.selectors import cases_for


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
    withdrawn_at = serializers.DateTimeField(allow_null=True)

    class Meta:
        ref_name = "Case"


class CaseDetail(CaseShape):
    """A case with the facts that it was opened on."""

    withdrawal_reason = serializers.CharField(allow_blank=True)
    facts = Facts(help_text="When it was opened")
    absences = Later(child=serializers.IntegerField(), help_text="The absences in a row that opened it")

    class Meta:
        ref_name = "CaseDetail"


class CaseFilter(filters.FilterSet):
    """By person and state."""

    student = Ids("student_id")
    enrolment = Ids("enrolment_id")
    state = filters.ChoiceFilter(choices=CaseState.choices)
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
