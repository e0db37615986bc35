"""What students hand in, what was said and decided about it, and what a finding asks for (2.2, 2.3, T2, PL).

Versions, their files and the decisions on them are written once: triggers in the migrations refuse to change or
remove them. Another version is another row.
"""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from record.models import Document

from .works import ProjectWork


class Deliverable(models.Model):
    """One version of what a student hands in for a project. The one with the highest number is the current one."""

    work = models.ForeignKey(ProjectWork, on_delete=models.PROTECT, related_name="deliverables")
    version = models.PositiveIntegerField(_("version"), validators=[MinValueValidator(1)])
    note = models.TextField(_("note to the mentor"), blank=True)
    submitted_at = models.DateTimeField(_("handed in"))
    submitted_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    # As it was judged when it came: another day that is set later changes nothing about it.
    due_on = models.DateField(_("was due on"), null=True, blank=True)
    late = models.BooleanField(_("late"), default=False)

    class Meta:
        verbose_name = _("deliverable")
        verbose_name_plural = _("deliverables")
        ordering = ("work", "-version")
        constraints = (
            # Two that arrive at once are two versions (T2).
            models.UniqueConstraint(fields=["work", "version"], name="students_deliverable_version"),
            models.CheckConstraint(condition=Q(version__gte=1), name="students_deliverable_first"),
            models.CheckConstraint(
                condition=Q(late=False) | Q(due_on__isnull=False), name="students_deliverable_late"
            ),
        )
        indexes: ClassVar = [
            # T3: when a student last handed something in; API list, newest first.
            models.Index(fields=["-submitted_at", "-id"], name="students_deliverable_time_idx"),
        ]

    def __str__(self) -> str:
        return f"{self.work_id}: {self.version}"


class DeliverableFile(models.Model):
    """A file of a version, with its digest, which stays when the file itself is deleted one day."""

    deliverable = models.ForeignKey(Deliverable, on_delete=models.PROTECT, related_name="files")
    document = models.OneToOneField(Document, on_delete=models.PROTECT, related_name="deliverable_file")
    sha256 = models.CharField(_("SHA-256"), max_length=64)

    class Meta:
        verbose_name = _("file of a deliverable")
        verbose_name_plural = _("files of deliverables")
        ordering = ("deliverable", "pk")

    def __str__(self) -> str:
        return f"{self.deliverable_id}: {self.sha256[:12]}"


class ReviewDecision(models.TextChoices):
    APPROVE = "approve", _("approved")
    REWORK = "rework", _("to rework")


class Review(models.Model):
    """The mentor's decision on a version, with the comment that the jury reads (2.3)."""

    deliverable = models.OneToOneField(Deliverable, on_delete=models.PROTECT, related_name="review")
    decision = models.CharField(_("decision"), max_length=8, choices=ReviewDecision)
    comment = models.TextField(_("comment"))
    decided_at = models.DateTimeField(_("decided"))
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("mentor"), on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        verbose_name = _("decision on a deliverable")
        verbose_name_plural = _("decisions on deliverables")
        ordering = ("-decided_at", "-pk")
        constraints = (models.CheckConstraint(condition=~Q(comment=""), name="students_review_comment"),)

    def __str__(self) -> str:
        return f"{self.deliverable_id}: {self.decision}"


class Remark(models.Model):
    """Something that the student, the mentor or the school said about the work on a project; both sides read it."""

    work = models.ForeignKey(ProjectWork, on_delete=models.PROTECT, related_name="remarks")
    deliverable = models.ForeignKey(
        Deliverable, null=True, blank=True, on_delete=models.PROTECT, related_name="remarks"
    )
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    text = models.TextField(_("comment"))
    written_at = models.DateTimeField(_("written"))

    class Meta:
        verbose_name = _("comment on a project")
        verbose_name_plural = _("comments on projects")
        ordering = ("written_at", "pk")
        constraints = (models.CheckConstraint(condition=~Q(text=""), name="students_remark_text"),)

    def __str__(self) -> str:
        return f"{self.work_id}: {self.written_at:%Y-%m-%d}"


class RequirementKind(models.TextChoices):
    REWORK = "rework", _("to be reworked")
    REDO = "redo", _("to be entirely redone")


class Requirement(models.Model):
    """What a finding asks of a project before it can be approved (PL.3): only a version after it counts."""

    work = models.ForeignKey(ProjectWork, on_delete=models.PROTECT, related_name="requirements")
    kind = models.CharField(_("what is asked"), max_length=8, choices=RequirementKind)
    clause = models.CharField(_("clause"), max_length=16)
    reason = models.TextField(_("reason"))
    # The finding behind it, of an app above this one ("discipline.finding:12").
    about = models.CharField(_("about"), max_length=100, blank=True)
    required_at = models.DateTimeField(_("required"))
    required_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    # The first version after it.
    met_by = models.ForeignKey(
        Deliverable, null=True, blank=True, on_delete=models.PROTECT, related_name="meets"
    )

    class Meta:
        verbose_name = _("required rework")
        verbose_name_plural = _("required reworks")
        ordering = ("-required_at", "-pk")
        constraints = (
            # One finding asks once.
            models.UniqueConstraint(
                fields=["work", "about"], condition=~Q(about=""), name="students_requirement_once"
            ),
            models.CheckConstraint(condition=~Q(reason=""), name="students_requirement_reason"),
        )

    def __str__(self) -> str:
        return f"{self.work_id}: {self.kind}"
