"""People in training: Paths, students, trainings, and what interrupts or adapts them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Role, User
from accounts.permissions import is_administrator
from students.models import (
    Accommodation,
    Enrolment,
    Interruption,
    Path,
    Student,
)
from students.selectors import staff_scope
from students.services import NewEnrolment, enrol_student, enrolment_refusals
from students.services.school import add_path, add_student, edit_path, set_reference

from .bases import KeptByAdministrators, OfEnrolment, StaffAdmin, by, person_link


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


@admin.register(Interruption)
class InterruptionAdmin(OfEnrolment):
    list_display = ("__str__", "person", "path", "kind", "starts_on", "ends_on", "lifted_at")
    list_filter = ("kind",)
    date_hierarchy = "starts_on"
    fields = ("person", "kind", "starts_on", "ends_on", "about", "recorded_at", "recorded_by", "lifted_at")


@admin.register(Accommodation)
class AccommodationAdmin(OfEnrolment):
    """The measure; accepted and withdrawn on the student's page."""

    list_display = ("__str__", "person", "path", "audio", "valid_from", "valid_until", "withdrawn_at")
    list_filter = ("audio",)
    fields = (
        "person",
        "audio",
        "notice",
        "lateness",
        "rescheduling",
        "valid_from",
        "valid_until",
        "accepted_at",
        "accepted_by",
        "withdrawn_at",
    )
