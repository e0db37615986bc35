"""Defences in the staff admin: read only, booked and decided on their pages."""

from __future__ import annotations

from django.contrib import admin

from mentoring.models import Defence, SkillAssessment
from students.admin.projects import OfWork


@admin.register(Defence)
class DefenceAdmin(OfWork):
    enrolment = "work__enrolment__"
    list_display = ("__str__", "person", "project_title", "assessor", "starts_at", "state")
    list_filter = ("state",)
    date_hierarchy = "starts_at"
    # The recording itself is not the staff's (V2).
    fields = (
        "person",
        "project_title",
        "assessor",
        "attempt",
        "starts_at",
        "ends_at",
        "medium",
        "booked_at",
        "booked_by",
        "student_joined_at",
        "assessor_joined_at",
        "recorded_at",
        "state",
        "decided_at",
        "decided_by",
        "comment",
    )


@admin.register(SkillAssessment)
class SkillAssessmentAdmin(OfWork):
    enrolment = "defence__work__enrolment__"
    of_work = "defence__work__"
    list_display = ("__str__", "person", "project_title", "skill", "approved")
    fields = ("person", "project_title", "skill", "approved", "comment")
