"""Mentors, when they have time, and whom they see each week."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from students.models import DEFAULT_ZONE, Enrolment


class Weekday(models.IntegerChoices):
    """ISO weekdays."""

    MONDAY = 1, _("Monday")
    TUESDAY = 2, _("Tuesday")
    WEDNESDAY = 3, _("Wednesday")
    THURSDAY = 4, _("Thursday")
    FRIDAY = 5, _("Friday")
    SATURDAY = 6, _("Saturday")
    SUNDAY = 7, _("Sunday")


class Mentor(models.Model):
    """A person who holds weekly sessions and approves projects."""

    user = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="mentor")
    video_link = models.URLField(_("video link"), max_length=500)
    left_on = models.DateField(_("left on"), null=True, blank=True)

    class Meta:
        verbose_name = _("mentor")
        verbose_name_plural = _("mentors")

    def __str__(self) -> str:
        return str(self.user)


class WeeklySlot(models.Model):
    """Hours of the week in which a mentor takes sessions, in the mentor's local time.

    Never edited: a change retires the row and records another, so that what was on offer at
    any past instant can still be told (A8).
    """

    mentor = models.ForeignKey(Mentor, on_delete=models.PROTECT, related_name="weekly_slots")
    weekday = models.PositiveSmallIntegerField(_("weekday"), choices=Weekday)
    starts = models.TimeField(_("from"))
    ends = models.TimeField(_("until"))
    time_zone = models.CharField(_("time zone"), max_length=64, default=DEFAULT_ZONE)
    recorded_at = models.DateTimeField(_("recorded"))
    retired_at = models.DateTimeField(_("retired"), null=True, blank=True)

    class Meta:
        verbose_name = _("weekly availability")
        verbose_name_plural = _("weekly availabilities")
        ordering = ("weekday", "starts")
        constraints = (
            models.CheckConstraint(condition=Q(ends__gt=F("starts")), name="mentoring_weeklyslot_times"),
            models.CheckConstraint(
                condition=Q(weekday__gte=1, weekday__lte=7),
                name="mentoring_weeklyslot_weekday",
            ),
        )

    def __str__(self) -> str:
        return f"{self.get_weekday_display()} {self.starts:%H:%M}–{self.ends:%H:%M}"


class TimeOff(models.Model):
    """A span in which a mentor takes no session; half-open [starts_at, ends_at)."""

    mentor = models.ForeignKey(Mentor, on_delete=models.PROTECT, related_name="time_off")
    starts_at = models.DateTimeField(_("from"))
    ends_at = models.DateTimeField(_("until"))
    reason = models.CharField(_("reason"), max_length=200, blank=True)
    recorded_at = models.DateTimeField(_("recorded"))
    withdrawn_at = models.DateTimeField(_("withdrawn"), null=True, blank=True)

    class Meta:
        verbose_name = _("time off")
        verbose_name_plural = _("time off")
        ordering = ("-starts_at",)
        constraints = (
            models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="mentoring_timeoff_span"),
        )

    def __str__(self) -> str:
        return f"{self.mentor}: {self.starts_at:%Y-%m-%d} – {self.ends_at:%Y-%m-%d}"


class Mentorship(models.Model):
    """A mentor and an enrolment that meet every week at a local time of the enrolment's zone (A1)."""

    mentor = models.ForeignKey(Mentor, on_delete=models.PROTECT, related_name="mentorships")
    enrolment = models.ForeignKey(Enrolment, on_delete=models.PROTECT, related_name="mentorships")
    weekday = models.PositiveSmallIntegerField(_("weekday"), choices=Weekday)
    local_time = models.TimeField(_("local time"))
    length_minutes = models.PositiveSmallIntegerField(
        _("length in minutes"),
        default=45,
        validators=[MinValueValidator(15), MaxValueValidator(240)],
    )
    starts_on = models.DateField(_("first day"))
    ends_on = models.DateField(_("last day (inclusive)"), null=True, blank=True)
    # When it and its last day became known: whose slots were on offer at a past instant (A8). Null: long ago.
    recorded_at = models.DateTimeField(null=True, blank=True, editable=False)
    end_recorded_at = models.DateTimeField(null=True, blank=True, editable=False)
    # The last ISO week (its Monday, in the enrolment's zone) whose session was dealt with.
    generated_through = models.DateField(null=True, blank=True, editable=False)
    # When the week after it enters the horizon; null: nothing more is to be generated.
    generates_at = models.DateTimeField(null=True, blank=True, editable=False)

    class Meta:
        verbose_name = _("mentorship")
        verbose_name_plural = _("mentorships")
        ordering = ("-starts_on", "-pk")
        constraints = (
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True) | Q(ends_on__gte=F("starts_on")),
                name="mentoring_mentorship_dates",
            ),
            models.CheckConstraint(
                condition=Q(generates_at__isnull=True) | Q(generated_through__isnull=False),
                name="mentoring_mentorship_generation",
            ),
            models.UniqueConstraint(
                fields=["enrolment"],
                condition=Q(ends_on__isnull=True),
                name="mentoring_mentorship_current",
            ),
        )
        indexes: ClassVar = [
            # sweeps.generation: mentorships whose next week has entered the horizon.
            models.Index(
                "generates_at",
                condition=Q(generates_at__isnull=False),
                name="mentoring_generate_idx",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.mentor} · {self.enrolment}"
