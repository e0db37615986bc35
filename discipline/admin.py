"""Cases in the staff admin: opened and withdrawn by rules, read here."""

from __future__ import annotations

from django.contrib import admin
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from discipline.models import Case, CasePrint
from students.admin import StaffAdmin, person_link


@admin.register(Case)
class CaseAdmin(StaffAdmin):
    enrolment = "enrolment__"
    list_display = ("opened_at", "person", "kind", "state", "withdrawn_at", "page")
    list_filter = ("state", "kind", "enrolment__path")
    list_select_related = ("student__user", "enrolment__path")
    search_fields = ("student__user__family_name", "student__user__email")
    date_hierarchy = "opened_at"
    fields = (
        "person",
        "kind",
        "state",
        "opened_at",
        "withdrawn_at",
        "withdrawal_reason",
        "clause",
        "policy_id",
        "facts",
        "page",
    )

    @admin.display(description=gettext_lazy("student"))
    def person(self, case: Case) -> str:
        return person_link(case.student_id, case.student)

    @admin.display(description=gettext_lazy("page"))
    def page(self, case: Case) -> str:
        return format_html('<a href="{}">{}</a>', reverse("case", args=[case.pk]), _("Open"))


@admin.register(CasePrint)
class CasePrintAdmin(StaffAdmin):
    """Files of cases that were asked for: who, when, how far; what they say is their asker's alone."""

    enrolment = "case__enrolment__"
    list_display = ("asked_at", "case", "asked_by", "state", "done", "total", "finished_at")
    list_filter = ("state",)
    list_select_related = ("case__student__user", "asked_by")
    fields = ("case", "asked_by", "asked_at", "language", "state", "done", "total", "attempts", "finished_at")
