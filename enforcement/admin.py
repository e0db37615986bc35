"""Enforcement in the staff admin: signs of life, and rows that could not be settled."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from accounts.permissions import is_administrator, is_head_of_learning

from . import services
from .models import Heartbeat, SweepFailure


class ReadOnlyAdmin(admin.ModelAdmin):
    """Written by the sweeps alone."""

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self.has_view_permission(request)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        # An error may name anybody of the school.
        return bool(is_administrator(request.user) or is_head_of_learning(request.user))

    def has_add_permission(self, request: HttpRequest, *args: Any) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(Heartbeat)
class HeartbeatAdmin(ReadOnlyAdmin):
    list_display = ("sweep", "alive_at", "last_finished_at", "last_count", "total", "last_error")
    ordering = ("sweep",)


@admin.register(SweepFailure)
class SweepFailureAdmin(ReadOnlyAdmin):
    list_display = ("sweep", "row_id", "failures", "error", "first_failed_at", "retry_at")
    list_filter = ("sweep",)
    ordering = ("first_failed_at",)
    actions = ("retry_now",)

    @admin.action(description=_("Try again at the next tick"), permissions=["view"])
    def retry_now(self, request: HttpRequest, queryset: QuerySet[SweepFailure]) -> None:
        done = services.retry_rows(failure_ids=queryset.values_list("pk", flat=True), now=timezone.now())
        told = ngettext("%(n)d row is tried again.", "%(n)d rows are tried again.", done)
        self.message_user(request, told % {"n": done}, messages.SUCCESS)
