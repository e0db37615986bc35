"""Monitoring reports and alerts in the staff admin: read there, written on their pages."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from mentoring.models import CommitmentAlert, MonitoringReport, ReportAddition, ReportState
from students.admin import OfEnrolment, StaffAdmin


@admin.register(MonitoringReport)
class MonitoringReportAdmin(OfEnrolment):
    """Submitted ones: a draft is its mentor's alone."""

    list_display = ("__str__", "person", "path", "kind", "mentor", "submitted_at", "progress")
    list_filter = ("kind", "progress", "conduct")
    list_select_related = ("enrolment__student__user", "enrolment__path", "mentor__user")
    date_hierarchy = "submitted_at"
    fields = (
        "person",
        "mentor",
        "kind",
        "session",
        "month",
        "submitted_at",
        "done",
        "next_steps",
        "progress",
        "attendance",
        "conduct",
        "conduct_note",
        "facts",
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).filter(state=ReportState.FINAL)


@admin.register(ReportAddition)
class ReportAdditionAdmin(StaffAdmin):
    enrolment = "report__enrolment__"
    list_display = ("report", "author", "written_at")
    list_select_related = ("report", "author")
    fields = ("report", "author", "text", "written_at")


@admin.register(CommitmentAlert)
class CommitmentAlertAdmin(OfEnrolment):
    list_display = ("__str__", "person", "path", "silent_since", "raised_at", "ended_at", "marked_at")
    date_hierarchy = "raised_at"
    fields = (
        "person",
        "silent_since",
        "raised_at",
        "ended_at",
        "clause",
        "policy_id",
        "marked_at",
        "marked_by",
        "reasons",
    )
