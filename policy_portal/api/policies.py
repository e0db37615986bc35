"""The policy's versions, and where everything of the API is."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import Http404
from django.urls import reverse
from django.utils import translation
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.resources import Ground
from rulebook.policy import Policy, book, get_policy, policy_at

LENGTHS = ("notice", "lateness", "rescheduling", "statement_window", "join_opens_before")
COUNTS = ("streak", "max_sessions_per_week", "horizon_weeks")
RESOURCES = (
    ("me", "api-me"),
    ("policies", "api-policies"),
    ("paths", "api-path-list"),
    ("enrolments", "api-enrolment-list"),
    ("acceptances", "api-acceptance-list"),
    ("equipment_checks", "api-equipment-check-list"),
    ("stays", "api-stay-list"),
    ("groups", "api-group-list"),
    ("study_sessions", "api-study-session-list"),
    ("conduct_reports", "api-conduct-report-list"),
    ("streaks", "api-streak-list"),
    ("mentors", "api-mentor-list"),
    ("mentorships", "api-mentorship-list"),
    ("time_off", "api-time-off-list"),
    ("sessions", "api-session-list"),
    ("notices", "api-notice-list"),
    ("absences", "api-absence-list"),
    ("contests", "api-contest-list"),
    ("notes", "api-note-list"),
    ("monitoring_reports", "api-monitoring-report-list"),
    ("commitment_alerts", "api-commitment-alert-list"),
    ("reports", "api-report-list"),
    ("cases", "api-case-list"),
    ("messages", "api-message-list"),
    ("record", "api-entry-list"),
    ("enforcement", "api-enforcement"),
    ("schema", "api-schema"),
    ("docs", "api-docs"),
)


class PolicyShape(serializers.Serializer[Any]):
    """A version of the policy."""

    id = serializers.CharField()
    title = serializers.CharField()
    effective_from = serializers.DateTimeField()
    in_force = serializers.BooleanField(help_text="Now")

    class Meta:
        ref_name = "Policy"


class ClauseShape(serializers.Serializer[Any]):
    """A clause in plain words, in the reader's language."""

    number = serializers.CharField()
    title = serializers.CharField()
    summary = serializers.CharField()

    class Meta:
        ref_name = "Clause"


class PolicyDetail(PolicyShape):
    """A version with its clauses, and the figures that attendance is judged by."""

    attendance = serializers.DictField(child=serializers.IntegerField(), help_text="Lengths end in _seconds")
    clauses = ClauseShape(many=True)

    class Meta:
        ref_name = "PolicyDetail"


class PoliciesShape(serializers.Serializer[Any]):
    results = PolicyShape(many=True)

    class Meta:
        ref_name = "Policies"


class Policies(Ground):
    """The versions of the policy that this school knows."""

    tag = "policies"
    pagination_class = None

    @extend_schema(
        operation_id="policies_list", summary="All versions, the earliest first", responses=PoliciesShape
    )
    def index(self, request: Request) -> Response:
        return Response({"results": [self._told(policy) for policy in book().versions]})

    @extend_schema(
        operation_id="policies_retrieve",
        summary="One version: what a verdict was judged by",
        parameters=[OpenApiParameter("pk", OpenApiTypes.STR, OpenApiParameter.PATH)],
        responses=PolicyDetail,
    )
    def retrieve(self, request: Request, pk: str) -> Response:
        try:
            policy = get_policy(pk)
        except LookupError:
            raise Http404 from None
        language = translation.get_language() or settings.LANGUAGE_CODE
        clauses = [clause.in_language(language) for clause in policy.clauses.values()]
        terms = policy.attendance
        lengths = {name: getattr(terms, name) for name in LENGTHS}
        figures = {
            f"{name}_seconds": int(length.total_seconds())
            for name, length in lengths.items()
            if length is not None
        }
        figures |= {name: int(getattr(terms, name)) for name in COUNTS}
        return Response(
            {
                **self._told(policy),
                "attendance": figures,
                "clauses": [
                    {"number": each.number, "title": each.title, "summary": each.summary} for each in clauses
                ],
            }
        )

    def _told(self, policy: Policy) -> dict[str, Any]:
        return {
            "id": policy.id,
            "title": policy.title,
            "effective_from": policy.effective_from,
            "in_force": policy.id == policy_at(self.now).id,
        }


class Index(Ground):
    """Where everything is."""

    tag = "me"
    pagination_class = None

    @extend_schema(
        operation_id="index",
        summary="The addresses of all resources",
        responses={200: OpenApiTypes.OBJECT},
    )
    def index(self, request: Request) -> Response:
        return Response({name: request.build_absolute_uri(reverse(view)) for name, view in RESOURCES})
