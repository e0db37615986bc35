"""Video-conference reports: what was uploaded; they are matched and applied on their own page."""

from __future__ import annotations

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from mentoring.models import ConferenceReport, ReportRow
from students.admin import WholeSchoolAdmin


@admin.register(ConferenceReport)
class ConferenceReportAdmin(WholeSchoolAdmin):
    list_display = ("file_name", "provider", "uploaded_at", "uploaded_by", "applied_at")
    list_filter = ("provider", ("applied_at", admin.EmptyFieldListFilter))
    list_select_related = ("uploaded_by",)
    date_hierarchy = "uploaded_at"
    fields = (
        "file_name",
        "provider",
        "digest",
        "uploaded_at",
        "uploaded_by",
        "time_zone",
        "date_order",
        "applied_at",
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[ConferenceReport]:
        return super().get_queryset(request).defer("content", "effects")


@admin.register(ReportRow)
class ReportRowAdmin(WholeSchoolAdmin):
    list_display = ("report", "line", "name", "email", "joined_at", "left_at", "participant", "problem")
    list_filter = ("problem", "participant")
    list_select_related = ("report",)
    search_fields = ("name", "email")
    fields = (
        "report",
        "line",
        "name",
        "email",
        "joined_at",
        "left_at",
        "session",
        "participant",
        "counted_at",
        "problem",
        "detail",
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[ReportRow]:
        return super().get_queryset(request).defer("report__content", "report__effects")
