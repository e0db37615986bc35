"""Sessions and the facts about them: to be read; a session to come can be cancelled."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from mentoring.models import ExceptionalCircumstance, ExceptionRequest, Join, Note, Notice, Session
from mentoring.permissions import can_cancel_session
from mentoring.services import cancel_session
from students.admin import StaffAdmin, by, person_link

from .acting import MOST, ReasonedActionForm, each

PEOPLE = ("student__user", "mentor__user", "enrolment__path")


class When(admin.SimpleListFilter):
    """To come or past: a range of the index on time, where a calendar of dates would read the whole table."""

    title = gettext_lazy("time")
    parameter_name = "when"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("coming", gettext_lazy("To come")), ("past", gettext_lazy("Past"))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        now = timezone.now()
        if self.value() == "coming":
            return queryset.filter(starts_at__gt=now)
        return queryset.filter(starts_at__lte=now) if self.value() == "past" else queryset


@admin.register(Session)
class SessionAdmin(StaffAdmin):
    enrolment = "enrolment__"
    list_display = ("starts_at", "person", "mentor", "state", "page")
    list_filter = (When, "state", "ground", "origin", "enrolment__path")
    list_select_related = PEOPLE
    search_fields = (
        "student__user__given_name",
        "student__user__family_name",
        "student__user__email",
        "mentor__user__family_name",
    )
    ordering = ("-starts_at", "-pk")
    action_form = ReasonedActionForm
    actions = ("cancel",)
    fields = (
        "person",
        "mentor",
        "starts_at",
        "ends_at",
        "origin",
        "medium",
        "video_link",
        "state",
        "ground",
        "decided_at",
        "decided_by",
        "clause",
        "policy_id",
        "student_joined_at",
        "mentor_joined_at",
        "booked_at",
        "released_at",
        "facts",
        "page",
    )

    @admin.display(description=gettext_lazy("student"))
    def person(self, row: Session) -> str:
        return person_link(row.student_id, row.student)

    @admin.display(description=gettext_lazy("page"))
    def page(self, row: Session) -> str:
        return format_html('<a href="{}">{}</a>', reverse("staff-session", args=[row.pk]), _("Open"))

    @admin.action(description=gettext_lazy("Cancel (the reason is told)"), permissions=["view"])
    def cancel(self, request: HttpRequest, queryset: QuerySet[Session]) -> None:
        reason, now, user = request.POST.get("reason", ""), timezone.now(), by(request)
        rows = [row for row in queryset.select_related(*PEOPLE)[:MOST] if can_cancel_session(user, row)]
        count = each(
            self,
            request,
            rows,
            lambda row: cancel_session(session_id=row.pk, reason=reason, by=user, now=now),
        )
        told = ngettext("%(n)d session cancelled.", "%(n)d sessions cancelled.", count) % {"n": count}
        self.message_user(request, told, messages.SUCCESS if count else messages.WARNING)


class OfSession(StaffAdmin):
    """A fact about a session."""

    enrolment = "session__enrolment__"
    list_select_related: ClassVar[Any] = ("session__student__user",)
    search_fields: ClassVar[Any] = ("session__student__user__family_name", "session__student__user__email")

    @admin.display(description=gettext_lazy("session"))
    def of_session(self, row: Any) -> str:
        if row.session_id is None:
            return "–"
        return format_html(
            '<a href="{}">{}</a>', reverse("staff-session", args=[row.session_id]), row.session
        )


@admin.register(Notice)
class NoticeAdmin(OfSession):
    """When a notice was received is the server's word: nobody edits it (abuse 29)."""

    list_display = ("received_at", "of_session", "given_by")
    list_select_related = ("session__student__user", "given_by")
    ordering = ("-received_at",)
    fields = ("of_session", "reason", "received_at", "given_by")


@admin.register(Join)
class JoinAdmin(OfSession):
    list_display = ("recorded_at", "of_session", "participant", "joined_at", "source", "recorded_by")
    list_filter = ("source", "participant")
    list_select_related = ("session__student__user", "recorded_by")
    ordering = ("-pk",)
    fields = ("of_session", "participant", "joined_at", "source", "recorded_at", "recorded_by")


@admin.register(ExceptionalCircumstance)
class ExceptionAdmin(OfSession):
    list_display = ("authorised_at", "of_session", "authorised_by", "retroactive")
    list_filter = ("retroactive",)
    list_select_related = ("session__student__user", "authorised_by")
    fields = ("of_session", "reason", "authorised_at", "authorised_by", "retroactive")


@admin.register(ExceptionRequest)
class ExceptionRequestAdmin(OfSession):
    """Answered on the session's page."""

    list_display = ("asked_at", "of_session", "asked_by", "granted", "decided_at")
    list_filter = ("granted",)
    list_select_related = ("session__student__user", "asked_by")
    fields = ("of_session", "reason", "asked_at", "asked_by", "granted", "answer", "decided_at", "decided_by")


@admin.register(Note)
class NoteAdmin(OfSession):
    """Shared notes; a private one is seen by nobody but its author, in the admin neither."""

    enrolment = "enrolment__"
    list_display = ("written_at", "person", "author", "of_session")
    list_select_related = ("enrolment__student__user", "session__student__user", "author")
    search_fields = ("enrolment__student__user__family_name", "enrolment__student__user__email")
    fields = ("person", "of_session", "author", "text", "written_at", "edited_at")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Note]:
        return super().get_queryset(request).filter(shared=True)

    @admin.display(description=gettext_lazy("student"))
    def person(self, row: Note) -> str:
        return person_link(row.enrolment.student_id, row.enrolment.student)
