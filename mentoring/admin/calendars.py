"""Mentors, their hours and mentorships. What a rule stands behind is read only; actions call services."""

from __future__ import annotations

from datetime import datetime
from typing import Any, ClassVar

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy, ngettext

from accounts.models import User
from accounts.permissions import is_administrator
from mentoring.models import Mentor, Mentorship, TimeOff, WeeklySlot
from mentoring.services import mentor_leaves, withdraw_time_off
from mentoring.services.people import add_mentor, set_video_link
from students.admin import KeptByAdministrators, OfEnrolment, StaffAdmin, by

from .acting import MOST, each


@admin.register(Mentor)
class MentorAdmin(KeptByAdministrators):
    """A new mentor, and the room that future sessions meet in. Sessions keep the link they were booked with."""

    list_display = ("user", "email", "video_link", "left_on")
    list_select_related = ("user",)
    list_filter = (("left_on", admin.EmptyFieldListFilter),)
    search_fields = ("user__given_name", "user__family_name", "user__email")
    autocomplete_fields = ("user",)
    fields = ("user", "video_link", "left_on")
    readonly_fields = ("left_on",)
    ordering = ("user__family_name", "user__given_name", "pk")
    actions = ("leave_today",)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        # History hangs on the person: a mentor never becomes another one.
        return ("user", "left_on") if obj else ("left_on",)

    def save_by_service(self, row: Mentor, user: User, now: datetime, change: bool) -> Mentor:
        if change:
            return set_video_link(mentor_id=row.pk, video_link=row.video_link, by=user, now=now)
        return add_mentor(user=row.user, video_link=row.video_link, by=user, now=now)

    def has_arrange_permission(self, request: HttpRequest) -> bool:
        return bool(is_administrator(request.user))

    @admin.display(description=gettext_lazy("e-mail"))
    def email(self, row: Mentor) -> str:
        return row.user.email

    @admin.action(
        description=gettext_lazy("Leaves the school today: mentorships end, later sessions are cancelled"),
        permissions=["arrange"],
    )
    def leave_today(self, request: HttpRequest, queryset: QuerySet[Mentor]) -> None:
        now, user = timezone.now(), by(request)
        count = each(
            self,
            request,
            queryset[:MOST],
            lambda row: mentor_leaves(mentor=row, left_on=timezone.localdate(now), by=user, now=now),
        )
        told = ngettext("%(n)d mentor leaves today.", "%(n)d mentors leave today.", count) % {"n": count}
        self.message_user(request, told, messages.SUCCESS if count else messages.WARNING)


class OfMentor(StaffAdmin):
    """A mentor's hours: staff of every role may need them."""

    list_select_related: ClassVar[Any] = ("mentor__user",)
    search_fields: ClassVar[Any] = ("mentor__user__family_name", "mentor__user__email")


@admin.register(WeeklySlot)
class WeeklySlotAdmin(OfMentor):
    """Never edited: a change retires the row and records another, on the mentor's page."""

    list_display = ("mentor", "weekday", "starts", "ends", "time_zone", "recorded_at", "retired_at")
    list_filter = ("weekday", ("retired_at", admin.EmptyFieldListFilter))


@admin.register(TimeOff)
class TimeOffAdmin(OfMentor):
    list_display = ("mentor", "starts_at", "ends_at", "reason", "recorded_at", "withdrawn_at")
    list_filter = (("withdrawn_at", admin.EmptyFieldListFilter),)
    date_hierarchy = "starts_at"
    actions = ("withdraw",)

    @admin.action(description=gettext_lazy("Withdraw: the mentor is there after all"), permissions=["view"])
    def withdraw(self, request: HttpRequest, queryset: QuerySet[TimeOff]) -> None:
        now, user = timezone.now(), by(request)
        count = each(
            self,
            request,
            queryset[:MOST],
            lambda row: withdraw_time_off(time_off_id=row.pk, by=user, now=now),
        )
        told = ngettext("%(n)d withdrawn.", "%(n)d withdrawn.", count) % {"n": count}
        self.message_user(request, told, messages.SUCCESS if count else messages.WARNING)


@admin.register(Mentorship)
class MentorshipAdmin(OfEnrolment):
    """Started, replaced and ended on the student's page."""

    list_display = ("mentor", "person", "path", "weekday", "local_time", "starts_on", "ends_on")
    list_filter = (("ends_on", admin.EmptyFieldListFilter), "weekday", "enrolment__path")
    list_select_related = ("mentor__user", "enrolment__student__user", "enrolment__path")
    search_fields = (*OfEnrolment.search_fields, "mentor__user__family_name")
    fields = ("mentor", "person", "weekday", "local_time", "length_minutes", "starts_on", "ends_on")
