"""What came from other systems: their names for our rows, and rosters."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import Model, QuerySet
from django.http import HttpRequest

from students.models import (
    ExternalId,
    RosterImport,
)
from students.permissions import may_import_rosters

from .bases import StaffAdmin, WholeSchoolAdmin


@admin.register(ExternalId)
class ExternalIdAdmin(WholeSchoolAdmin):
    list_display = ("system", "kind", "sourced_id", "object_id", "current", "changed_at")
    list_filter = ("kind", "current")
    search_fields = ("sourced_id",)


@admin.register(RosterImport)
class RosterImportAdmin(StaffAdmin):
    """What was uploaded and applied; the import pages show each row."""

    list_display = ("file_name", "uploaded_at", "uploaded_by", "applied_at")
    list_select_related = ("uploaded_by",)
    date_hierarchy = "uploaded_at"
    fields = ("file_name", "digest", "uploaded_at", "uploaded_by", "outcome_digest", "applied_at")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Model]:
        return super().get_queryset(request).defer("content", "outcome")

    def has_module_permission(self, request: HttpRequest) -> bool:
        return bool(may_import_rosters(request.user))

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return bool(may_import_rosters(request.user))
