"""Who is in training, on what, and from when to when."""

from __future__ import annotations

import datetime

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from .training import Path

DEFAULT_ZONE = "Europe/Paris"


class HolidayRegion(models.TextChoices):
    """Whose public holidays count for a training (2.8); the rule book knows the same regions."""

    FRANCE = "FR", _("France")
    MOSELLE = "FR-57", _("France: Moselle")
    ALSACE = "FR-6AE", _("France: Alsace")
    GUADELOUPE = "FR-971", _("France: Guadeloupe")
    MARTINIQUE = "FR-972", _("France: Martinique")
    GUIANA = "FR-973", _("France: French Guiana")
    REUNION = "FR-974", _("France: Réunion")
    MAYOTTE = "FR-976", _("France: Mayotte")


class Student(models.Model):
    """A person in training; the account is in ``accounts``, the training in ``Enrolment``."""

    user = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="student")
    reference = models.CharField(_("school reference"), max_length=64, unique=True, null=True, blank=True)

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

    student = models.ForeignKey(Student, on_delete=models.PROTECT, related_name="enrolments")
    path = models.ForeignKey(Path, on_delete=models.PROTECT, related_name="enrolments")
    starts_on = models.DateField(_("first day"))
    ends_on = models.DateField(_("last day"))
    ended_on = models.DateField(_("ended early on"), null=True, blank=True)
    time_zone = models.CharField(_("time zone"), max_length=64, default=DEFAULT_ZONE)
    region = models.CharField(
        _("public holidays"), max_length=8, choices=HolidayRegion, default=HolidayRegion.FRANCE
    )
    state = models.CharField(_("state"), max_length=16, choices=EnrolmentState, default=EnrolmentState.ACTIVE)
    # The instant at which a penalty ended the training for good (4.2, PL); everything of it is closed from then on.
    closed_at = models.DateTimeField(_("ended by a penalty"), null=True, blank=True, editable=False)

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
