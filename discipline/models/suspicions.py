"""Suspicions of plagiarism (PL.2, P2), and the evidence that lies side by side."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from record.models import Document
from students.models import Deliverable, Enrolment, ProjectWork

from .cases import Case


class SuspicionSource(models.TextChoices):
    PERSON = "person", _("somebody who teaches")
    SCREENING = "screening", _("screening of deliverables")


class Stage(models.TextChoices):
    """What the ladder of PL.3 looks at first: how far the copying went."""

    MAKING = "making", _("while deliverables are being made")
    SUBMITTED = "submitted", _("in submitted deliverables")
    THROUGHOUT = "throughout", _("throughout the project")


class SuspicionState(models.TextChoices):
    OPEN = "open", _("to be looked at")
    ESTABLISHED = "established", _("established")
    DISMISSED = "dismissed", _("dismissed")


class Suspicion(models.Model):
    """A suspicion of plagiarism: never a penalty. A person establishes it, which opens a case at once, or dismisses it.

    ``repeated``: it was found again, after a warning for plagiarism or after a deliverable was evaluated (PL.3).
    """

    enrolment = models.ForeignKey(Enrolment, on_delete=models.PROTECT, related_name="suspicions")
    work = models.ForeignKey(
        ProjectWork,
        verbose_name=_("project"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="suspicions",
    )
    deliverable = models.ForeignKey(
        Deliverable, null=True, blank=True, on_delete=models.PROTECT, related_name="suspicions"
    )
    # Nobody: the screening.
    reported_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("reported by"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="suspicions",
    )
    source = models.CharField(
        _("source"), max_length=16, choices=SuspicionSource, default=SuspicionSource.PERSON
    )
    stage = models.CharField(_("how far"), max_length=16, choices=Stage, null=True, blank=True)  # noqa: DJ001 - null until somebody says how far
    text = models.TextField(_("what is suspected"))
    reported_at = models.DateTimeField(_("reported"))
    policy_id = models.CharField(_("policy version"), max_length=32)
    state = models.CharField(_("state"), max_length=16, choices=SuspicionState, default=SuspicionState.OPEN)
    decided_at = models.DateTimeField(_("decided"), null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("decided by"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    reasons = models.TextField(_("reasons"), blank=True)
    case = models.ForeignKey(Case, null=True, blank=True, on_delete=models.PROTECT, related_name="suspicions")
    repeated = models.BooleanField(_("again"), default=False)
    revision = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        verbose_name = _("suspicion of plagiarism")
        verbose_name_plural = _("suspicions of plagiarism")
        ordering = ("-reported_at", "-pk")
        constraints = (
            models.CheckConstraint(condition=~Q(text=""), name="discipline_suspicion_text"),
            models.CheckConstraint(
                condition=Q(source="screening", reported_by__isnull=True)
                | Q(source="person", reported_by__isnull=False),
                name="discipline_suspicion_source",
            ),
            # Decided by a person with reasons; established with a stage and the case that it opened.
            models.CheckConstraint(
                condition=Q(state="open", decided_at__isnull=True, decided_by__isnull=True, case__isnull=True)
                | (
                    Q(decided_at__isnull=False, decided_by__isnull=False)
                    & ~Q(reasons="")
                    & (
                        Q(state="established", case__isnull=False, stage__isnull=False)
                        | Q(state="dismissed", case__isnull=True)
                    )
                ),
                name="discipline_suspicion_state",
            ),
        )
        indexes: ClassVar = [
            # Worklist: what nobody has looked at, oldest first.
            models.Index("reported_at", condition=Q(state="open"), name="discipline_suspicion_open_idx"),
        ]

    def __str__(self) -> str:
        return f"{self.enrolment_id}: {self.reported_at:%Y-%m-%d}"


class SuspicionEvidence(models.Model):
    """Two pieces side by side: what was handed in, and what it is likened to."""

    suspicion = models.ForeignKey(Suspicion, on_delete=models.PROTECT, related_name="evidence")
    position = models.PositiveSmallIntegerField(_("position"))
    title = models.CharField(_("what was handed in"), max_length=200)
    deliverable = models.ForeignKey(
        Deliverable, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    document = models.ForeignKey(Document, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    excerpt = models.TextField(_("excerpt"), blank=True)
    other_title = models.CharField(_("what it is likened to"), max_length=200)
    other_url = models.URLField(_("address"), max_length=500, blank=True)
    other_document = models.ForeignKey(
        Document, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    other_excerpt = models.TextField(_("excerpt"), blank=True)
    added_at = models.DateTimeField(_("added"))
    added_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        verbose_name = _("evidence of a suspicion")
        verbose_name_plural = _("evidence of suspicions")
        ordering = ("position", "pk")
        constraints = (
            models.UniqueConstraint(fields=["suspicion", "position"], name="discipline_evidence_position"),
            models.CheckConstraint(
                condition=~Q(title="") & ~Q(other_title=""), name="discipline_evidence_titles"
            ),
        )

    def __str__(self) -> str:
        return f"{self.suspicion_id}/{self.position}"
