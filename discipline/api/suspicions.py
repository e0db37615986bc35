"""Suspicions of plagiarism over the API (P2, P3): a screening outside can report here, people decide."""

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
from accounts.api.shapes import Later, Name, Shape, Taken, Words
from discipline.models import Stage, Suspicion, SuspicionEvidence, SuspicionSource, SuspicionState
from discipline.permissions.proceedings import can_decide_suspicion, teaches
from discipline.selectors.reports import suspicions_for
from discipline.services.suspicions import (
    Pair,
    add_evidence,
    dismiss_suspicion,
    establish_suspicion,
    report_suspicion,
)
from mentoring.selectors.works import works_for

from .reports import WHY, ReasonsTaken


class SuspicionShape(Shape):
    """A suspicion; never a penalty."""

    id = serializers.IntegerField()
    enrolment = serializers.IntegerField(source="enrolment_id")
    student_name = Name(source="enrolment.student.user")
    work = serializers.IntegerField(source="work_id", allow_null=True)
    deliverable = serializers.IntegerField(source="deliverable_id", allow_null=True)
    found_by = serializers.ChoiceField(SuspicionSource.choices, source="source")
    stage = serializers.ChoiceField(Stage.choices, allow_null=True)
    state = serializers.ChoiceField(SuspicionState.choices)
    reported_at = serializers.DateTimeField()
    decided_at = serializers.DateTimeField(allow_null=True)

    class Meta:
        ref_name = "Suspicion"


class SuspicionDetail(SuspicionShape):
    """A suspicion with its evidence side by side."""

    text = serializers.CharField()
    reasons = serializers.CharField(allow_blank=True)
    repeated = serializers.BooleanField(help_text="Found again: the last rung of the ladder")
    evidence = Later(child=serializers.DictField(), help_text="What was handed in, and what it is likened to")

    class Meta:
        ref_name = "SuspicionDetail"


class EvidenceTaken(Taken):
    title = serializers.CharField(max_length=200)
    other_title = serializers.CharField(max_length=200)
    excerpt = Words(required=False, default="")
    other_excerpt = Words(required=False, default="")
    other_url = serializers.URLField(required=False, default="", allow_blank=True, max_length=500)


class SuspicionTaken(Taken):
    work = serializers.IntegerField()
    deliverable = serializers.IntegerField(required=False, allow_null=True, default=None)
    stage = serializers.ChoiceField(Stage.choices, required=False, allow_null=True, default=None)
    text = Words()
    evidence = EvidenceTaken(many=True)


class FindingTaken(Taken):
    stage = serializers.ChoiceField(Stage.choices)
    reasons = Words()


class SuspicionFilter(filters.FilterSet):
    enrolment = Ids("enrolment_id")
    state = filters.ChoiceFilter(choices=SuspicionState.choices)
    reported_from = Instants("reported_at", "gte")

    class Meta:
        model = Suspicion
        fields: tuple[str, ...] = ()


SIDE_BY_SIDE = ("title", "excerpt", "other_title", "other_url", "other_excerpt", "deliverable_id")
EXAMPLE: dict[str, Any] = {
    "work": 12,
    "text": "Two pages are word for word those of a public article.",
    "evidence": [{"title": "Chapter 2", "other_title": "An article", "other_url": "https://example.org/a"}],
}


class Suspicions(Resource):
    """Suspicions: of students whom one teaches or looks after; the student concerned sees none."""

    tag = "proceedings"
    queryset = Suspicion.objects.none()
    shape, one = SuspicionShape, SuspicionDetail
    revised = True
    filterset_class = SuspicionFilter
    ordering, orderings = "-reported_at", ("reported_at",)

    def rows(self) -> QuerySet[Suspicion]:
        return suspicions_for(self.user, self.now)

    def finish(self, shown: dict[str, Any], row: dict[str, Any]) -> dict[str, Any]:
        evidence = SuspicionEvidence.objects.filter(suspicion=row["pk"]).order_by("position", "pk")
        return {**shown, "evidence": list(evidence.values(*SIDE_BY_SIDE))}

    @extend_schema(
        summary="Report a suspicion",
        request=SuspicionTaken,
        responses={201: SuspicionDetail},
        examples=[OpenApiExample("A copied chapter", EXAMPLE, request_only=True)],
    )
    @writes
    def create(self, request: Request) -> Response:
        self.ensure(teaches(self.user))
        body = self.taken(SuspicionTaken)
        work = self.named("work", works_for(self.user, self.now), body["work"])
        row = report_suspicion(
            work_id=work.pk,
            text=body["text"],
            pairs=[Pair(**each) for each in body["evidence"]],
            deliverable_id=body["deliverable"],
            stage=body["stage"],
            by=self.user,
            now=self.now,
        )
        return self.answer(row, 201)

    @extend_schema(
        summary="Add evidence",
        request=EvidenceTaken,
        responses=SuspicionDetail,
        examples=[OpenApiExample("Side by side", EXAMPLE["evidence"][0], request_only=True)],
    )
    @action(detail=True, methods=["post"])
    @writes
    def evidence(self, request: Request, pk: str) -> Response:
        row: Suspicion = self.fetch()
        body = self.taken(EvidenceTaken)
        self.match(required=False)
        add_evidence(suspicion_id=row.pk, pairs=[Pair(**body)], by=self.user, now=self.now)
        return self.answer(row)

    @extend_schema(
        summary="Establish plagiarism",
        description="Opens the case at once and blocks the project. If-Match: the evidence that was looked at.",
        request=FindingTaken,
        responses=SuspicionDetail,
        examples=[
            OpenApiExample(
                "A finding", {"stage": "submitted", "reasons": "Word for word."}, request_only=True
            )
        ],
    )
    @action(detail=True, methods=["post"])
    @writes
    def establish(self, request: Request, pk: str) -> Response:
        row = self._decided()
        body = self.taken(FindingTaken)
        establish_suspicion(suspicion_id=row.pk, **body, by=self.user, now=self.now)
        return self.answer(row)

    @extend_schema(
        summary="Dismiss a suspicion", request=ReasonsTaken, responses=SuspicionDetail, examples=WHY
    )
    @action(detail=True, methods=["post"])
    @writes
    def dismiss(self, request: Request, pk: str) -> Response:
        row = self._decided()
        body = self.taken(ReasonsTaken)
        dismiss_suspicion(suspicion_id=row.pk, **body, by=self.user, now=self.now)
        return self.answer(row)

    def _decided(self) -> Suspicion:
        row: Suspicion = self.fetch()
        self.ensure(can_decide_suspicion(self.user, row, self.now))
        self.match(required=True)
        return row
