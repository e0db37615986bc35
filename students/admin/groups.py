"""Study groups in the staff admin: read by who looks after the whole school, written by students alone."""

from __future__ import annotations

from django.contrib import admin

from students.models import GroupPost, GroupResource, Membership, StudyGroup, StudySession

from .bases import WholeSchoolAdmin


@admin.register(StudyGroup)
class StudyGroupAdmin(WholeSchoolAdmin):
    list_display = ("title", "path", "cohort", "made_at", "closed_at")
    list_filter = ("path",)
    list_select_related = ("path",)
    search_fields = ("title",)
    fields = ("title", "purpose", "path", "cohort", "made_at", "made_by", "closed_at")


@admin.register(Membership)
class MembershipAdmin(WholeSchoolAdmin):
    list_display = ("group", "student", "owner", "joined_at", "left_at")
    list_select_related = ("group", "student__user")
    fields = ("group", "student", "owner", "joined_at", "left_at")


@admin.register(StudySession)
class StudySessionAdmin(WholeSchoolAdmin):
    list_display = ("title", "group", "starts_at", "ends_at", "cancelled_at")
    list_select_related = ("group",)
    fields = ("group", "title", "starts_at", "ends_at", "link", "made_by", "made_at", "cancelled_at")


@admin.register(GroupPost)
class GroupPostAdmin(WholeSchoolAdmin):
    list_display = ("group", "author", "posted_at", "removed_at")
    list_select_related = ("group", "author__user")
    fields = ("group", "author", "text", "posted_at", "removed_at", "removed_by")


@admin.register(GroupResource)
class GroupResourceAdmin(WholeSchoolAdmin):
    list_display = ("title", "group", "author", "posted_at", "removed_at")
    list_select_related = ("group", "author__user")
    fields = ("group", "author", "title", "url", "posted_at", "removed_at", "removed_by")
