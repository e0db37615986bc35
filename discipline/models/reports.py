"""Reports of abuse and of breaches (3.3, 3.5, 5): what somebody in the school says, and what came of it."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from mentoring.models import CommitmentAlert
from students.models import ConductReport, Enrolment

from .cases import Case


class DisciplineReportKind(models.TextChoices):
    ABUSE = "abuse", _("abuse or violence (3.5)")
    BREACH = "breach", _("breach of the rules of conduct (2.1)")
    OFFSITE = "offsite", _("breach of health and safety rules elsewhere (5)")
    COMMITMENT = "commitment", _("no regular work (3.3)")


class DisciplineReportState(models.TextChoices):
    RECEIVED = "received", _("received")
    OPENED = "opened", _("proceedings opened")
    DISMISSED = "dismissed", _("dismissed")


class Report(models.Model):
    """Somebody's word that a student broke a rule. Abuse opens proceedings at once (3.5); the rest is looked at.

    Who reported is never told to the accused: nothing about ``reporter`` stands in their record, messages or pages.
    """

    kind = models.CharField(_("about"), max_length=16, choices=DisciplineReportKind)
    accused = models.ForeignKey(
        Enrolment, verbose_name=_("accused"), on_delete=models.PROTECT, related_name="discipline_reports"
    )
    clause = models.CharField(_("clause"), max_length=16)
    policy_id = models.CharField(_("policy version"), max_length=32)
    reporter = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("reported by"),
        on_delete=models.PROTECT,
        related_name="discipline_reports",
    )
    # Where it came from: a report made in a student's app, or the alert that was marked for the Board.
    conduct_report = models.OneToOneField(
        ConductReport, null=True, blank=True, on_delete=models.PROTECT, related_name="discipline_report"
    )
    commitment_alert = models.OneToOneField(
        CommitmentAlert, null=True, blank=True, on_delete=models.PROTECT, related_name="discipline_report"
    )
    text = models.TextField(_("report"))
    occurred_on = models.DateField(_("day that it happened"), null=True, blank=True)
    made_at = models.DateTimeField(_("made"))
    state = models.CharField(
        _("state"), max_length=16, choices=DisciplineReportState, default=DisciplineReportState.RECEIVED
    )
    handled_at = models.DateTimeField(_("dealt with"), null=True, blank=True)
    handled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("dealt with by"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    reasons = models.TextField(_("reasons"), blank=True)
    case = models.ForeignKey(Case, null=True, blank=True, on_delete=models.PROTECT, related_name="reports")
    revision = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        verbose_name = _("report")
        verbose_name_plural = _("reports")
        ordering = ("-made_at", "-pk")
        constraints = (
            models.CheckConstraint(condition=~Q(text=""), name="discipline_report_text"),
            models.CheckConstraint(
                condition=Q(state="received", handled_at__isnull=True, case__isnull=True)
                | Q(state="opened", handled_at__isnull=False, case__isnull=False)
                | (
                    Q(
                        state="dismissed",
                        handled_at__isnull=False,
                        handled_by__isnull=False,
                        case__isnull=True,
                    )
                    & ~Q(reasons="")
                ),
                name="discipline_report_state",
            ),
        )
        indexes: ClassVar = [
            # Staff's worklist: what nobody has dealt with, oldest first.
            models.Index("made_at", condition=Q(state="received"), name="discipline_report_new_idx"),
            # What one person reported, newest first ("my reports").
            models.Index(fields=["reporter", "-made_at"], name="discipline_report_by_idx"),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.made_at:%Y-%m-%d}"
