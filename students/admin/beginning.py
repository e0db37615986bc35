"""Acceptances, equipment checks, places and stays in the staff admin: read there, written on their pages."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy

from students.models import (
    Acceptance,
    CheckIn,
    ConductReport,
    Enrolment,
    EquipmentCheck,
    Place,
    PlaceRules,
    PostalAddress,
    Stay,
)
from students.permissions import may_take_up_reports
from students.selectors import staff_scope

from .bases import OfEnrolment, StaffAdmin, by, person_link


class OfStudent(StaffAdmin):
    """Rows of a person: for a Learning Manager those of the students on their own Paths."""

    list_select_related = ("student__user",)
    search_fields = ("student__user__family_name", "student__user__email")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        rows = super().get_queryset(request)
        scope = staff_scope(by(request))
        return rows.filter(student__in=Enrolment.objects.filter(scope).values("student")) if scope else rows

    @admin.display(description=gettext_lazy("student"))
    def person(self, row: Any) -> str:
        return person_link(row.student_id, row.student)


@admin.register(Acceptance)
class AcceptanceAdmin(OfStudent):
    list_display = ("__str__", "person", "document", "version", "accepted_at")
    list_filter = ("document", "version")
    date_hierarchy = "accepted_at"
    fields = ("person", "document", "version", "digest", "accepted_at")


@admin.register(PostalAddress)
class PostalAddressAdmin(StaffAdmin):
    """Where registered letters go; entered on the person's page."""

    list_display = ("user", "city", "country", "changed_at", "consented_at")
    list_select_related = ("user",)
    search_fields = ("user__family_name", "user__email", "city")
    fields = (
        "user", "line_1", "line_2", "line_3", "postal_code", "city", "country", "consented_at", "changed_at",
    )  # fmt: skip

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        rows = super().get_queryset(request)
        scope = staff_scope(by(request))
        if not scope:
            return rows
        return rows.filter(user__in=Enrolment.objects.filter(scope).values("student__user"))


@admin.register(EquipmentCheck)
class EquipmentCheckAdmin(OfStudent):
    list_display = ("__str__", "person", "done_at", "measured", "connection", "camera", "microphone")
    list_filter = ("connection", "camera", "microphone")
    fields = ("person", "done_at", "measured", "connection", "kilobits", "camera", "microphone")


@admin.register(Place)
class PlaceAdmin(StaffAdmin):
    list_display = ("name", "active")
    search_fields = ("name",)
    fields = ("name", "address", "active")


@admin.register(PlaceRules)
class PlaceRulesAdmin(StaffAdmin):
    list_display = ("place", "written_at", "written_by")
    list_select_related = ("place", "written_by")
    fields = ("place", "text", "written_at", "written_by")


@admin.register(Stay)
class StayAdmin(OfEnrolment):
    list_display = ("__str__", "person", "path", "starts_on", "ends_on", "acknowledged_at", "cancelled_at")
    list_select_related = ("enrolment__student__user", "enrolment__path", "place")
    date_hierarchy = "starts_on"
    fields = (
        "person",
        "place",
        "starts_on",
        "ends_on",
        "arranged_at",
        "arranged_by",
        "acknowledged",
        "acknowledged_at",
        "cancelled_at",
    )


@admin.register(CheckIn)
class CheckInAdmin(StaffAdmin):
    enrolment = "stay__enrolment__"
    list_display = ("stay", "day", "at")
    list_select_related = ("stay__place",)
    fields = ("stay", "day", "at")


@admin.register(ConductReport)
class ConductReportAdmin(StaffAdmin):
    """For who takes them up, and never one that names them."""

    list_display = ("__str__", "kind", "made_at", "taken_up_at")
    list_filter = ("kind",)
    fields = (
        "kind",
        "subject",
        "reporter",
        "stay",
        "evidence",
        "text",
        "made_at",
        "taken_up_at",
        "taken_up_by",
        "outcome",
    )

    def has_module_permission(self, request: HttpRequest) -> bool:
        return bool(may_take_up_reports(request.user))

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return bool(may_take_up_reports(request.user)) and (obj is None or obj.subject_id != request.user.pk)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).exclude(subject=by(request))
