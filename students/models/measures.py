"""Days out of the training, and what is adapted for a student (2.4, 2.5, 2.7, 4.2)."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from .enrolments import Enrolment


class InterruptionKind(models.TextChoices):
    LEAVE = "leave", _("leave")
    SUSPENSION = "suspension", _("suspension")


class Interruption(models.Model):
    """Days out of the training (2.7 leave, 4.2 suspension), both dates inclusive.

    No session is generated or booked inside one (A1).
    """

    enrolment = models.ForeignKey(Enrolment, on_delete=models.PROTECT, related_name="interruptions")
    kind = models.CharField(_("kind"), max_length=16, choices=InterruptionKind)
    starts_on = models.DateField(_("first day"))
    ends_on = models.DateField(_("last day"))
    recorded_at = models.DateTimeField(_("recorded"))
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    lifted_at = models.DateTimeField(_("lifted"), null=True, blank=True)

    class Meta:
        verbose_name = _("interruption")
        verbose_name_plural = _("interruptions")
        ordering = ("-starts_on", "-pk")
        constraints = (
            models.CheckConstraint(
                condition=Q(ends_on__gte=F("starts_on")),
                name="students_interruption_dates",
            ),
        )

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.starts_on} – {self.ends_on}"


class Accommodation(models.Model):
    """What is adapted for a student with a disability (2.4, 2.5).

    Holds the measure only; the proof is seen by Student Success alone. An empty duration
    leaves the policy's own in force.
    """

    enrolment = models.ForeignKey(Enrolment, on_delete=models.PROTECT, related_name="accommodations")
    audio = models.BooleanField(_("audio conference allowed"), default=False)
    notice = models.DurationField(_("notice of absence"), null=True, blank=True)
    lateness = models.DurationField(_("lateness allowed"), null=True, blank=True)
    rescheduling = models.DurationField(_("time to reschedule"), null=True, blank=True)
    valid_from = models.DateField(_("valid from"))
    valid_until = models.DateField(_("valid until (inclusive)"), null=True, blank=True)
    accepted_at = models.DateTimeField(_("accepted"))
    accepted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    withdrawn_at = models.DateTimeField(_("withdrawn"), null=True, blank=True)

    class Meta:
        verbose_name = _("accommodation")
        verbose_name_plural = _("accommodations")
        ordering = ("-valid_from", "-pk")
        constraints = (
            models.CheckConstraint(
                condition=Q(valid_until__isnull=True) | Q(valid_until__gte=F("valid_from")),
                name="students_accommodation_dates",
            ),
        )

    def __str__(self) -> str:
        return f"{self.enrolment_id}: {self.valid_from}"
