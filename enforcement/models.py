"""Signs of life of the sweeps, and the rows that they could not settle."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class Heartbeat(models.Model):
    """When one sweep last ran and how it went; read by the readiness check and the staff's enforcement
    page."""

    sweep = models.CharField(_("sweep"), max_length=64, unique=True)
    last_started_at = models.DateTimeField(_("last started"), null=True, blank=True)
    last_finished_at = models.DateTimeField(_("last finished"), null=True, blank=True)
    alive_at = models.DateTimeField(
        _("last sign of life"),
        null=True,
        blank=True,
        help_text=_("Moves on during a long run too, and at a tick that finds nothing due."),
    )
    last_count = models.PositiveIntegerField(_("settled by the last run"), default=0)
    total = models.PositiveBigIntegerField(_("settled in all"), default=0)
    last_settled_at = models.DateTimeField(_("last settled something"), null=True, blank=True)
    last_error = models.TextField(_("last error"), blank=True, default="")
    last_error_at = models.DateTimeField(_("last error at"), null=True, blank=True)

    class Meta:
        verbose_name = _("heartbeat")
        verbose_name_plural = _("heartbeats")

    def __str__(self) -> str:
        return self.sweep


class SweepFailure(models.Model):
    """A due row that a sweep could not settle: set aside until ``retry_at``, so that it does not stop the
    others."""

    sweep = models.CharField(_("sweep"), max_length=64)
    row_id = models.BigIntegerField(_("row"))
    failures = models.PositiveIntegerField(_("failures"), default=1)
    error = models.TextField(_("error"))
    first_failed_at = models.DateTimeField(_("first failed at"))
    last_failed_at = models.DateTimeField(_("last failed at"))
    retry_at = models.DateTimeField(_("next attempt"))

    class Meta:
        verbose_name = _("row that could not be settled")
        verbose_name_plural = _("rows that could not be settled")
        constraints = (models.UniqueConstraint(fields=["sweep", "row_id"], name="enforcement_failure_once"),)

    def __str__(self) -> str:
        return f"{self.sweep}: {self.row_id}"
