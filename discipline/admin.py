"""Disciplinary proceedings in the staff admin: every step is a service's, so that all is read here and nothing written.

Only cases that the reader may open, and their rows: whoever stepped back from a Board reads nothing of it here
either. Votes, advice and reports are not here at all: the first two are the Board's own, the last would name who
reported. A decision is here once it is signed by both.
"""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from discipline.models import (
    BoardMember,
    Case,
    CasePrint,
    Companion,
    Complaint,
    Decision,
    DecisionCopy,
    Meeting,
    Penalty,
    StudentRepresentative,
    Summons,
)
from discipline.selectors import cases_for
from students.admin import StaffAdmin, by, person_link


class OfCase(StaffAdmin):
    """Rows of a case that the reader may open; ``case`` is the lookup from a row to it."""

    case = "case"
    list_select_related: ClassVar[Any] = ("case__student__user",)
    search_fields: ClassVar[Any] = (
        "case__student__user__family_name",
        "case__student__user__email",
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return (
            super().get_queryset(request).filter(**{f"{self.case}__in": cases_for(by(request)).values("pk")})
        )

    @admin.display(description=gettext_lazy("case"))
    def page(self, row: Any) -> str:
        return format_html('<a href="{}">{}</a>', reverse("case", args=[row.case_id]), row.case)


@admin.register(Case)
class CaseAdmin(StaffAdmin):
    list_display = ("opened_at", "person", "kind", "state", "next_due_at", "page")
    list_filter = ("state", "kind", "enrolment__path")
    list_select_related = ("student__user", "enrolment__path")
    search_fields = ("student__user__family_name", "student__user__email")
    date_hierarchy = "opened_at"
    fields = (
        "person",
        "kind",
        "state",
        "opened_at",
        "informed_at",
        "heard_at",
        "decided_at",
        "concluded_at",
        "closed_at",
        "closing_reason",
        "withdrawn_at",
        "withdrawal_reason",
        "next_due_at",
        "clause",
        "policy_id",
        "facts",
        "proposal",
        "page",
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Case]:
        return super().get_queryset(request).filter(pk__in=cases_for(by(request)).values("pk"))

    @admin.display(description=gettext_lazy("student"))
    def person(self, case: Case) -> str:
        return person_link(case.student_id, case.student)

    @admin.display(description=gettext_lazy("page"))
    def page(self, case: Case) -> str:
        return format_html('<a href="{}">{}</a>', reverse("case", args=[case.pk]), _("Open"))


@admin.register(Complaint)
class ComplaintAdmin(OfCase):
    list_display = ("drafted_at", "page", "issued_at", "sent_at")
    fields = ("page", "facts", "clauses", "drafted_at", "drafted_by", "issued_at", "issued_by", "sent_at")


@admin.register(BoardMember)
class BoardMemberAdmin(OfCase):
    list_display = ("named_at", "page", "user", "role", "recused_at", "left_at", "available")
    list_filter = ("role",)
    list_select_related = ("case__student__user", "user")
    fields = ("page", "user", "role", "named_at", "named_by", "recused_at", "left_at", "available")


@admin.register(Companion)
class CompanionAdmin(OfCase):
    list_display = ("asked_at", "page", "user", "accepted_at", "declined_at", "ended_at")
    list_select_related = ("case__student__user", "user")
    fields = ("page", "user", "asked_at", "accepted_at", "declined_at", "ended_at")


@admin.register(StudentRepresentative)
class StudentRepresentativeAdmin(StaffAdmin):
    list_display = ("user", "path", "starts_on", "ends_on")
    list_filter = ("path",)
    list_select_related = ("user", "path")


@admin.register(Meeting)
class MeetingAdmin(OfCase):
    list_display = ("starts_at", "page", "state", "held_at", "adjourned_at")
    list_filter = ("state",)
    fields = (
        "page",
        "starts_at",
        "ends_at",
        "zone",
        "place",
        "state",
        "planned_at",
        "held_at",
        "adjourned_at",
    )


@admin.register(Summons)
class SummonsAdmin(OfCase):
    list_display = ("issued_at", "page", "says_at", "channel", "dispatched_at", "latest_at", "superseded_at")
    list_filter = ("channel",)
    fields = (
        "page",
        "purpose",
        "grounds",
        "says_at",
        "zone",
        "place",
        "right_text",
        "channel",
        "issued_at",
        "dispatched_at",
        "latest_at",
        "acknowledged_at",
        "superseded_at",
    )


@admin.register(Decision)
class DecisionAdmin(OfCase):
    list_display = ("confirmed_at", "page", "penalty_kind", "needs_letter")
    list_filter = ("penalty_kind",)
    fields = (
        "page",
        "penalty_kind",
        "reasons",
        "clause",
        "policy_id",
        "needs_letter",
        "drafted_at",
        "drafted_by",
        "confirmed_at",
        "confirmed_by",
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Decision]:
        return super().get_queryset(request).filter(confirmed_at__isnull=False)


@admin.register(Penalty)
class PenaltyAdmin(OfCase):
    list_display = ("decided_at", "page", "kind", "effective_at", "starts_on", "ends_on", "ban_until")
    list_filter = ("kind", "effective_by")
    fields = (
        "page",
        "kind",
        "decided_at",
        "effective_at",
        "effective_by",
        "starts_on",
        "ends_on",
        "ban_until",
        "lifted_at",
        "fees_note",
        "set_by",
        "set_reasons",
    )


@admin.register(DecisionCopy)
class DecisionCopyAdmin(OfCase):
    case = "decision__case"
    list_display = ("made_at", "page", "funder", "channel", "state", "sent_at", "delivered_at")
    list_filter = ("state", "channel")
    list_select_related = ("decision__case__student__user", "funder")
    search_fields = ("funder__name",)
    fields = ("page", "funder", "channel", "state", "made_at", "sent_at", "delivered_at", "last_error")

    @admin.display(description=gettext_lazy("case"))
    def page(self, row: DecisionCopy) -> str:
        case = row.decision.case
        return format_html('<a href="{}">{}</a>', reverse("case", args=[case.pk]), case)


@admin.register(CasePrint)
class CasePrintAdmin(OfCase):
    """Who asked for a file, and how far it is; what it says is its asker's alone."""

    list_display = ("asked_at", "page", "asked_by", "state", "done", "total", "finished_at")
    list_filter = ("state",)
    list_select_related = ("case__student__user", "asked_by")
    fields = ("page", "asked_by", "asked_at", "language", "state", "done", "total", "attempts", "finished_at")
