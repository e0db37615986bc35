"""What is taught: Paths, their projects, and the skills of each project."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _


class Path(models.Model):
    """A training programme: an ordered set of projects, each with its skills."""

    code = models.CharField(_("code"), max_length=64, unique=True)
    title = models.CharField(_("title"), max_length=200)
    learning_manager = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("Learning Manager"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="managed_paths",
    )
    active = models.BooleanField(_("open to new enrolments"), default=True)

    class Meta:
        verbose_name = _("Path")
        verbose_name_plural = _("Paths")
        ordering = ("title",)

    def __str__(self) -> str:
        return self.title


class Project(models.Model):
    """A project of a Path. Never deleted: a retired one stays with whoever has begun it.

    ``in_depth`` is what holds for students to whom it is given from now on (T1: each of its skills is
    approved at a defence, too); who has it already keeps what their own ``ProjectWork`` says.
    """

    path = models.ForeignKey(Path, on_delete=models.PROTECT, related_name="projects")
    position = models.PositiveIntegerField(_("position"))
    title = models.CharField(_("title"), max_length=200)
    summary = models.TextField(_("what is to be delivered"), blank=True, max_length=5000)
    in_depth = models.BooleanField(_("in-depth approval at a defence"), default=False)
    added_at = models.DateTimeField(_("added"))
    retired_at = models.DateTimeField(_("retired"), null=True, blank=True)

    class Meta:
        verbose_name = _("project")
        verbose_name_plural = _("projects")
        ordering = ("path", "position", "pk")
        constraints = (
            models.CheckConstraint(
                condition=Q(retired_at__isnull=True) | Q(retired_at__gte=F("added_at")),
                name="students_project_span",
            ),
        )

    def __str__(self) -> str:
        return self.title


class Skill(models.Model):
    """A skill that a project proves.

    The code is what projects of several Paths have in common: an approved skill carries over by it (2.8). It holds
    for work that was given while the skill stood, from ``added_at`` until before ``retired_at``: a later change
    leaves alone what a student already works on.
    """

    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="skills")
    position = models.PositiveIntegerField(_("position"))
    code = models.CharField(_("code"), max_length=64)
    title = models.CharField(_("title"), max_length=300)
    added_at = models.DateTimeField(_("added"))
    retired_at = models.DateTimeField(_("retired"), null=True, blank=True)

    class Meta:
        verbose_name = _("skill")
        verbose_name_plural = _("skills")
        ordering = ("project", "position", "pk")
        constraints = (
            models.UniqueConstraint(
                fields=["project", "code"],
                condition=Q(retired_at__isnull=True),
                name="students_skill_once",
            ),
            models.CheckConstraint(
                condition=Q(retired_at__isnull=True) | Q(retired_at__gte=F("added_at")),
                name="students_skill_span",
            ),
        )
        indexes: ClassVar = [
            # Which skills of another Path are the same (2.8).
            models.Index("code", name="students_skill_code_idx"),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.title}"
