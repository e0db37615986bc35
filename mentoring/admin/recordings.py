"""Recordings and holds in the staff admin: that they are there and until when; nobody opens one here."""

from __future__ import annotations

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from mentoring.models import FilmingConsent, Hold, Recording
from record.admin import FileAdmin


@admin.register(Recording)
class RecordingAdmin(FileAdmin):
    list_display = ("session", "student", "kept_until", "deleted_at")
    list_filter = (("deleted_at", admin.EmptyFieldListFilter),)
    list_select_related = ("session", "enrolment__student__user")
    search_fields = ("enrolment__student__user__email",)
    ordering = ("-id",)
    fields = ("session", "student", "kept_until", "policy_id", "deleted_at")

    @admin.display(description=_("student"))
    def student(self, recording: Recording) -> str:
        return str(recording.enrolment.student)


@admin.register(Hold)
class HoldAdmin(FileAdmin):
    list_display = ("student", "reason", "about", "placed_at", "released_at")
    list_filter = ("reason", ("released_at", admin.EmptyFieldListFilter))
    list_select_related = ("student__user",)
    search_fields = ("student__user__email", "about")
    ordering = ("-id",)
    fields = (
        "student",
        "enrolment",
        "reason",
        "about",
        "placed_at",
        "placed_by",
        "grounds",
        "ends_at",
        "released_at",
        "released_by",
    )


@admin.register(FilmingConsent)
class FilmingConsentAdmin(FileAdmin):
    list_display = ("student", "agreed", "said_at")
    list_filter = ("agreed",)
    list_select_related = ("student__user",)
    search_fields = ("student__user__email",)
    ordering = ("-id",)
    fields = ("student", "agreed", "said_at", "policy_id")
