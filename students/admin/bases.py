"""What the staff admin rests on: read by the school's staff, written by administrators through services."""

from __future__ import annotations

from datetime import datetime
from typing import Any, ClassVar

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext_lazy

from accounts.models import User
from accounts.permissions import is_administrator, is_school_staff
from record.admin import ReadOnlyAdmin
from students.selectors import SEES_ALL, staff_scope


def by(request: HttpRequest) -> User:
    """The person at the desk."""
    assert isinstance(request.user, User)
    return request.user


def person_link(student_id: int | None, text: object) -> str:
    """A link to the page of a student's whole record."""
    try:
        return format_html('<a href="{}">{}</a>', reverse("staff-person", args=[student_id]), text)
    except NoReverseMatch:  # nobody's, or the page is not part of this school
        return str(text)


class StaffAdmin(ReadOnlyAdmin):
    """Rows that the school's staff reads: a Learning Manager those of their own Paths.

    ``enrolment`` is the lookup prefix from a row to its enrolment; None: rows that belong to no training,
    which staff of every role may see.
    """

    enrolment: str | None = None

    def has_module_permission(self, request: HttpRequest) -> bool:
        return bool(is_school_staff(request.user))

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return bool(is_school_staff(request.user))

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        rows = super().get_queryset(request)
        return rows if self.enrolment is None else rows.filter(staff_scope(by(request), self.enrolment))


class KeptByAdministrators(StaffAdmin):
    """Rows without a rule behind them: administrators add and change them by a service, nobody deletes."""

    def save_by_service(self, row: Any, user: User, now: datetime, change: bool) -> Any:
        """Write what the form gave ``row``, with its entry; returns the row as it was kept."""
        raise NotImplementedError  # by each table

    def save_model(self, request: HttpRequest, row: Any, form: Any, change: bool) -> None:
        kept = self.save_by_service(row, by(request), timezone.now(), change)
        row.pk, row._state.adding = kept.pk, False

    def has_add_permission(self, request: HttpRequest, *args: Any) -> bool:
        return bool(is_administrator(request.user))

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return bool(is_administrator(request.user))


class WholeSchoolAdmin(StaffAdmin):
    """Rows that tell of the whole school: not for a Learning Manager."""

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self.has_view_permission(request)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        user = request.user
        return isinstance(user, User) and user.is_active and user.has_role(*SEES_ALL)


class OfEnrolment(StaffAdmin):
    """Rows of a training, read only; the student's page has what can be done about them."""

    enrolment = "enrolment__"
    list_select_related: ClassVar[Any] = ("enrolment__student__user", "enrolment__path")
    search_fields: ClassVar[Any] = (
        "enrolment__student__user__family_name",
        "enrolment__student__user__email",
    )

    @admin.display(description=gettext_lazy("student"))
    def person(self, row: Any) -> str:
        return person_link(row.enrolment.student_id, row.enrolment.student)

    @admin.display(description=gettext_lazy("Path"))
    def path(self, row: Any) -> str:
        return str(row.enrolment.path)
