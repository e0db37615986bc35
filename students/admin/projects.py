"""Projects and what students do on them in the staff admin: read only, for each has a rule behind it.

A Path's projects and skills are edited on its page (``staff-path``), which says what follows.
"""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from students.models import (
    Deliverable,
    DeliverableFile,
    Project,
    ProjectWork,
    Remark,
    Requirement,
    Review,
    Skill,
    SkillApproval,
)

from .bases import StaffAdmin, person_link


def page_link(view: str, pk: int, text: object) -> str:
    """A link to a page of the staff, where this school has it."""
    try:
        return format_html('<a href="{}">{}</a>', reverse(view, args=[pk]), text)
    except NoReverseMatch:
        return str(text)


@admin.register(Project)
class ProjectAdmin(StaffAdmin):
    """Edited on the page of its Path."""

    list_display = ("title", "path", "position", "in_depth", "retired_at")
    list_filter = ("in_depth", "path")
    list_select_related = ("path",)
    search_fields = ("title",)
    fields = ("path", "position", "title", "summary", "in_depth", "added_at", "retired_at", "page")

    @admin.display(description=gettext_lazy("edit"))
    def page(self, row: Project) -> str:
        return page_link("staff-path", row.path_id, _("The Path’s page"))


@admin.register(Skill)
class SkillAdmin(StaffAdmin):
    """Edited on the page of its Path."""

    list_display = ("code", "title", "project", "retired_at")
    list_select_related = ("project",)
    search_fields = ("code", "title")
    fields = ("project", "position", "code", "title", "added_at", "retired_at")


class OfWork(StaffAdmin):
    """Rows of a student's work: a Learning Manager sees those of their own Paths."""

    of_work = "work__"

    def get_list_select_related(self, request: HttpRequest) -> Any:
        return (f"{self.of_work}enrolment__student__user", f"{self.of_work}project")

    def get_search_fields(self, request: HttpRequest) -> Any:
        person = f"{self.of_work}enrolment__student__user__"
        return (f"{person}family_name", f"{person}email", f"{self.of_work}project__title")

    def _work(self, row: Any) -> ProjectWork:
        for name in self.of_work.removesuffix("__").split("__"):
            row = getattr(row, name) if name else row
        return row

    @admin.display(description=gettext_lazy("student"))
    def person(self, row: Any) -> str:
        enrolment = self._work(row).enrolment
        return person_link(enrolment.student_id, enrolment.student)

    @admin.display(description=gettext_lazy("project"))
    def project_title(self, row: Any) -> str:
        work = self._work(row)
        return page_link("staff-work", work.pk, work.project.title)


@admin.register(ProjectWork)
class ProjectWorkAdmin(OfWork):
    enrolment = "enrolment__"
    of_work = ""
    list_display = ("__str__", "person", "project_title", "state", "in_depth", "state_since", "dropped_at")
    list_filter = ("state", "in_depth")
    fields = (
        "person",
        "project_title",
        "state",
        "in_depth",
        "given_at",
        "due_on",
        "state_since",
        "dropped_at",
    )


@admin.register(Deliverable)
class DeliverableAdmin(OfWork):
    enrolment = "work__enrolment__"
    list_display = ("__str__", "person", "project_title", "version", "submitted_at", "late")
    list_filter = ("late",)
    date_hierarchy = "submitted_at"
    fields = ("person", "project_title", "version", "note", "submitted_at", "submitted_by", "due_on", "late")


@admin.register(DeliverableFile)
class DeliverableFileAdmin(OfWork):
    enrolment = "deliverable__work__enrolment__"
    of_work = "deliverable__work__"
    list_display = ("__str__", "person", "project_title", "document", "sha256")
    fields = ("person", "project_title", "document", "sha256")


@admin.register(Review)
class ReviewAdmin(OfWork):
    enrolment = "deliverable__work__enrolment__"
    of_work = "deliverable__work__"
    list_display = ("__str__", "person", "project_title", "decision", "decided_by", "decided_at")
    list_filter = ("decision",)
    fields = ("person", "project_title", "decision", "comment", "decided_at", "decided_by")


@admin.register(Remark)
class RemarkAdmin(OfWork):
    enrolment = "work__enrolment__"
    list_display = ("__str__", "person", "project_title", "author", "written_at")
    fields = ("person", "project_title", "author", "text", "written_at")


@admin.register(Requirement)
class RequirementAdmin(OfWork):
    enrolment = "work__enrolment__"
    list_display = ("__str__", "person", "project_title", "kind", "required_at", "met_by")
    list_filter = ("kind",)
    fields = (
        "person",
        "project_title",
        "kind",
        "clause",
        "reason",
        "about",
        "required_at",
        "required_by",
        "met_by",
    )


@admin.register(SkillApproval)
class SkillApprovalAdmin(OfWork):
    enrolment = "work__enrolment__"
    list_display = (
        "__str__",
        "person",
        "project_title",
        "skill",
        "approved_by",
        "approved_at",
        "withdrawn_at",
    )
    fields = (
        "person",
        "project_title",
        "skill",
        "approved_at",
        "approved_by",
        "comment",
        "carried_from",
        "withdrawn_at",
    )
