"""What a penalty leaves of somebody's standing (4.2, PL): bans, and people who look like somebody banned."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from .enrolments import DEFAULT_ZONE, Enrolment, Student


class Ban(models.Model):
    """Days on which somebody may begin no training (B7, B9): both inclusive, by the clocks of ``time_zone``.

    Imposed by a penalty, or carried over to another account of the same person.
    """

    student = models.ForeignKey(Student, on_delete=models.PROTECT, related_name="bans")
    starts_on = models.DateField(_("first day"))
    until = models.DateField(_("last day"))
    time_zone = models.CharField(_("time zone"), max_length=64, default=DEFAULT_ZONE)
    clause = models.CharField(_("clause"), max_length=16)
    policy_id = models.CharField(_("policy version"), max_length=32)
    about = models.CharField(_("because of"), max_length=100)  # like "discipline.penalty:12"
    imposed_at = models.DateTimeField(_("imposed"))  # when the penalty took effect
    recorded_at = models.DateTimeField(_("recorded"))
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    lifted_at = models.DateTimeField(_("lifted"), null=True, blank=True)

    class Meta:
        verbose_name = _("ban")
        verbose_name_plural = _("bans")
        ordering = ("-until", "-pk")
        constraints = (
            models.CheckConstraint(condition=Q(until__gte=F("starts_on")), name="students_ban_dates"),
            models.CheckConstraint(condition=~Q(about=""), name="students_ban_about"),
            # A penalty bans once, however often its effect is settled.
            models.UniqueConstraint(fields=["student", "about"], name="students_ban_once"),
        )
        indexes: ClassVar = [
            # Who begins a training is compared with those who are banned now.
            models.Index("until", condition=Q(lifted_at__isnull=True), name="students_ban_standing_idx"),
        ]

    def __str__(self) -> str:
        return f"{self.student} · {self.until}"


class FlagState(models.TextChoices):
    OPEN = "open", _("waits for a decision")
    SAME = "same", _("the same person")
    OTHER = "other", _("another person")


class IdentityFlag(models.Model):
    """Somebody who began a training looks like a person who may not (B9): a person of the school decides.

    Until then the training stands: a name is no proof.
    """

    student = models.ForeignKey(Student, on_delete=models.PROTECT, related_name="identity_flags")
    ban = models.ForeignKey(Ban, on_delete=models.PROTECT, related_name="flags")
    enrolment = models.ForeignKey(Enrolment, on_delete=models.PROTECT, related_name="identity_flags")
    matched = models.CharField(_("what is alike"), max_length=100)  # "name", "reference", joined by spaces
    raised_at = models.DateTimeField(_("raised"))
    state = models.CharField(_("state"), max_length=8, choices=FlagState, default=FlagState.OPEN)
    decided_at = models.DateTimeField(_("decided"), null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    reasons = models.TextField(_("reasons"), blank=True)
    revision = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        verbose_name = _("match with a banned person")
        verbose_name_plural = _("matches with banned people")
        ordering = ("raised_at", "pk")
        constraints = (
            # Decided once and for all: another person stays another person.
            models.UniqueConstraint(fields=["student", "ban"], name="students_flag_once"),
            models.CheckConstraint(
                condition=Q(state="open", decided_at__isnull=True, decided_by__isnull=True)
                | (~Q(state="open") & Q(decided_at__isnull=False, decided_by__isnull=False) & ~Q(reasons="")),
                name="students_flag_decided",
            ),
        )
        indexes: ClassVar = [
            # The worklist: what waits, oldest first.
            models.Index("raised_at", condition=Q(state="open"), name="students_flag_open_idx"),
        ]

    def __str__(self) -> str:
        return f"{self.student} · {self.get_state_display()}"
