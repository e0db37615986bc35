"""Monitoring reports (T4), and alerts where no regular work is seen (T3)."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from students.models import Enrolment

from .calendars import Mentor
from .sessions import Session


class ReportKind(models.TextChoices):
    SESSION = "session", _("after a session")
    MONTHLY = "monthly", _("of a month")


class ReportState(models.TextChoices):
    DRAFT = "draft", _("owed")
    FINAL = "final", _("submitted")


class Progress(models.TextChoices):
    """How the student gets on with the Path, in the mentor's eyes."""

    AHEAD = "ahead", _("ahead of plan")
    ON_TRACK = "on_track", _("on track")
    BEHIND = "behind", _("behind")
    STUCK = "stuck", _("stuck: needs help")


class Conduct(models.TextChoices):
    """How the student behaved in the session: punctual, polite, in a suitable place, on camera (2.5)."""

    AS_EXPECTED = "as_expected", _("as the rules ask")
    TO_IMPROVE = "to_improve", _("something to improve")
    UNACCEPTABLE = "unacceptable", _("not acceptable")


class MonitoringReport(models.Model):
    """A mentor's report on one session held, or on one month; final once submitted, corrected by additions only."""

    enrolment = models.ForeignKey(
        Enrolment, on_delete=models.PROTECT, related_name="monitoring_reports", db_index=False
    )
    # Who owes it, and once it is submitted who wrote it.
    mentor = models.ForeignKey(Mentor, on_delete=models.PROTECT, related_name="monitoring_reports")
    kind = models.CharField(_("kind"), max_length=16, choices=ReportKind)
    session = models.OneToOneField(
        Session, null=True, blank=True, on_delete=models.PROTECT, related_name="monitoring_report"
    )
    # The first day of the month that it is about.
    month = models.DateField(_("month"), null=True, blank=True)
    state = models.CharField(_("state"), max_length=8, choices=ReportState, default=ReportState.DRAFT)
    # The end of the session or of the month: from then on it is owed.
    owed_since = models.DateTimeField(_("owed since"))
    drafted_at = models.DateTimeField(_("drafted"))
    # When the mentor is reminded (again); null once it is submitted or no longer owed.
    remind_at = models.DateTimeField(null=True, blank=True, editable=False)
    reminders = models.PositiveSmallIntegerField(default=0, editable=False)
    facts = models.TextField(_("facts"), blank=True)  # canonical JSON, as they were when it was submitted
    done = models.TextField(_("what was done"), blank=True)
    next_steps = models.TextField(_("what is next"), blank=True)
    progress = models.CharField(_("progress"), max_length=16, choices=Progress, blank=True)
    attendance = models.TextField(_("attendance"), blank=True)
    conduct = models.CharField(_("conduct in the session"), max_length=16, choices=Conduct, blank=True)
    conduct_note = models.TextField(_("about the conduct"), blank=True)
    submitted_at = models.DateTimeField(_("submitted"), null=True, blank=True)
    # Grows with each change; the API's ETag.
    revision = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        verbose_name = _("monitoring report")
        verbose_name_plural = _("monitoring reports")
        ordering = ("-owed_since", "-pk")
        constraints = (
            # One report a month; the one of a session is held by its own unique column.
            models.UniqueConstraint(
                fields=["enrolment", "month"],
                condition=Q(month__isnull=False),
                name="mentoring_report_month_once",
            ),
            models.CheckConstraint(
                condition=Q(kind="session", session__isnull=False, month__isnull=True)
                | Q(kind="monthly", session__isnull=True, month__isnull=False),
                name="mentoring_report_of_one_thing",
            ),
            models.CheckConstraint(
                condition=Q(state="draft", submitted_at__isnull=True)
                | Q(state="final", submitted_at__isnull=False, remind_at__isnull=True),
                name="mentoring_report_final",
            ),
        )
        indexes: ClassVar = [
            # A training's reports, newest first; also serves PROTECT.
            models.Index(fields=["enrolment", "-owed_since"], name="mentoring_report_of_idx"),
            # sweeps.monitoring: mentors to be reminded.
            models.Index(
                "remind_at", condition=Q(remind_at__isnull=False), name="mentoring_report_remind_idx"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.owed_since:%Y-%m-%d}"


class ReportAddition(models.Model):
    """What its author added to a submitted report: a correction stands beside what it corrects."""

    report = models.ForeignKey(MonitoringReport, on_delete=models.PROTECT, related_name="additions")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    text = models.TextField(_("addition"))
    written_at = models.DateTimeField(_("written"))

    class Meta:
        verbose_name = _("addition to a report")
        verbose_name_plural = _("additions to reports")
        ordering = ("written_at", "pk")
        constraints = (models.CheckConstraint(condition=~Q(text=""), name="mentoring_addition_text"),)

    def __str__(self) -> str:
        return f"{self.report_id}: {self.written_at:%Y-%m-%d}"


class Followup(models.Model):
    """The two clocks of a training: its next monthly report (T4), and its silence (T3).

    Both instants are the earliest possible: what happens meanwhile only moves them on, which the sweep does when
    it comes by.
    """

    enrolment = models.OneToOneField(Enrolment, on_delete=models.PROTECT, related_name="followup")
    # The first day of the last month that was dealt with, and the end of the one after it.
    month = models.DateField(null=True, blank=True)
    month_ends_at = models.DateTimeField(null=True, blank=True)
    # Silence is looked for from here on (the last work that is accounted for), and is full at the earliest then.
    silent_since = models.DateTimeField(null=True, blank=True)
    alert_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("follow-up of a training")
        verbose_name_plural = _("follow-ups of trainings")
        indexes: ClassVar = [
            # sweeps.monitoring: months that are over.
            models.Index(
                "month_ends_at", condition=Q(month_ends_at__isnull=False), name="mentoring_month_idx"
            ),
            # sweeps.commitment: silences that may be full.
            models.Index("alert_at", condition=Q(alert_at__isnull=False), name="mentoring_silence_idx"),
        ]

    def __str__(self) -> str:
        return str(self.enrolment_id)


class CommitmentAlert(models.Model):
    """No regular work for as long as the policy allows (3.3): one for each spell of silence, never a penalty."""

    enrolment = models.ForeignKey(
        Enrolment, on_delete=models.PROTECT, related_name="commitment_alerts", db_index=False
    )
    silent_since = models.DateTimeField(_("no work since"))
    raised_at = models.DateTimeField(_("raised"))
    clause = models.CharField(_("clause"), max_length=16)
    policy_id = models.CharField(_("policy version"), max_length=32)
    # The work that ended it, or the end of the training.
    ended_at = models.DateTimeField(_("over"), null=True, blank=True)
    # Somebody asks the Board to look (3.3): for the Board to take up.
    marked_at = models.DateTimeField(_("marked for the Board"), null=True, blank=True)
    marked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    reasons = models.TextField(_("reasons"), blank=True)
    revision = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        verbose_name = _("commitment alert")
        verbose_name_plural = _("commitment alerts")
        ordering = ("-raised_at", "-pk")
        constraints = (
            # One alert a spell, however often the sweep runs; also serves a training's alerts.
            models.UniqueConstraint(fields=["enrolment", "silent_since"], name="mentoring_alert_once"),
            models.CheckConstraint(
                condition=Q(raised_at__gt=F("silent_since")), name="mentoring_alert_after_silence"
            ),
            models.CheckConstraint(
                condition=Q(marked_at__isnull=True) | ~Q(reasons=""), name="mentoring_alert_marked"
            ),
        )
        indexes: ClassVar = [
            # sweeps.commitment and the staff's worklist: alerts that still stand.
            models.Index(
                "raised_at", condition=Q(ended_at__isnull=True), name="mentoring_alert_standing_idx"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.enrolment_id}: {self.raised_at:%Y-%m-%d}"
