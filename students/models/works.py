"""A student's work on the projects of their Path, and the skills approved in it."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from .enrolments import Enrolment
from .training import Project, Skill


class WorkState(models.TextChoices):
    """Where a student stands with a project; ``rulebook.projects.TRANSITIONS`` says what may follow what."""

    TODO = "todo", _("to do")
    SUBMITTED = "submitted", _("submitted")
    TO_REWORK = "to_rework", _("to rework")
    TO_REDO = "to_redo", _("to redo")
    APPROVED = "approved", _("approved")
    DEFENDED = "defended", _("defended")


class ProjectWork(models.Model):
    """One student on one project: these rows are the programme that the enrolment has to finish (T1).

    Given when the training begins, and kept as it was given: ``in_depth`` here is what holds for this student, and
    the skills are those that stood in the project at ``given_at``.
    """

    enrolment = models.ForeignKey(Enrolment, on_delete=models.PROTECT, related_name="works")
    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="works")
    state = models.CharField(_("state"), max_length=16, choices=WorkState, default=WorkState.TODO)
    in_depth = models.BooleanField(_("in-depth approval at a defence"), default=False)
    given_at = models.DateTimeField(_("given"))
    due_on = models.DateField(_("due on (inclusive)"), null=True, blank=True)
    state_since = models.DateTimeField(_("state since"), null=True, blank=True)
    # No longer asked: the project was retired before the student had begun it, or the training went over to another
    # Path (2.8). What was handed in stays; the work takes nothing more.
    dropped_at = models.DateTimeField(_("taken out"), null=True, blank=True)

    class Meta:
        verbose_name = _("work on a project")
        verbose_name_plural = _("works on projects")
        ordering = ("enrolment", "project__position", "pk")
        constraints = (
            models.UniqueConstraint(fields=["enrolment", "project"], name="students_work_once"),
            # What is finished stays finished.
            models.CheckConstraint(
                condition=Q(dropped_at__isnull=True) | ~Q(state=WorkState.DEFENDED),
                name="students_work_dropped",
            ),
        )
        indexes: ClassVar = [
            # A mentor's worklist: what waits for their decision, oldest first.
            models.Index(
                "state_since",
                condition=Q(state=WorkState.SUBMITTED),
                name="students_work_submitted_idx",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.enrolment_id}: {self.project}"


class SkillApproval(models.Model):
    """A skill approved for one student's project: by an assessor at a defence, or carried over (2.8).

    ``carried_from`` is the approval in an earlier training that this one repeats, by the skill's code.
    """

    work = models.ForeignKey(ProjectWork, on_delete=models.PROTECT, related_name="skill_approvals")
    skill = models.ForeignKey(Skill, on_delete=models.PROTECT, related_name="approvals")
    approved_at = models.DateTimeField(_("approved"))
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("assessor"), on_delete=models.PROTECT, related_name="+"
    )
    comment = models.TextField(_("comment"), blank=True)
    carried_from = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="carried_to"
    )
    withdrawn_at = models.DateTimeField(_("withdrawn"), null=True, blank=True)

    class Meta:
        verbose_name = _("approved skill")
        verbose_name_plural = _("approved skills")
        ordering = ("work", "skill__position", "pk")
        constraints = (
            models.UniqueConstraint(
                fields=["work", "skill"],
                condition=Q(withdrawn_at__isnull=True),
                name="students_skill_approved_once",
            ),
            models.CheckConstraint(
                condition=Q(withdrawn_at__isnull=True) | Q(withdrawn_at__gte=F("approved_at")),
                name="students_skill_withdrawn",
            ),
        )

    def __str__(self) -> str:
        return f"{self.work_id}: {self.skill_id}"
