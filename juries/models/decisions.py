"""What a jury decided, and the way back after a refusal (J3). Decisions are final: triggers refuse to change them."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from students.models import ProjectWork, Skill

from .candidacies import Candidacy
from .juries import JuryMember
from .meetings import AgendaItem, JuryVote


class JuryDecision(models.Model):
    """The decision on one candidate at one meeting. Told to the candidate once it is announced."""

    candidacy = models.ForeignKey(Candidacy, on_delete=models.PROTECT, related_name="decisions")
    item = models.OneToOneField(AgendaItem, on_delete=models.PROTECT, related_name="decision")
    round = models.PositiveSmallIntegerField(_("round"), validators=[MinValueValidator(1)])
    outcome = models.CharField(_("decision"), max_length=8, choices=JuryVote.Choice)
    reasons = models.TextField(_("reasons"))
    decided_at = models.DateTimeField(_("decided"))
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    votes_award = models.PositiveSmallIntegerField(_("votes to award"))
    votes_refuse = models.PositiveSmallIntegerField(_("votes to refuse"))
    # The record that it was decided on, with all its addenda.
    dossier_digest = models.CharField(_("record's digest"), max_length=64)
    policy_id = models.CharField(_("policy version"), max_length=32)
    announced_at = models.DateTimeField(_("announced"), null=True, blank=True)

    class Meta:
        verbose_name = _("decision of a jury")
        verbose_name_plural = _("decisions of juries")
        ordering = ("-decided_at", "-pk")
        constraints = (
            models.UniqueConstraint(fields=["candidacy", "round"], name="juries_decision_round"),
            # After an award there is nothing to decide.
            models.UniqueConstraint(
                fields=["candidacy"], condition=Q(outcome="award"), name="juries_one_award"
            ),
            models.CheckConstraint(condition=~Q(reasons=""), name="juries_decision_reasons"),
        )
        indexes: ClassVar = [
            # Statistics and API list, newest first.
            models.Index(fields=["-decided_at", "-id"], name="juries_decision_time_idx"),
        ]

    def __str__(self) -> str:
        return f"{self.candidacy_id}/{self.round}: {self.outcome}"


class SkillToImprove(models.Model):
    """A skill that a refusal names (2.3)."""

    decision = models.ForeignKey(JuryDecision, on_delete=models.PROTECT, related_name="skills")
    skill = models.ForeignKey(Skill, on_delete=models.PROTECT, related_name="+")
    reason = models.TextField(_("why"), blank=True)

    class Meta:
        verbose_name = _("skill to improve")
        verbose_name_plural = _("skills to improve")
        ordering = ("decision", "skill__position", "pk")
        constraints = (models.UniqueConstraint(fields=["decision", "skill"], name="juries_skill_once"),)

    def __str__(self) -> str:
        return f"{self.decision_id}: {self.skill_id}"


class RemedialProject(models.Model):
    """A new project that a refusal offers; the student works on it as on any, and members of the jury approve it."""

    decision = models.ForeignKey(JuryDecision, on_delete=models.PROTECT, related_name="projects")
    work = models.OneToOneField(ProjectWork, on_delete=models.PROTECT, related_name="remedial")
    approved_at = models.DateTimeField(_("approved"), null=True, blank=True)
    approved_by = models.ForeignKey(
        JuryMember, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    comment = models.TextField(_("comment"), blank=True)

    class Meta:
        verbose_name = _("remedial project")
        verbose_name_plural = _("remedial projects")
        ordering = ("decision", "pk")
        constraints = (
            models.CheckConstraint(
                condition=Q(approved_at__isnull=True, approved_by__isnull=True)
                | (Q(approved_at__isnull=False, approved_by__isnull=False) & ~Q(comment="")),
                name="juries_remedial_approved",
            ),
        )

    def __str__(self) -> str:
        return f"{self.decision_id}: {self.work_id}"
