"""The written complaint, the facts under it and the reply, over the API (B1)."""

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
from accounts.api.shapes import Instant, Later, Nothing, Shape, Taken, Words
from discipline.models import CaseFact, Complaint, Reply
from discipline.permissions.proceedings import can_prosecute, can_reply
from discipline.selectors import cases_for
from discipline.selectors.complaints import complaints_for
from discipline.services.complaints import draft_complaint, issue_complaint
from discipline.services.evidence import add_fact
from discipline.services.replies import reply_to_complaint


class ComplaintShape(Shape):
    """A complaint: a draft until it is issued, and notified once it was sent."""

    id = serializers.IntegerField()
    case = serializers.IntegerField(source="case_id")
    clauses = serializers.JSONField()
    drafted_at = serializers.DateTimeField()
    issued_at = serializers.DateTimeField(allow_null=True)
    sent_at = serializers.DateTimeField(allow_null=True)
    evidence_digest = serializers.CharField(allow_blank=True)

    class Meta:
        ref_name = "Complaint"


class ComplaintDetail(ComplaintShape):
    """A complaint in full, with what is frozen under it and what was answered."""

    facts = serializers.CharField()
    named = Later(child=serializers.CharField(), help_text="The facts under it")
    replies = Later(child=serializers.DictField(), help_text="Text and instant of each reply")

    class Meta:
        ref_name = "ComplaintDetail"


class ComplaintTaken(Taken):
    case = serializers.IntegerField()
    facts = Words()
    clauses = serializers.ListField(child=serializers.CharField(max_length=16), max_length=20)


class ComplaintDraftTaken(Taken):
    facts = Words()
    clauses = serializers.ListField(child=serializers.CharField(max_length=16), max_length=20)


class FactTaken(Taken):
    text = Words()
    clause = serializers.CharField(max_length=16)
    happened_at = Instant(required=False, allow_null=True, default=None)


class ReplyTaken(Taken):
    text = Words()


class ComplaintFilter(filters.FilterSet):
    case = Ids("case_id")

    class Meta:
        model = Complaint
        fields: tuple[str, ...] = ()


class Complaints(Resource):
    """Complaints: the student's own once they were sent, staff's once issued, drafts for who writes them."""

    tag = "proceedings"
    queryset = Complaint.objects.none()
    shape, one = ComplaintShape, ComplaintDetail
    revised = True
    filterset_class = ComplaintFilter
    ordering, orderings = "-drafted_at", ("drafted_at",)

    def rows(self) -> QuerySet[Complaint]:
        return complaints_for(self.user)

    def finish(self, shown: dict[str, Any], row: dict[str, Any]) -> dict[str, Any]:
        facts = CaseFact.objects.filter(complaint=row["pk"]).order_by("pk")
        replies = Reply.objects.filter(complaint=row["pk"]).order_by("received_at", "pk")
        return {
            **shown,
            "named": list(facts.values_list("text", flat=True)),
            "replies": list(replies.values("text", "received_at")),
        }

    @extend_schema(
        summary="Draft a complaint",
        request=ComplaintTaken,
        responses={201: ComplaintDetail},
        examples=[
            OpenApiExample(
                "Insults",
                {"case": 3, "facts": "You insulted others in the forum.", "clauses": ["3.5"]},
                request_only=True,
            )
        ],
    )
    @writes
    def create(self, request: Request) -> Response:
        body = self.taken(ComplaintTaken)
        case = self.named("case", cases_for(self.user), body.pop("case"))
        self.ensure(can_prosecute(self.user, case))
        # An existing draft is changed by PUT, with its ETag: a stale tab overwrites nothing.
        standing = case.complaints.filter(issued_at__isnull=True).first()
        row = draft_complaint(
            case_id=case.pk, **body, expected=0 if standing else None, by=self.user, now=self.now
        )
        return self.answer(row, 201)

    @extend_schema(
        summary="Change a draft",
        request=ComplaintDraftTaken,
        responses=ComplaintDetail,
        examples=[
            OpenApiExample(
                "Insults", {"facts": "You insulted two others.", "clauses": ["3.5"]}, request_only=True
            )
        ],
    )
    @writes
    def update(self, request: Request, pk: str) -> Response:
        row: Complaint = self._run()
        self.match(required=True)
        draft_complaint(case_id=row.case_id, **self.taken(ComplaintDraftTaken), by=self.user, now=self.now)
        return self.answer(row)

    @extend_schema(
        summary="Send a complaint",
        description="Freezes what it rests on. The case moves on once the e-mail really went out.",
        request=Nothing,
        responses=ComplaintDetail,
    )
    @action(detail=True, methods=["post"])
    @writes
    def send(self, request: Request, pk: str) -> Response:
        row: Complaint = self._run()
        self.taken(Nothing)
        self.match(required=True)
        issue_complaint(complaint_id=row.pk, by=self.user, now=self.now)
        return self.answer(row)

    @extend_schema(
        summary="Add a fact to its case",
        request=FactTaken,
        responses=ComplaintDetail,
        examples=[
            OpenApiExample("A fact", {"text": "Called two others names.", "clause": "3.5"}, request_only=True)
        ],
    )
    @action(detail=True, methods=["post"])
    @writes
    def facts(self, request: Request, pk: str) -> Response:
        row: Complaint = self._run()
        add_fact(case_id=row.case_id, **self.taken(FactTaken), by=self.user, now=self.now)
        return self.answer(row)

    @extend_schema(
        summary="Answer a complaint",
        description="By the student, also while access to the training is closed.",
        request=ReplyTaken,
        responses=ComplaintDetail,
        examples=[OpenApiExample("A reply", {"text": "It was otherwise."}, request_only=True)],
    )
    @action(detail=True, methods=["post"])
    @writes
    def reply(self, request: Request, pk: str) -> Response:
        row: Complaint = self.fetch("case__student")
        self.ensure(can_reply(self.user, row.case))
        reply_to_complaint(
            case_id=row.case_id, text=self.taken(ReplyTaken)["text"], by=self.user, now=self.now
        )
        return self.answer(row)

    def _run(self) -> Complaint:
        row: Complaint = self.fetch("case__student", "case__enrolment__path")
        self.ensure(can_prosecute(self.user, row.case))
        return row
