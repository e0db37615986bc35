"""Juries: who was asked to sit, who accepted, and what stands between a member and a candidate (J1)."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from students.models import Path

from .candidacies import Candidacy


class MemberKind(models.TextChoices):
    PROFESSIONAL = "professional", _("professional from the trade")
    REPRESENTATIVE = "representative", _("representative of the school")


class ConflictGround(models.TextChoices):
    """The same as ``rulebook.jury.Conflict``."""

    SELF = "self", _("is the candidate")
    MENTOR = "mentor", _("is or was the candidate's mentor")
    ASSESSOR = "assessor", _("assessed the candidate at a defence")
    REPORTER = "reporter", _("reported the candidate")
    BOARD = "board", _("sat on the candidate's Disciplinary Board")
    EMPLOYER = "employer", _("comes from the candidate's employer or funder")
    DECLARED = "declared", _("declared by the member")


class Jury(models.Model):
    """The graduation jury of a Path for a while; it meets in full or in groups (2.3)."""

    path = models.ForeignKey(Path, on_delete=models.PROTECT, related_name="juries")
    title = models.CharField(_("title"), max_length=200)
    made_at = models.DateTimeField(_("made"))
    made_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    # Its members see nothing from then on.
    closed_at = models.DateTimeField(_("closed"), null=True, blank=True)
    policy_id = models.CharField(_("policy version"), max_length=32)
    revision = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        verbose_name = _("jury")
        verbose_name_plural = _("juries")
        ordering = ("-made_at", "-pk")
        indexes: ClassVar = [
            # Staff list: juries that are at work.
            models.Index("path", "made_at", condition=Q(closed_at__isnull=True), name="juries_jury_open_idx"),
        ]

    def __str__(self) -> str:
        return self.title


class JuryMember(models.Model):
    """Somebody who was asked to sit on a jury. Removed members stay in its history; their votes before it count."""

    jury = models.ForeignKey(Jury, on_delete=models.PROTECT, related_name="members")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="jury_seats")
    kind = models.CharField(_("sits as"), max_length=16, choices=MemberKind)
    organisation = models.CharField(_("organisation"), max_length=200, blank=True)
    chair = models.BooleanField(_("chair"), default=False)
    invited_at = models.DateTimeField(_("invited"))
    invited_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    accepted_at = models.DateTimeField(_("accepted"), null=True, blank=True)
    declined_at = models.DateTimeField(_("declined"), null=True, blank=True)
    removed_at = models.DateTimeField(_("removed"), null=True, blank=True)
    removed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    removed_why = models.TextField(_("why removed"), blank=True)
    revision = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        verbose_name = _("member of a jury")
        verbose_name_plural = _("members of juries")
        ordering = ("jury", "-chair", "pk")
        constraints = (
            models.UniqueConstraint(
                fields=["jury", "user"], condition=Q(removed_at__isnull=True), name="juries_member_once"
            ),
            models.UniqueConstraint(
                fields=["jury"],
                condition=Q(chair=True, removed_at__isnull=True, declined_at__isnull=True),
                name="juries_one_chair",
            ),
            models.CheckConstraint(
                condition=Q(accepted_at__isnull=True) | Q(declined_at__isnull=True),
                name="juries_member_answer",
            ),
            models.CheckConstraint(
                condition=Q(removed_at__isnull=True, removed_by__isnull=True)
                | (Q(removed_at__isnull=False, removed_by__isnull=False) & ~Q(removed_why="")),
                name="juries_member_removed",
            ),
        )
        indexes: ClassVar = [
            # What somebody sees as a member: their seats on juries.
            models.Index(
                "user",
                condition=Q(accepted_at__isnull=False, removed_at__isnull=True),
                name="juries_member_seats_idx",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.jury_id}: {self.user_id}"


class ConflictOfInterest(models.Model):
    """What keeps a member from one candidate: their record, the discussion and the vote."""

    member = models.ForeignKey(JuryMember, on_delete=models.PROTECT, related_name="conflicts")
    candidacy = models.ForeignKey(Candidacy, on_delete=models.PROTECT, related_name="conflicts")
    ground = models.CharField(_("ground"), max_length=16, choices=ConflictGround)
    text = models.TextField(_("in words"), blank=True)
    noted_at = models.DateTimeField(_("noted"))
    # Empty where the platform found it.
    noted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        verbose_name = _("conflict of interest")
        verbose_name_plural = _("conflicts of interest")
        ordering = ("member", "candidacy", "ground")
        constraints = (
            models.UniqueConstraint(fields=["member", "candidacy", "ground"], name="juries_conflict_once"),
            models.CheckConstraint(
                condition=~Q(ground="declared") | Q(noted_by__isnull=False), name="juries_conflict_declared"
            ),
        )

    def __str__(self) -> str:
        return f"{self.member_id}/{self.candidacy_id}: {self.ground}"
