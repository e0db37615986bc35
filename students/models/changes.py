"""Changes of Path (2.8): the mentor's consultation first, then the request, then seven business days."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from .enrolments import Enrolment
from .training import Path


class Consultation(models.Model):
    """The mentor's word, recorded by the mentor, on a student's wish to go over to another Path (C1)."""

    enrolment = models.ForeignKey(Enrolment, on_delete=models.PROTECT, related_name="consultations")
    to_path = models.ForeignKey(
        Path, verbose_name=_("Path wished for"), on_delete=models.PROTECT, related_name="+"
    )
    advice = models.TextField(_("advice"))
    recorded_at = models.DateTimeField(_("recorded"))
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("consultation")
        verbose_name_plural = _("consultations")
        ordering = ("-recorded_at", "-pk")

    def __str__(self) -> str:
        return f"{self.enrolment}: {self.to_path}"


class ChangeState(models.TextChoices):
    WAITING = "waiting", _("waits for the funders' approval")
    ACCEPTED = "accepted", _("accepted for processing")
    SCHEDULED = "scheduled", _("decided, takes effect on its day")
    EFFECTIVE = "effective", _("in effect")
    REFUSED = "refused", _("refused")
    WITHDRAWN = "withdrawn", _("withdrawn")


OPEN_CHANGES = (ChangeState.WAITING, ChangeState.ACCEPTED, ChangeState.SCHEDULED)
"""States in which a change may still come about."""

CHANGE_TRANSITIONS: dict[ChangeState, frozenset[ChangeState]] = {
    ChangeState.WAITING: frozenset({ChangeState.ACCEPTED, ChangeState.REFUSED, ChangeState.WITHDRAWN}),
    ChangeState.ACCEPTED: frozenset({ChangeState.SCHEDULED, ChangeState.REFUSED, ChangeState.WITHDRAWN}),
    ChangeState.SCHEDULED: frozenset({ChangeState.EFFECTIVE, ChangeState.WITHDRAWN}),
    ChangeState.EFFECTIVE: frozenset(),
    ChangeState.REFUSED: frozenset(),
    ChangeState.WITHDRAWN: frozenset(),
}


class ChangeOfPath(models.Model):
    """A student's request to go over to another Path, and what became of it."""

    enrolment = models.ForeignKey(Enrolment, on_delete=models.PROTECT, related_name="changes")
    from_path = models.ForeignKey(
        Path, verbose_name=_("from"), on_delete=models.PROTECT, related_name="changes_away"
    )
    to_path = models.ForeignKey(
        Path, verbose_name=_("to"), on_delete=models.PROTECT, related_name="changes_here"
    )
    # Not null: without the mentor's word there is no request (C1).
    consultation = models.OneToOneField(Consultation, on_delete=models.PROTECT, related_name="change")
    reason = models.TextField(_("reason"))
    requested_at = models.DateTimeField(_("asked for"))
    # Received whole: with each funder's approval on file, where there is one (C2). The business days count from here.
    accepted_at = models.DateTimeField(_("accepted for processing"), null=True, blank=True)
    earliest_on = models.DateField(_("takes effect no earlier than"), null=True, blank=True)
    takes_effect_on = models.DateField(_("takes effect on"), null=True, blank=True)
    ends_on = models.DateField(_("the training's last day then"), null=True, blank=True)
    policy_id = models.CharField(_("policy version"), max_length=32)
    state = models.CharField(_("state"), max_length=16, choices=ChangeState)
    decided_at = models.DateTimeField(_("decided"), null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    decision = models.TextField(_("reasons of the decision"), blank=True)
    effective_at = models.DateTimeField(_("took effect"), null=True, blank=True)
    # When it falls due (midnight of its day); null unless it is scheduled.
    falls_due_at = models.DateTimeField(null=True, blank=True, editable=False)
    remind_at = models.DateTimeField(_("next reminder"), null=True, blank=True)
    revision = models.PositiveIntegerField(default=0, editable=False)

    class Meta:
        verbose_name = _("change of Path")
        verbose_name_plural = _("changes of Path")
        ordering = ("-requested_at", "-pk")
        constraints = (
            # One at a time.
            models.UniqueConstraint(
                fields=["enrolment"],
                condition=Q(state__in=["waiting", "accepted", "scheduled"]),
                name="students_change_once",
            ),
            models.CheckConstraint(condition=~Q(from_path=F("to_path")), name="students_change_moves"),
            # C1 in the database: none takes effect before its earliest day.
            models.CheckConstraint(
                condition=~Q(state__in=["scheduled", "effective"])
                | Q(accepted_at__isnull=False, takes_effect_on__gte=F("earliest_on")),
                name="students_change_not_early",
            ),
        )
        indexes = (
            # Serve the sweeps: what takes effect, and whom something waits for.
            models.Index(
                fields=["falls_due_at"], condition=Q(falls_due_at__isnull=False), name="students_change_due"
            ),
            models.Index(
                fields=["remind_at"], condition=Q(remind_at__isnull=False), name="students_change_remind"
            ),
        )

    def __str__(self) -> str:
        return f"{self.from_path} → {self.to_path}"

    @property
    def is_open(self) -> bool:
        return self.state in OPEN_CHANGES
