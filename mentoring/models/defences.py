"""Defences: the final presentation of a project before an assessor, by video conference, recorded (2.2, 2.6)."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from record.models import Document
from students.models import ProjectWork, Skill, Student

from .calendars import Mentor
from .sessions import Medium


class DefenceState(models.TextChoices):
    """What became of a defence; ``rulebook.defences.TRANSITIONS`` says what may follow what."""

    BOOKED = "booked", _("booked")
    PASSED = "passed", _("passed")
    FAILED = "failed", _("not passed")
    CANCELLED = "cancelled", _("cancelled")


class Defence(models.Model):
    """One attempt at defending a project. Its times never change: another time is another defence.

    The rules on notice, lateness and no-shows are those of weekly sessions and do not apply (3.2).
    """

    work = models.ForeignKey(ProjectWork, on_delete=models.PROTECT, related_name="defences")
    # Of the work's enrolment, kept here for the constraints on overlaps.
    student = models.ForeignKey(Student, on_delete=models.PROTECT, related_name="defences")
    # Assessors have hours and a video room as mentors do.
    assessor = models.ForeignKey(Mentor, on_delete=models.PROTECT, related_name="defences")
    attempt = models.PositiveSmallIntegerField(_("attempt"), validators=[MinValueValidator(1)])
    starts_at = models.DateTimeField(_("starts"))
    ends_at = models.DateTimeField(_("ends"))
    medium = models.CharField(_("medium"), max_length=8, choices=Medium, default=Medium.VIDEO)
    video_link = models.URLField(_("video link"), max_length=500)
    booked_at = models.DateTimeField(_("booked"))
    booked_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    # First opened through the portal: told, never judged.
    student_joined_at = models.DateTimeField(_("student joined"), null=True, blank=True)
    assessor_joined_at = models.DateTimeField(_("assessor joined"), null=True, blank=True)

    recording = models.OneToOneField(
        Document, null=True, blank=True, on_delete=models.PROTECT, related_name="defence"
    )
    recorded_at = models.DateTimeField(_("recording added"), null=True, blank=True)

    state = models.CharField(_("state"), max_length=12, choices=DefenceState, default=DefenceState.BOOKED)
    decided_at = models.DateTimeField(_("decided"), null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    comment = models.TextField(_("comment"), blank=True)  # on the whole, or why it was cancelled
    revision = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        verbose_name = _("defence")
        verbose_name_plural = _("defences")
        ordering = ("-starts_at", "-pk")
        constraints = (
            models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="mentoring_defence_span"),
            models.CheckConstraint(
                condition=Q(state="booked", decided_at__isnull=True, decided_by__isnull=True)
                | (~Q(state="booked") & Q(decided_at__isnull=False) & ~Q(comment="")),
                name="mentoring_defence_decided",
            ),
            # A defence that was not recorded approves nothing (2.6).
            models.CheckConstraint(
                condition=~Q(state="passed") | Q(recording__isnull=False), name="mentoring_defence_recorded"
            ),
            models.CheckConstraint(
                condition=Q(recording__isnull=True) | Q(recorded_at__isnull=False),
                name="mentoring_defence_recording",
            ),
            models.UniqueConstraint(fields=["work", "attempt"], name="mentoring_defence_attempt"),
            # One at a time.
            models.UniqueConstraint(
                fields=["work"], condition=Q(state="booked"), name="mentoring_defence_open"
            ),
            # Overlaps of one assessor or one student: in the migrations, as for sessions.
        )
        indexes: ClassVar = [
            # Portal, assessor's page, free slots: one person's defences in time.
            models.Index("student", "starts_at", name="mentoring_def_student_idx"),
            models.Index("assessor", "starts_at", name="mentoring_def_assessor_idx"),
        ]

    def __str__(self) -> str:
        return f"{self.work_id}: {self.starts_at:%Y-%m-%d %H:%M} UTC"


class SkillAssessment(models.Model):
    """An assessor's word on one skill at one defence; written once."""

    defence = models.ForeignKey(Defence, on_delete=models.PROTECT, related_name="assessments")
    skill = models.ForeignKey(Skill, on_delete=models.PROTECT, related_name="assessments")
    approved = models.BooleanField(_("approved"))
    comment = models.TextField(_("comment"))

    class Meta:
        verbose_name = _("assessed skill")
        verbose_name_plural = _("assessed skills")
        ordering = ("defence", "skill__position", "pk")
        constraints = (
            models.UniqueConstraint(fields=["defence", "skill"], name="mentoring_assessment_once"),
            models.CheckConstraint(condition=~Q(comment=""), name="mentoring_assessment_comment"),
        )

    def __str__(self) -> str:
        return f"{self.defence_id}: {self.skill_id}"
