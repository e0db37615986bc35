"""The Board's decision, signed by two people (4.2, B5, B6), and its copies."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from students.models import Funder

from .cases import Case
from .meetings import Meeting


class PenaltyKind(models.TextChoices):
    """The scale of 4.2 and PL.3: there is nothing beyond it, and no fines."""

    WARNING = "warning", _("warning")
    SUSPENSION = "suspension", _("suspension")
    EXCLUSION = "exclusion", _("permanent exclusion")
    DISCONTINUATION = "discontinuation", _("discontinuation of the training")


SCALE = ("warning", "suspension", "exclusion", "discontinuation")


class Decision(models.Model):
    """What the Board decided, and why. The chair drafts it, another person confirms it; then nothing changes it."""

    case = models.OneToOneField(Case, on_delete=models.PROTECT, related_name="decision")
    # None: a warning that followed the complaint without a meeting (B5).
    meeting = models.OneToOneField(
        Meeting, null=True, blank=True, on_delete=models.PROTECT, related_name="decision"
    )
    penalty_kind = models.CharField(_("penalty"), max_length=16, choices=PenaltyKind)
    reasons = models.TextField(_("reasons"))
    # What was proposed to the Board, as it was then (canonical JSON).
    proposal = models.TextField(_("proposal"), blank=True, default="")
    clause = models.CharField(_("clause"), max_length=16)
    policy_id = models.CharField(_("policy version"), max_length=32)
    needs_letter = models.BooleanField(_("by registered letter"))
    drafted_at = models.DateTimeField(_("drafted"))
    drafted_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    confirmed_at = models.DateTimeField(_("confirmed"), null=True, blank=True)
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    revision = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        verbose_name = _("decision")
        verbose_name_plural = _("decisions")
        ordering = ("-drafted_at", "-pk")
        constraints = (
            models.CheckConstraint(condition=~Q(reasons=""), name="discipline_decision_reasons"),
            models.CheckConstraint(condition=Q(penalty_kind__in=SCALE), name="discipline_decision_scale"),
            # Two people sign.
            models.CheckConstraint(
                condition=Q(confirmed_at__isnull=True, confirmed_by__isnull=True)
                | (
                    Q(confirmed_at__isnull=False, confirmed_by__isnull=False)
                    & Q(confirmed_at__gte=F("drafted_at"))
                    & ~Q(confirmed_by=F("drafted_by"))
                ),
                name="discipline_decision_signed",
            ),
            # Only a warning goes without a meeting, and only such a warning without a letter (B5, B6).
            models.CheckConstraint(
                condition=Q(meeting__isnull=False, needs_letter=True)
                | Q(meeting__isnull=True, penalty_kind="warning", needs_letter=False),
                name="discipline_decision_meeting",
            ),
        )
        indexes: ClassVar = [
            # Worklist: drafts that wait for the second signature.
            models.Index("drafted_at", condition=Q(confirmed_at__isnull=True), name="discipline_draft_idx"),
        ]

    def __str__(self) -> str:
        return f"{self.case_id}: {self.penalty_kind}"


class CopyChannel(models.TextChoices):
    EMAIL = "email", _("by e-mail")
    LETTER = "letter", _("by letter")
    WEBHOOK = "webhook", _("by signed webhook")


class CopyState(models.TextChoices):
    PENDING = "pending", _("to be sent")
    SENT = "sent", _("sent")
    DELIVERED = "delivered", _("delivered")
    FAILED = "failed", _("failed")


class DecisionCopy(models.Model):
    """The copy of one decision for one body that pays for the training (B6): the decision, never more."""

    decision = models.ForeignKey(Decision, on_delete=models.PROTECT, related_name="copies", db_index=False)
    funder = models.ForeignKey(Funder, on_delete=models.PROTECT, related_name="decision_copies")
    channel = models.CharField(_("channel"), max_length=8, choices=CopyChannel)
    occasion = models.CharField(max_length=200, unique=True)
    state = models.CharField(_("state"), max_length=12, choices=CopyState, default=CopyState.PENDING)
    made_at = models.DateTimeField(_("made"))
    sent_at = models.DateTimeField(_("sent"), null=True, blank=True)
    delivered_at = models.DateTimeField(_("delivered"), null=True, blank=True)
    last_error = models.TextField(_("last error"), blank=True, default="")

    class Meta:
        verbose_name = _("copy of a decision")
        verbose_name_plural = _("copies of decisions")
        ordering = ("decision", "pk")
        constraints = (
            models.UniqueConstraint(fields=["decision", "funder"], name="discipline_copy_once"),
            models.CheckConstraint(
                condition=~Q(state__in=["sent", "delivered"]) | Q(sent_at__isnull=False),
                name="discipline_copy_sent",
            ),
        )
        indexes: ClassVar = [
            # sweeps: copies that are still under way.
            models.Index(
                "made_at", condition=Q(state__in=["pending", "sent"]), name="discipline_copy_open_idx"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.decision_id}: {self.funder}"
