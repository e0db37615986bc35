"""What enforcement is doing, for staff."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.resources import Ground
from accounts.permissions import is_school_staff
from enforcement.selectors import SweepStatus, status


class SweepShape(serializers.Serializer[Any]):
    """One sweep: what is due now, and when it last ran."""

    name = serializers.CharField()
    clause = serializers.CharField()
    title = serializers.CharField()
    due = serializers.IntegerField(help_text="Counted up to a limit: see more_due")
    more_due = serializers.BooleanField()
    oldest_lag_seconds = serializers.FloatField(allow_null=True)
    late = serializers.BooleanField(help_text="No sign of life for too long")
    failing = serializers.IntegerField(help_text="Rows that could not be settled")
    last_finished_at = serializers.DateTimeField(allow_null=True)
    last_count = serializers.IntegerField()
    total = serializers.IntegerField()
    next_tick_at = serializers.DateTimeField(allow_null=True)
    last_error = serializers.CharField(allow_blank=True)

    class Meta:
        ref_name = "Sweep"


class SweepsShape(serializers.Serializer[Any]):
    """All sweeps as of an instant."""

    now = serializers.DateTimeField()
    sweeps = SweepShape(many=True)

    class Meta:
        ref_name = "Enforcement"


class Enforcement(Ground):
    """Every sweep as the staff's page shows it."""

    tag = "enforcement"
    pagination_class = None

    @extend_schema(
        operation_id="enforcement",
        summary="What is due, and what ran when",
        responses=SweepsShape,
        filters=False,
    )
    def retrieve(self, request: Request) -> Response:
        self.ensure(is_school_staff(self.user))
        return Response({"now": self.now, "sweeps": [_told(each) for each in status(self.now)]})


def _told(each: SweepStatus) -> dict[str, Any]:
    beat = each.heartbeat
    return {
        "name": each.sweep.name,
        "clause": each.sweep.clause,
        "title": str(each.sweep.title),
        "due": each.due,
        "more_due": each.more_due,
        "oldest_lag_seconds": each.oldest_lag.total_seconds() if each.oldest_lag is not None else None,
        "late": each.late,
        "failing": each.failing,
        "last_finished_at": beat.last_finished_at if beat else None,
        "last_count": beat.last_count if beat else 0,
        "total": beat.total if beat else 0,
        "next_tick_at": each.next_tick_at,
        "last_error": each.last_error,
    }
