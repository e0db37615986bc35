"""Printed files of cases on their way: made in the background where a file is large."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from record.models import Document

from .cases import Case


class PrintState(models.TextChoices):
    WAITING = "waiting", _("being made")
    MADE = "made", _("ready")
    FAILED = "failed", _("could not be made")


class CasePrint(models.Model):
    """One file of one case for one person, as that person may have it; nobody else's (abuse 15, 16)."""

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="prints")
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    language = models.CharField(_("language"), max_length=16)
    asked_at = models.DateTimeField(_("asked for"))
    state = models.CharField(_("state"), max_length=8, choices=PrintState, default=PrintState.WAITING)
    # Documents read so far, of so many.
    done = models.PositiveIntegerField(_("documents read"), default=0)
    total = models.PositiveIntegerField(_("documents"), default=0)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    next_attempt_at = models.DateTimeField(_("next attempt"))
    document = models.OneToOneField(
        Document, null=True, blank=True, on_delete=models.PROTECT, related_name="case_print"
    )
    finished_at = models.DateTimeField(_("finished"), null=True, blank=True)

    class Meta:
        verbose_name = _("printed file of a case")
        verbose_name_plural = _("printed files of cases")
        ordering = ("-asked_at", "-pk")
        constraints = (
            # Asking twice waits for the same one.
            models.UniqueConstraint(
                fields=["case", "asked_by"], condition=Q(state="waiting"), name="discipline_one_print"
            ),
            models.CheckConstraint(
                condition=Q(state="waiting", document__isnull=True, finished_at__isnull=True)
                | Q(state="made", document__isnull=False, finished_at__isnull=False)
                | Q(state="failed", document__isnull=True, finished_at__isnull=False),
                name="discipline_print_state",
            ),
            models.CheckConstraint(condition=Q(done__lte=F("total")), name="discipline_print_progress"),
        )
        indexes: ClassVar = [
            # sweeps: files to be made.
            models.Index("next_attempt_at", condition=Q(state="waiting"), name="discipline_print_due_idx"),
        ]

    def __str__(self) -> str:
        return f"{self.case_id}: {self.asked_at:%Y-%m-%d %H:%M}"
