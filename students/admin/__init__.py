"""People in training in the staff admin: read by the school's staff, written by administrators through services."""

from __future__ import annotations

from datetime import datetime
from typing import Any, ClassVar

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db.models import Model, QuerySet
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Role, User
from accounts.permissions import is_administrator, is_school_staff
from record.admin import ReadOnlyAdmin
from students.models import (
    Accommodation,
    Enrolment,
    ExternalId,
    Interruption,
    Path,
    RosterImport,
    Student,
)
from students.permissions import may_import_rosters
from students.selectors import SEES_ALL, staff_scope
from students.services import NewEnrolment, enrol_student, enrolment_refusals
from students.services.school import add_path, add_student, edit_path, set_reference


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


@admin.register(Path)
class PathAdmin(KeptByAdministrators):
    list_display = ("title", "code", "learning_manager", "active")
    list_filter = ("active",)
    list_select_related = ("learning_manager",)
    search_fields = ("title", "code")
    fields = ("code", "title", "learning_manager", "active")

    def save_by_service(self, row: Path, user: User, now: datetime, change: bool) -> Path:
        given: dict[str, Any] = {name: getattr(row, name) for name in self.fields}
        return (
            edit_path(path_id=row.pk, **given, by=user, now=now)
            if change
            else add_path(**given, by=user, now=now)
        )

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name == "learning_manager":
            managers = User.objects.filter(is_active=True, role_grants__role=Role.LEARNING_MANAGER)
            kwargs["queryset"] = managers.order_by("family_name", "given_name")
        return super().formfield_for_foreignkey(db_field, request, **kwargs)


@admin.register(Student)
class StudentAdmin(KeptByAdministrators):
    list_display = ("user", "reference", "email", "file")
    list_select_related = ("user",)
    search_fields = ("user__given_name", "user__family_name", "user__email", "reference")
    search_help_text = gettext_lazy("Name, e-mail address or school reference")
    autocomplete_fields = ("user",)
    fields = ("user", "reference", "file")
    readonly_fields = ("file",)
    ordering = ("user__family_name", "user__given_name", "pk")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Student]:
        rows = super().get_queryset(request)
        scope = staff_scope(by(request))
        # As a subquery, so that somebody in two trainings stands in the list once.
        return rows.filter(pk__in=Enrolment.objects.filter(scope).values("student")) if scope else rows

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        # History hangs on the person: a student never becomes another one.
        return ("user", *self.readonly_fields) if obj else self.readonly_fields

    def save_by_service(self, row: Student, user: User, now: datetime, change: bool) -> Student:
        if change:
            return set_reference(student_id=row.pk, reference=row.reference, by=user, now=now)
        return add_student(user=row.user, reference=row.reference, by=user, now=now)

    @admin.display(description=gettext_lazy("e-mail"))
    def email(self, row: Student) -> str:
        return row.user.email

    @admin.display(description=gettext_lazy("whole record"))
    def file(self, row: Student) -> str:
        return person_link(row.pk, _("Open")) if row.pk else ""


class EnrolmentForm(forms.ModelForm):
    """A new enrolment; what a rule refuses is said beside its field."""

    class Meta:
        model = Enrolment
        fields = ("student", "path", "starts_on", "ends_on", "time_zone")

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        names = ("student", "path", "starts_on", "ends_on", "time_zone")
        if all(given.get(name) for name in names):
            wanted = NewEnrolment(*(given[name] for name in names))
            for error in enrolment_refusals([wanted], timezone.now()).values():
                text = _(error.message) % error.params if error.params else _(error.message)
                raise ValidationError({error.field: text})
        return given


@admin.register(Enrolment)
class EnrolmentAdmin(StaffAdmin):
    """Made here by administrators; dates, interruptions and the end on the student's page."""

    enrolment = ""
    form = EnrolmentForm
    list_display = ("student", "path", "starts_on", "ends_on", "state", "file")
    list_filter = ("state", "path")
    list_select_related = ("student__user", "path")
    search_fields = (
        "student__user__given_name",
        "student__user__family_name",
        "student__user__email",
        "student__reference",
    )
    autocomplete_fields = ("student", "path")

    def has_add_permission(self, request: HttpRequest, *args: Any) -> bool:
        return bool(is_administrator(request.user))

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        asked = EnrolmentForm.Meta.fields
        return (*asked, "ended_on", "state", "file") if obj else asked

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return ("ended_on", "state", "file")

    def save_model(self, request: HttpRequest, row: Enrolment, form: Any, change: bool) -> None:
        names = EnrolmentForm.Meta.fields
        made = enrol_student(
            **{name: form.cleaned_data[name] for name in names}, by=by(request), now=timezone.now()
        )
        row.pk, row._state.adding = made.pk, False

    @admin.display(description=gettext_lazy("whole record"))
    def file(self, row: Enrolment) -> str:
        return person_link(row.student_id, _("Open"))


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


@admin.register(Interruption)
class InterruptionAdmin(OfEnrolment):
    list_display = ("__str__", "person", "path", "kind", "starts_on", "ends_on", "lifted_at")
    list_filter = ("kind",)
    date_hierarchy = "starts_on"
    fields = ("person", "kind", "starts_on", "ends_on", "recorded_at", "recorded_by", "lifted_at")


@admin.register(Accommodation)
class AccommodationAdmin(OfEnrolment):
    """The measure; accepted and withdrawn on the student's page."""

    list_display = ("__str__", "person", "path", "audio", "valid_from", "valid_until", "withdrawn_at")
    list_filter = ("audio",)
    fields = (
        "person", "audio", "notice", "lateness", "rescheduling", "valid_from", "valid_until",
        "accepted_at", "accepted_by", "withdrawn_at",
    )  # fmt: skip


@admin.register(ExternalId)
class ExternalIdAdmin(WholeSchoolAdmin):
    list_display = ("system", "kind", "sourced_id", "object_id", "current", "changed_at")
    list_filter = ("kind", "current")
    search_fields = ("sourced_id",)


@admin.register(RosterImport)
class RosterImportAdmin(StaffAdmin):
    """What was uploaded and applied; the import pages show each row."""

    list_display = ("file_name", "uploaded_at", "uploaded_by", "applied_at")
    list_select_related = ("uploaded_by",)
    date_hierarchy = "uploaded_at"
    fields = ("file_name", "digest", "uploaded_at", "uploaded_by", "outcome_digest", "applied_at")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Model]:
        return super().get_queryset(request).defer("content", "outcome")

    def has_module_permission(self, request: HttpRequest) -> bool:
        return bool(may_import_rosters(request.user))

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return bool(may_import_rosters(request.user))


# Registered by being imported; they need the classes above.
from . import beginning as beginning  # noqa: E402
from . import groups as groups  # noqa: E402
from . import projects as projects  # noqa: E402
