"""Video-conference participant reports (Zoom, Microsoft Teams) and what each row told."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from .sessions import Participant, Session


class DateOrder(models.TextChoices):
    """How a date like 03/04/2026 is meant."""

    AUTO = "auto", _("as the file itself tells")
    DAY = "day", _("day first: 03/04 is 3 April")
    MONTH = "month", _("month first: 03/04 is March 4")


class Problem(models.TextChoices):
    """Why a row of a report became no fact."""

    NO_EMAIL = "no_email", _("The report has no e-mail address for this participant.")
    BAD_TIME = "bad_time", _("The time of joining cannot be read.")
    UNKNOWN = "unknown", _("Nobody of the school has this address.")
    NO_SESSION = "no_session", _("This person has no session at this time.")
    # One sentence for all that is none of a mentor's business, so that it tells nothing.
    NOT_YOURS = "not_yours", _("You have no session with this person at this time.")
    CANCELLED = "cancelled", _("This session was cancelled.")
    REFUSED = "refused", _("A rule refused it.")


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

    # How its times were read: dates of other places look alike (03/04/2026), and no report names its zone.
    time_zone = models.CharField(_("time zone of its times"), max_length=64, default="Europe/Paris")
    date_order = models.CharField(
        _("order of its dates"), max_length=8, choices=DateOrder, default=DateOrder.AUTO
    )
    # What the sessions became: canonical JSON, one object a session with its verdict before and after.
    effects = models.TextField(default="{}")
    # Kept only until the report is applied or laid aside; the rows and the digest stay.
    content = models.BinaryField(null=True)
    applied_at = models.DateTimeField(_("applied"), null=True, blank=True)

    class Meta:
        verbose_name = _("video-conference report")
        verbose_name_plural = _("video-conference reports")
        ordering = ("-uploaded_at", "-pk")
        constraints = (
            # The same file sent twice by one person changes nothing.
            models.UniqueConstraint(fields=["uploaded_by", "digest"], name="mentoring_report_once"),
        )

    def __str__(self) -> str:
        return self.file_name


class ReportRow(models.Model):
    """One participant of a report: matched to a session, or shown as unmatched with the reason."""

    report = models.ForeignKey(ConferenceReport, on_delete=models.CASCADE, related_name="rows")
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
    # Who of the session this row is about, and the instant that counts as their join.
    participant = models.CharField(_("who"), max_length=8, choices=Participant, blank=True)
    counted_at = models.DateTimeField(_("counts as joined"), null=True, blank=True)
    problem = models.CharField(_("why unmatched"), max_length=32, choices=Problem, blank=True)
    detail = models.CharField(_("what a rule said"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("report row")
        verbose_name_plural = _("report rows")
        ordering = ("line",)
        constraints = (
            # Who stays in the room tells of each session held in it meanwhile; an unmatched row stands once.
            models.UniqueConstraint(
                fields=["report", "line", "session"],
                condition=Q(session__isnull=False),
                name="mentoring_report_line_session",
            ),
            models.UniqueConstraint(
                fields=["report", "line"],
                condition=Q(session__isnull=True),
                name="mentoring_report_line_unmatched",
            ),
        )

    def __str__(self) -> str:
        return f"{self.report_id}:{self.line}"
