"""Penalties (4.2, B7): what a confirmed decision does, and from when."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from students.models import Enrolment, Student

from .cases import Case
from .decisions import SCALE, Decision, PenaltyKind


class EffectiveBy(models.TextChoices):
    """What made it take effect (B7)."""

    DELIVERED = "delivered", _("the letter was delivered")
    REFUSED = "refused", _("the letter was refused")
    PRESENTED = "presented", _("the letter was first presented")
    SET_BY_HEAD = "set_by_head", _("set by the Head of Learning")
    ON_SENDING = "on_sending", _("the e-mail was sent")


class Penalty(models.Model):
    """The one penalty of one decision. It stands in the student's record for good (B8).

    ``starts_on`` to ``ends_on`` are a suspension's days, both inclusive, ``ban_until`` the last day of a ban, all in
    the enrolment's own zone; they are known once it takes effect.
    """

    decision = models.OneToOneField(Decision, on_delete=models.PROTECT, related_name="penalty")
    # One case is punished once.
    case = models.OneToOneField(Case, on_delete=models.PROTECT, related_name="penalty")
    student = models.ForeignKey(Student, on_delete=models.PROTECT, related_name="penalties")
    enrolment = models.ForeignKey(Enrolment, on_delete=models.PROTECT, related_name="penalties")
    kind = models.CharField(_("penalty"), max_length=16, choices=PenaltyKind)
    decided_at = models.DateTimeField(_("decided"))
    policy_id = models.CharField(_("policy version"), max_length=32)
    effective_at = models.DateTimeField(_("in effect from"), null=True, blank=True)
    effective_by = models.CharField(
        _("took effect when"), max_length=16, choices=EffectiveBy, blank=True, default=""
    )
    starts_on = models.DateField(_("first day"), null=True, blank=True)
    ends_on = models.DateField(_("last day"), null=True, blank=True)
    ban_until = models.DateField(_("last day of the ban"), null=True, blank=True)
    # When a suspension lifts by itself; empty once that was told, or a ban overtook it.
    lifts_at = models.DateTimeField(_("lifts"), null=True, blank=True, editable=False)
    lifted_at = models.DateTimeField(_("lifted"), null=True, blank=True)
    fees_note = models.TextField(_("fees"), blank=True, default="")
    # The instant that the Head of Learning set, where no receipt came by day 15; empty once it is in effect.
    set_for = models.DateTimeField(_("set to take effect"), null=True, blank=True, editable=False)
    set_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    set_reasons = models.TextField(_("reasons of the date"), blank=True, default="")
    revision = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        verbose_name = _("penalty")
        verbose_name_plural = _("penalties")
        ordering = ("-decided_at", "-pk")
        constraints = (
            models.CheckConstraint(condition=Q(kind__in=SCALE), name="discipline_penalty_scale"),
            models.CheckConstraint(
                condition=Q(effective_at__isnull=True, effective_by="")
                | (Q(effective_at__isnull=False, effective_at__gte=F("decided_at")) & ~Q(effective_by="")),
                name="discipline_penalty_effective",
            ),
            models.CheckConstraint(
                condition=~Q(effective_by="set_by_head") | (Q(set_by__isnull=False) & ~Q(set_reasons="")),
                name="discipline_penalty_set",
            ),
            # Days belong to a suspension in effect and to nothing else; so does a ban to an end of training.
            models.CheckConstraint(
                condition=Q(
                    kind="suspension",
                    effective_at__isnull=False,
                    starts_on__isnull=False,
                    ends_on__isnull=False,
                    ends_on__gte=F("starts_on"),
                )
                | (
                    (~Q(kind="suspension") | Q(effective_at__isnull=True))
                    & Q(starts_on__isnull=True, ends_on__isnull=True, lifted_at__isnull=True)
                ),
                name="discipline_penalty_days",
            ),
            models.CheckConstraint(
                condition=Q(
                    kind__in=["exclusion", "discontinuation"],
                    effective_at__isnull=False,
                    ban_until__isnull=False,
                )
                | (
                    (~Q(kind__in=["exclusion", "discontinuation"]) | Q(effective_at__isnull=True))
                    & Q(ban_until__isnull=True)
                ),
                name="discipline_penalty_ban",
            ),
        )
        indexes: ClassVar = [
            # sweeps: decided, and not in effect yet.
            models.Index(
                "decided_at", condition=Q(effective_at__isnull=True), name="discipline_penalty_new_idx"
            ),
            # sweeps: suspensions to be lifted.
            models.Index("lifts_at", condition=Q(lifts_at__isnull=False), name="discipline_penalty_lift_idx"),
            # A student's penalties: their record, the ladder, the jury's file.
            models.Index("student", "decided_at", name="discipline_penalty_of_idx"),
        ]

    def __str__(self) -> str:
        return f"{self.case_id}: {self.kind}"
