"""Funders, leaves and changes of Path in the staff admin: read there, decided on their own pages."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from accounts.permissions import is_administrator
from rulebook.errors import RuleError
from students.admin import KeptByAdministrators, OfEnrolment, StaffAdmin, by
from students.models import (
    ChangeOfPath,
    Consultation,
    EndShift,
    Funder,
    FunderApproval,
    FunderClient,
    Funding,
    LeaveRequest,
)
from students.services.clients import make_client, revoke_client
from students.services.funders import FIELDS, keep_funder


@admin.register(Funder)
class FunderAdmin(KeptByAdministrators):
    """Who pays; what each pays for is entered on the student's page."""

    list_display = ("name", "kind", "email", "active")
    list_filter = ("kind", "active")
    search_fields = ("name",)
    fields = FIELDS

    def save_by_service(self, row: Funder, user: User, now: datetime, change: bool) -> Funder:
        given: dict[str, Any] = {name: getattr(row, name) for name in FIELDS}
        return keep_funder(funder_id=row.pk if change else None, by=user, now=now, **given)


@admin.register(FunderClient)
class FunderClientAdmin(StaffAdmin):
    """API clients of funders: administrators make and revoke them; a secret is shown once."""

    list_display = ("funder", "label", "client_id", "created_at", "last_used_at", "revoked_at")
    list_select_related = ("funder",)
    autocomplete_fields = ("funder",)
    actions = ("revoke",)

    def has_module_permission(self, request: HttpRequest) -> bool:
        return bool(is_administrator(request.user))

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return bool(is_administrator(request.user))

    def has_add_permission(self, request: HttpRequest, *args: Any) -> bool:
        return bool(is_administrator(request.user))

    def has_revoke_permission(self, request: HttpRequest) -> bool:
        return bool(is_administrator(request.user))

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        told = ("client_id", "created_at", "created_by", "last_used_at", "revoked_at")
        return ("funder", "label", *told) if obj else ("funder", "label")

    def save_model(self, request: HttpRequest, row: FunderClient, form: Any, change: bool) -> None:
        made, secret = make_client(funder=row.funder, label=row.label, by=by(request), now=timezone.now())
        row.pk, row._state.adding, row.client_id = made.pk, False, made.client_id
        text = _("Client id: %(id)s. Secret, shown this once: %(secret)s")
        messages.warning(request, text % {"id": made.client_id, "secret": secret})

    @admin.action(description=gettext_lazy("Revoke"), permissions=["revoke"])
    def revoke(self, request: HttpRequest, rows: QuerySet[FunderClient]) -> None:
        for row in rows:
            try:
                revoke_client(client_id=row.pk, by=by(request), now=timezone.now())
            except RuleError as error:
                messages.error(request, _(error.message))


@admin.register(Funding)
class FundingAdmin(OfEnrolment):
    list_display = ("funder", "person", "path", "starts_on", "ends_on")
    list_filter = ("funder",)
    list_select_related = ("enrolment__student__user", "enrolment__path", "funder")
    fields = ("person", "funder", "reference", "starts_on", "ends_on", "recorded_at", "recorded_by")


@admin.register(LeaveRequest)
class LeaveRequestAdmin(OfEnrolment):
    list_display = ("__str__", "person", "path", "state", "approver", "requested_at", "decided_at")
    list_filter = ("state", "approver")
    date_hierarchy = "starts_on"
    fields = (
        "person",
        "starts_on",
        "ends_on",
        "asked_until",
        "back_on",
        "reason",
        "approver",
        "needs_email",
        "requested_at",
        "complete_at",
        "state",
        "decided_at",
        "decided_by",
        "decision",
        "policy_id",
    )


@admin.register(FunderApproval)
class FunderApprovalAdmin(StaffAdmin):
    """The state of each approval; its document is opened on the request's page."""

    enrolment = "funding__enrolment__"
    list_display = ("funding", "state", "asked_at", "received_at", "checked_at")
    list_filter = ("state",)
    list_select_related = (
        "funding__funder",
        "funding__enrolment__student__user",
        "funding__enrolment__path",
    )
    fields = ("funding", "state", "asked_at", "received_at", "received_from", "checked_at", "checked_by")


@admin.register(Consultation)
class ConsultationAdmin(OfEnrolment):
    list_display = ("to_path", "person", "path", "recorded_at", "recorded_by")
    list_select_related = ("enrolment__student__user", "enrolment__path", "to_path", "recorded_by")
    fields = ("person", "to_path", "advice", "recorded_at", "recorded_by")


@admin.register(ChangeOfPath)
class ChangeOfPathAdmin(OfEnrolment):
    list_display = ("__str__", "person", "state", "requested_at", "earliest_on", "takes_effect_on")
    list_filter = ("state",)
    list_select_related = ("enrolment__student__user", "enrolment__path", "from_path", "to_path")
    fields = (
        "person",
        "from_path",
        "to_path",
        "reason",
        "requested_at",
        "accepted_at",
        "earliest_on",
        "takes_effect_on",
        "ends_on",
        "state",
        "decided_at",
        "decided_by",
        "decision",
        "effective_at",
        "policy_id",
    )


@admin.register(EndShift)
class EndShiftAdmin(OfEnrolment):
    list_display = ("person", "path", "cause", "days", "ends_on_before", "ends_on_after", "recorded_at")
    list_filter = ("cause",)
    fields = (
        "person",
        "cause",
        "days",
        "ends_on_before",
        "ends_on_after",
        "leave",
        "change",
        "recorded_at",
        "recorded_by",
    )
