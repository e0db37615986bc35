"""Who is in training, on what, from when to when, and on which terms."""

from __future__ import annotations

import datetime

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

DEFAULT_ZONE = "Europe/Paris"


class Path(models.Model):
    """A training programme: an ordered set of projects, each with its skills."""

    code = models.CharField(_("code"), max_length=64, unique=True)
    title = models.CharField(_("title"), max_length=200)
    learning_manager = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("Learning Manager"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="managed_paths",
    )
    active = models.BooleanField(_("open to new enrolments"), default=True)

    class Meta:
        verbose_name = _("Path")
        verbose_name_plural = _("Paths")
        ordering = ("title",)

    def __str__(self) -> str:
        return self.title


class Student(models.Model):
    """A person in training; the account is in ``accounts``, the training in ``Enrolment``."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="student"
    )
    reference = models.CharField(
        _("school reference"), max_length=64, unique=True, null=True, blank=True
    )

    class Meta:
        verbose_name = _("student")
        verbose_name_plural = _("students")

    def __str__(self) -> str:
        return str(self.user)


class EnrolmentState(models.TextChoices):
    ACTIVE = "active", _("in training")
    ENDED = "ended", _("ended")


class Enrolment(models.Model):
    """One student on one Path. Dates are inclusive, in the enrolment's own time zone."""

    student = models.ForeignKey(
        Student, on_delete=models.PROTECT, related_name="enrolments"
    )
    path = models.ForeignKey(Path, on_delete=models.PROTECT, related_name="enrolments")
    starts_on = models.DateField(_("first day"))
    ends_on = models.DateField(_("last day"))
    ended_on = models.DateField(_("ended early on"), null=True, blank=True)
    time_zone = models.CharField(_("time zone"), max_length=64, default=DEFAULT_ZONE)
    state = models.CharField(
        _("state"), max_length=16, choices=EnrolmentState, default=EnrolmentState.ACTIVE
    )

    class Meta:
        verbose_name = _("enrolment")
        verbose_name_plural = _("enrolments")
        ordering = ("-starts_on", "-pk")
        constraints = (
            models.CheckConstraint(
                condition=Q(ends_on__gte=F("starts_on")),
                name="students_enrolment_dates",
            ),
            # One training at a time on one Path; an ended one may be followed by another.
            models.UniqueConstraint(
                fields=["student", "path"],
                condition=Q(state="active"),
                name="students_enrolment_once",
            ),
        )

    def __str__(self) -> str:
        return f"{self.student} · {self.path}"

    @property
    def last_day(self) -> datetime.date:
        return self.ended_on or self.ends_on


class InterruptionKind(models.TextChoices):
    LEAVE = "leave", _("leave")
    SUSPENSION = "suspension", _("suspension")


class Interruption(models.Model):
    """Days out of the training (2.7 leave, 4.2 suspension), both dates inclusive.

    No session is generated or booked inside one (A1).
    """

    enrolment = models.ForeignKey(
        Enrolment, on_delete=models.PROTECT, related_name="interruptions"
    )
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

    enrolment = models.ForeignKey(
        Enrolment, on_delete=models.PROTECT, related_name="accommodations"
    )
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
                condition=Q(valid_until__isnull=True)
                | Q(valid_until__gte=F("valid_from")),
                name="students_accommodation_dates",
            ),
        )

    def __str__(self) -> str:
        return f"{self.enrolment_id}: {self.valid_from}"
