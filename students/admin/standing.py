"""What penalties leave behind, in the staff admin: read only; penalties are decided by the Board."""

from __future__ import annotations

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy

from students.models import Ban, Enrolment, IdentityFlag
from students.selectors import staff_scope

from .bases import StaffAdmin, WholeSchoolAdmin, by, person_link


@admin.register(Ban)
class BanAdmin(StaffAdmin):
    list_display = ("person", "starts_on", "until", "clause", "imposed_at", "lifted_at")
    list_select_related = ("student__user",)
    search_fields = ("student__user__family_name", "student__user__email")
    date_hierarchy = "until"
    fields = (
        "person", "starts_on", "until", "time_zone", "clause", "policy_id", "about", "imposed_at", "recorded_at",
        "lifted_at",
    )  # fmt: skip

    def get_queryset(self, request: HttpRequest) -> QuerySet[Ban]:
        rows = super().get_queryset(request)
        scope = staff_scope(by(request))
        # As a subquery, so that somebody in two trainings stands in the list once.
        return rows.filter(student__in=Enrolment.objects.filter(scope).values("student")) if scope else rows

    @admin.display(description=gettext_lazy("student"))
    def person(self, row: Ban) -> str:
        return person_link(row.student_id, row.student)


@admin.register(IdentityFlag)
class IdentityFlagAdmin(WholeSchoolAdmin):
    """Who looks like whom; decided on its own page."""

    list_display = ("student", "ban", "matched", "raised_at", "state", "decided_by")
    list_filter = ("state",)
    list_select_related = ("student__user", "ban__student__user", "decided_by")
    fields = (
        "student",
        "ban",
        "enrolment",
        "matched",
        "raised_at",
        "state",
        "decided_at",
        "decided_by",
        "reasons",
    )
