"""Video-conference participant reports (Zoom, Microsoft Teams) and what each row told."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from .sessions import Session


class ConferenceReport(models.Model):
    """One uploaded participant report."""

    class Provider(models.TextChoices):
        ZOOM = "zoom", "Zoom"
        TEAMS = "teams", "Microsoft Teams"

    provider = models.CharField(_("provider"), max_length=8, choices=Provider)
    file_name = models.CharField(_("file"), max_length=200)
    digest = models.CharField(_("SHA-256"), max_length=64)
    uploaded_at = models.DateTimeField(_("uploaded"))
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="conference_reports",
    )

    class Meta:
        verbose_name = _("video-conference report")
        verbose_name_plural = _("video-conference reports")
        ordering = ("-uploaded_at", "-pk")
        constraints = (
            # The same file sent twice by one person changes nothing.
            models.UniqueConstraint(
                fields=["uploaded_by", "digest"], name="mentoring_report_once"
            ),
        )

    def __str__(self) -> str:
        return self.file_name


class ReportRow(models.Model):
    """One participant of a report: matched to a session, or shown as unmatched with the reason."""

    report = models.ForeignKey(
        ConferenceReport, on_delete=models.CASCADE, related_name="rows"
    )
    line = models.PositiveIntegerField(_("line"))
    name = models.CharField(_("name"), max_length=200, blank=True)
    email = models.CharField(_("e-mail"), max_length=254, blank=True)
    joined_at = models.DateTimeField(_("joined"), null=True, blank=True)
    left_at = models.DateTimeField(_("left"), null=True, blank=True)
    session = models.ForeignKey(
        Session,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="report_rows",
    )
    problem = models.CharField(_("why unmatched"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("report row")
        verbose_name_plural = _("report rows")
        ordering = ("line",)
        constraints = (
            models.UniqueConstraint(
                fields=["report", "line"], name="mentoring_report_line"
            ),
        )

    def __str__(self) -> str:
        return f"{self.report_id}:{self.line}"
