"""Days out of the training, and what is adapted for a student (2.4, 2.5, 2.7, 4.2)."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from record.models import Document

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
    # Of a suspension: the penalty behind it, like "discipline.penalty:12", and when its end was recorded and told.
    about = models.CharField(_("because of"), max_length=100, blank=True)
    told_over_at = models.DateTimeField(_("end told"), null=True, blank=True, editable=False)

    class Meta:
        verbose_name = _("interruption")
        verbose_name_plural = _("interruptions")
        ordering = ("-starts_on", "-pk")
        constraints = (
            models.CheckConstraint(
                condition=Q(ends_on__gte=F("starts_on")),
                name="students_interruption_dates",
            ),
            # A penalty suspends once, however often its effect is settled.
            models.UniqueConstraint(
                fields=["enrolment", "about"], condition=~Q(about=""), name="students_suspended_once"
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


class AccommodationState(models.TextChoices):
    REQUESTED = "requested", _("waits for Student Success")
    ACCEPTED = "accepted", _("accepted")
    REFUSED = "refused", _("refused")
    WITHDRAWN = "withdrawn", _("withdrawn")


class AccommodationRequest(models.Model):
    """A student's request that the programme be adapted, with the proof of a disability (2.4, 2.5).

    Student Success alone reads it, and the student; everybody else sees the measure that came of it.
    """

    enrolment = models.ForeignKey(Enrolment, on_delete=models.PROTECT, related_name="accommodation_requests")
    audio = models.BooleanField(_("asks for audio conferences"), default=False)
    wishes = models.TextField(_("what would help"), blank=True)
    proof = models.OneToOneField(
        Document, verbose_name=_("proof"), on_delete=models.PROTECT, related_name="accommodation_request"
    )
    requested_at = models.DateTimeField(_("asked for"))
    state = models.CharField(
        _("state"), max_length=16, choices=AccommodationState, default=AccommodationState.REQUESTED
    )
    decided_at = models.DateTimeField(_("decided"), null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    decision = models.TextField(_("reasons of the decision"), blank=True)
    accommodation = models.OneToOneField(
        Accommodation, null=True, blank=True, on_delete=models.PROTECT, related_name="request"
    )

    class Meta:
        verbose_name = _("request for an adaptation")
        verbose_name_plural = _("requests for an adaptation")
        ordering = ("-requested_at", "-pk")
        constraints = (
            # One at a time.
            models.UniqueConstraint(
                fields=["enrolment"],
                condition=Q(state="requested"),
                name="students_accommodation_asked_once",
            ),
            models.CheckConstraint(
                condition=Q(accommodation__isnull=False) | ~Q(state="accepted"),
                name="students_accommodation_measure",
            ),
        )

    def __str__(self) -> str:
        return f"{self.enrolment_id}: {self.requested_at:%Y-%m-%d}"
