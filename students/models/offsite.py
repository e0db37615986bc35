"""Training in another place (5): its health and safety rules, stays there, and what is reported."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from .enrolments import Enrolment


class Place(models.Model):
    """An institution or a company where a part of a training takes place."""

    name = models.CharField(_("name"), max_length=200, unique=True)
    address = models.TextField(_("address"), blank=True)
    active = models.BooleanField(_("open to new stays"), default=True)

    class Meta:
        verbose_name = _("place")
        verbose_name_plural = _("places")
        ordering = ("name",)

    def __str__(self) -> str:
        return self.name


class PlaceRules(models.Model):
    """The health and safety rules of a place. Never edited: a change is another row, to be acknowledged again."""

    place = models.ForeignKey(Place, on_delete=models.PROTECT, related_name="rules")
    text = models.TextField(_("health and safety rules"))
    written_at = models.DateTimeField(_("written"))
    written_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        verbose_name = _("rules of a place")
        verbose_name_plural = _("rules of places")
        ordering = ("-written_at", "-pk")

    def __str__(self) -> str:
        return f"{self.place_id}: {self.written_at:%Y-%m-%d}"


class Stay(models.Model):
    """A student's days at a place; both dates inclusive, in the enrolment's own time zone."""

    enrolment = models.ForeignKey(Enrolment, on_delete=models.PROTECT, related_name="stays")
    place = models.ForeignKey(Place, on_delete=models.PROTECT, related_name="stays")
    starts_on = models.DateField(_("first day"))
    ends_on = models.DateField(_("last day"))
    arranged_at = models.DateTimeField(_("arranged"))
    arranged_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    cancelled_at = models.DateTimeField(_("cancelled"), null=True, blank=True)
    # The rules that the student acknowledged last; they count while they are the place's newest.
    acknowledged = models.ForeignKey(
        PlaceRules, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    acknowledged_at = models.DateTimeField(_("rules acknowledged"), null=True, blank=True)
    # When the student is reminded; null once that is done or no longer needed.
    remind_at = models.DateTimeField(null=True, blank=True, editable=False)

    class Meta:
        verbose_name = _("stay")
        verbose_name_plural = _("stays")
        ordering = ("-starts_on", "-pk")
        constraints = (
            models.CheckConstraint(condition=Q(ends_on__gte=F("starts_on")), name="students_stay_dates"),
            models.CheckConstraint(
                condition=Q(acknowledged__isnull=True, acknowledged_at__isnull=True)
                | Q(acknowledged__isnull=False, acknowledged_at__isnull=False),
                name="students_stay_acknowledged",
            ),
        )
        indexes: ClassVar = [
            # sweeps.offsite: stays whose rules are to be called to mind.
            models.Index("remind_at", condition=Q(remind_at__isnull=False), name="students_stay_remind_idx"),
        ]

    def __str__(self) -> str:
        return f"{self.place} {self.starts_on} – {self.ends_on}"


class CheckIn(models.Model):
    """A student's arrival at a place, one a day, by the server's clock."""

    stay = models.ForeignKey(Stay, on_delete=models.PROTECT, related_name="check_ins")
    day = models.DateField(_("day"))
    at = models.DateTimeField(_("arrived"))

    class Meta:
        verbose_name = _("check-in")
        verbose_name_plural = _("check-ins")
        ordering = ("-day",)
        constraints = (models.UniqueConstraint(fields=["stay", "day"], name="students_checkin_once"),)

    def __str__(self) -> str:
        return f"{self.stay_id}: {self.day}"


class ConductReportKind(models.TextChoices):
    SAFETY = "safety", _("breach of health and safety rules")
    ABUSE = "abuse", _("abuse")


class ConductReport(models.Model):
    """Somebody's word that a rule of conduct was broken (3.5, 5): for Student Success and the Board to take up.

    Who reported is for them alone: nothing about this row stands in the record of the person whom it names.
    """

    kind = models.CharField(_("about"), max_length=16, choices=ConductReportKind)
    # Whom it names, where it names somebody.
    subject = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("names"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    reporter = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("reported by"), on_delete=models.PROTECT, related_name="+"
    )
    stay = models.ForeignKey(Stay, null=True, blank=True, on_delete=models.PROTECT, related_name="reports")
    about = models.CharField(_("on"), max_length=100, blank=True)
    # What stood there when it was reported: the thing itself may be taken down since.
    evidence = models.TextField(_("what stood there"), blank=True)
    text = models.TextField(_("report"))
    made_at = models.DateTimeField(_("made"))
    taken_up_at = models.DateTimeField(_("taken up"), null=True, blank=True)
    taken_up_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    outcome = models.TextField(_("what was done"), blank=True)

    class Meta:
        verbose_name = _("report of conduct")
        verbose_name_plural = _("reports of conduct")
        ordering = ("-made_at", "-pk")
        constraints = (models.CheckConstraint(condition=~Q(text=""), name="students_conduct_text"),)
        indexes: ClassVar = [
            # Staff worklist: what nobody has taken up yet.
            models.Index("made_at", condition=Q(taken_up_at__isnull=True), name="students_conduct_waits_idx"),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.made_at:%Y-%m-%d}"
