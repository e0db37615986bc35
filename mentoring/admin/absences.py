"""Absences, contests and streaks: judged by rules, decided on the staff pages, read here."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from mentoring.models import Absence, Contest, Streak, StreakAbsence
from students.admin import OfEnrolment, StaffAdmin, person_link


@admin.register(Absence)
class AbsenceAdmin(OfEnrolment):
    list_display = (
        "starts_at",
        "person",
        "path",
        "kind",
        "ground",
        "rescheduling_state",
        "withdrawn_at",
        "page",
    )
    list_filter = ("kind", "ground", "rescheduling_state", "enrolment__path")
    ordering = ("-starts_at", "-pk")
    fields = (
        "person",
        "page",
        "kind",
        "ground",
        "starts_at",
        "happened_at",
        "withdrawn_at",
        "reasons",
        "reasons_at",
        "rebooked_at",
        "rescheduling_due_at",
        "rescheduling_state",
    )

    @admin.display(description=gettext_lazy("session"))
    def page(self, row: Absence) -> str:
        return format_html('<a href="{}">{}</a>', reverse("staff-session", args=[row.session_id]), _("Open"))


@admin.register(Contest)
class ContestAdmin(StaffAdmin):
    enrolment = "absence__enrolment__"
    list_display = ("made_at", "person", "outcome", "decided_at", "decided_by", "page")
    list_filter = ("outcome",)
    list_select_related = ("absence__enrolment__student__user", "decided_by")
    search_fields = (
        "absence__enrolment__student__user__family_name",
        "absence__enrolment__student__user__email",
    )
    date_hierarchy = "made_at"
    fields = ("person", "statement", "made_at", "outcome", "reasons", "decided_at", "decided_by", "page")

    @admin.display(description=gettext_lazy("student"))
    def person(self, row: Contest) -> str:
        return person_link(row.absence.enrolment.student_id, row.absence.enrolment.student)

    @admin.display(description=gettext_lazy("page"))
    def page(self, row: Contest) -> str:
        return format_html('<a href="{}">{}</a>', reverse("staff-contest", args=[row.pk]), _("Open"))


class MemberInline(admin.TabularInline):
    """The absences of a streak."""

    model = StreakAbsence
    fields = ("position", "absence", "released_at")
    readonly_fields = fields
    extra = 0
    can_delete = False

    def has_add_permission(self, request: Any, obj: Any = None) -> bool:
        return False

    def has_view_permission(self, request: Any, obj: Any = None) -> bool:
        return True  # whoever may see the streak


@admin.register(Streak)
class StreakAdmin(OfEnrolment):
    list_display = ("reached_at", "person", "path", "undone_at", "sealed_at")
    date_hierarchy = "reached_at"
    fields = ("person", "reached_at", "policy_id", "undone_at", "sealed_at", "taken_up_at")
    readonly_fields = ("taken_up_at",)
    inlines = (MemberInline,)
