"""Learning together (PL): groups by Path or cohort, who is in them, what they share. Deliverables stay one's own."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from .enrolments import Student
from .training import Path


class StudyGroup(models.Model):
    """Students of one Path, or of one cohort (those who began in one month), or of both."""

    title = models.CharField(_("title"), max_length=100)
    purpose = models.TextField(_("what it is for"), blank=True)
    path = models.ForeignKey(
        Path,
        verbose_name=_("Path"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="study_groups",
    )
    # The first day of the month in which its members began.
    cohort = models.DateField(_("cohort"), null=True, blank=True)
    made_at = models.DateTimeField(_("made"))
    made_by = models.ForeignKey(Student, on_delete=models.PROTECT, related_name="+")
    # When its last member had left.
    closed_at = models.DateTimeField(_("closed"), null=True, blank=True)

    class Meta:
        verbose_name = _("study group")
        verbose_name_plural = _("study groups")
        ordering = ("title", "pk")
        constraints = (
            models.CheckConstraint(
                condition=Q(path__isnull=False) | Q(cohort__isnull=False), name="students_group_of_something"
            ),
        )

    def __str__(self) -> str:
        return self.title


class Membership(models.Model):
    """A student in a group, from joining to leaving."""

    group = models.ForeignKey(StudyGroup, on_delete=models.PROTECT, related_name="memberships")
    student = models.ForeignKey(Student, on_delete=models.PROTECT, related_name="memberships")
    owner = models.BooleanField(_("looks after the group"), default=False)
    joined_at = models.DateTimeField(_("joined"))
    left_at = models.DateTimeField(_("left"), null=True, blank=True)

    class Meta:
        verbose_name = _("membership")
        verbose_name_plural = _("memberships")
        ordering = ("joined_at", "pk")
        constraints = (
            models.UniqueConstraint(
                fields=["group", "student"],
                condition=Q(left_at__isnull=True),
                name="students_membership_once",
            ),
            models.UniqueConstraint(
                fields=["group"],
                condition=Q(left_at__isnull=True, owner=True),
                name="students_membership_one_owner",
            ),
        )

    def __str__(self) -> str:
        return f"{self.student_id} in {self.group_id}"


class StudySession(models.Model):
    """An appointment of a group to study together. Its times never change: a move is another one."""

    group = models.ForeignKey(StudyGroup, on_delete=models.PROTECT, related_name="study_sessions")
    title = models.CharField(_("what about"), max_length=150)
    starts_at = models.DateTimeField(_("starts"))
    ends_at = models.DateTimeField(_("ends"))
    link = models.URLField(_("video link"), max_length=500, blank=True)
    made_at = models.DateTimeField(_("made"))
    made_by = models.ForeignKey(Student, on_delete=models.PROTECT, related_name="+")
    cancelled_at = models.DateTimeField(_("cancelled"), null=True, blank=True)

    class Meta:
        verbose_name = _("study session")
        verbose_name_plural = _("study sessions")
        ordering = ("starts_at", "pk")
        constraints = (
            models.CheckConstraint(
                condition=Q(ends_at__gt=F("starts_at")), name="students_studysession_span"
            ),
        )
        indexes: ClassVar = [
            # A group's page and its members' calendars: one group's appointments in time.
            models.Index(fields=["group", "starts_at"], name="students_studysession_idx"),
        ]

    def __str__(self) -> str:
        return self.title


class Shared(models.Model):
    """Something that a member put up for the group, until it is taken down."""

    group = models.ForeignKey(StudyGroup, on_delete=models.PROTECT, related_name="%(class)ss")
    author = models.ForeignKey(Student, on_delete=models.PROTECT, related_name="+")
    posted_at = models.DateTimeField(_("posted"))
    removed_at = models.DateTimeField(_("taken down"), null=True, blank=True)
    removed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        abstract = True


class GroupPost(Shared):
    """How somebody is getting on: progress, a question, a way of going about it (PL.6). No chat: it has no replies."""

    text = models.TextField(_("how you are getting on"))

    class Meta:
        verbose_name = _("progress post")
        verbose_name_plural = _("progress posts")
        ordering = ("-posted_at", "-pk")
        constraints = (models.CheckConstraint(condition=~Q(text=""), name="students_grouppost_text"),)

    def __str__(self) -> str:
        return f"{self.group_id}: {self.posted_at:%Y-%m-%d}"


class GroupResource(Shared):
    """A link or a file that helps others to move forward (PL.4)."""

    title = models.CharField(_("title"), max_length=150)
    url = models.URLField(_("address"), max_length=500, blank=True)
    document = models.ForeignKey(
        "record.Document",
        verbose_name=_("file"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )

    class Meta:
        verbose_name = _("shared resource")
        verbose_name_plural = _("shared resources")
        ordering = ("-posted_at", "-pk")

    def __str__(self) -> str:
        return self.title
