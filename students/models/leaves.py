"""Leaves that students ask for (2.7), and every move of a training's end (L4)."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from record.models import Message

from .changes import ChangeOfPath
from .enrolments import Enrolment
from .measures import Interruption


class LeaveState(models.TextChoices):
    INCOMPLETE = "incomplete", _("waits for its e-mail to be sent")
    REQUESTED = "requested", _("waits for a decision")
    VALIDATED = "validated", _("validated")
    REFUSED = "refused", _("refused")
    WITHDRAWN = "withdrawn", _("withdrawn")
    LAPSED = "lapsed", _("never decided")


class LeaveApprover(models.TextChoices):
    MENTOR = "mentor", _("the mentor")
    STUDENT_SUCCESS = "student_success", _("Student Success")


OPEN = (LeaveState.INCOMPLETE, LeaveState.REQUESTED)
"""States in which a request may still be validated."""

STANDING = (*OPEN, LeaveState.VALIDATED)
"""States in which a leave takes its days: no other one may share any of them."""

TRANSITIONS: dict[LeaveState, frozenset[LeaveState]] = {
    LeaveState.INCOMPLETE: frozenset({LeaveState.REQUESTED, LeaveState.WITHDRAWN, LeaveState.LAPSED}),
    LeaveState.REQUESTED: frozenset(
        {LeaveState.VALIDATED, LeaveState.REFUSED, LeaveState.WITHDRAWN, LeaveState.LAPSED}
    ),
    # Taken back before its first day; an early return keeps it validated, and shorter.
    LeaveState.VALIDATED: frozenset({LeaveState.WITHDRAWN}),
    LeaveState.REFUSED: frozenset(),
    LeaveState.WITHDRAWN: frozenset(),
    LeaveState.LAPSED: frozenset(),
}


class LeaveRequest(models.Model):
    """A leave that a student asks for: its days, both inclusive, by the enrolment's calendar.

    ``ends_on`` is its last day as it stands; an early return shortens it, and ``asked_until`` keeps what was asked.
    """

    enrolment = models.ForeignKey(Enrolment, on_delete=models.PROTECT, related_name="leaves")
    starts_on = models.DateField(_("first day"))
    ends_on = models.DateField(_("last day"))
    asked_until = models.DateField(_("last day as asked"))
    reason = models.TextField(_("reason"), blank=True)
    approver = models.CharField(_("who decides"), max_length=16, choices=LeaveApprover)
    # Over 15 days (L2): the messages that make the request complete, one a person of Student Success.
    needs_email = models.BooleanField(_("the e-mail belongs to it"), default=False)
    emails = models.ManyToManyField(Message, related_name="leave_emails", blank=True)
    requested_at = models.DateTimeField(_("asked for"))
    complete_at = models.DateTimeField(_("complete"), null=True, blank=True)
    policy_id = models.CharField(_("policy version"), max_length=32)
    state = models.CharField(_("state"), max_length=16, choices=LeaveState)
    decided_at = models.DateTimeField(_("decided"), null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    decision = models.TextField(_("reasons of the decision"), blank=True)
    interruption = models.OneToOneField(
        Interruption, null=True, blank=True, on_delete=models.PROTECT, related_name="leave"
    )
    back_on = models.DateField(_("back in training on"), null=True, blank=True)
    # Both null once the request is closed.
    remind_at = models.DateTimeField(_("next reminder"), null=True, blank=True)
    lapses_at = models.DateTimeField(_("lapses"), null=True, blank=True)
    revision = models.PositiveIntegerField(default=0, editable=False)

    class Meta:
        verbose_name = _("leave")
        verbose_name_plural = _("leaves")
        ordering = ("-starts_on", "-pk")
        constraints = (
            models.CheckConstraint(
                condition=Q(ends_on__gte=F("starts_on"), asked_until__gte=F("ends_on")),
                name="students_leave_dates",
            ),
            # L2: one that needs the e-mail is not decided before that was sent.
            models.CheckConstraint(
                condition=Q(complete_at__isnull=False) | ~Q(state__in=["requested", "validated", "refused"]),
                name="students_leave_complete",
            ),
            models.CheckConstraint(
                condition=Q(interruption__isnull=False) | ~Q(state="validated"),
                name="students_leave_interrupts",
            ),
            # No two standing leaves of one training share a day: migrations/_leaves.py (an exclusion constraint
            # on PostgreSQL, triggers on SQLite).
        )
        indexes = (
            # Serve the sweeps of reminders and of requests that nobody decided.
            models.Index(
                fields=["remind_at"], condition=Q(remind_at__isnull=False), name="students_leave_remind"
            ),
            models.Index(
                fields=["lapses_at"], condition=Q(lapses_at__isnull=False), name="students_leave_lapse"
            ),
            # Serves the sweep of requests whose e-mail was sent.
            models.Index(fields=["id"], condition=Q(state="incomplete"), name="students_leave_email"),
            # Serves the worklist.
            models.Index(fields=["requested_at"], condition=Q(state="requested"), name="students_leave_open"),
        )

    def __str__(self) -> str:
        return f"{self.starts_on} – {self.ends_on}"

    @property
    def days(self) -> int:
        """Consecutive days, first and last included."""
        return (self.ends_on - self.starts_on).days + 1

    @property
    def is_open(self) -> bool:
        return self.state in OPEN


class ShiftCause(models.TextChoices):
    LEAVE = "leave", _("leave")
    RETURN = "return", _("return from a leave")
    CHANGE = "change", _("change of Path")
    DATES = "dates", _("other dates")


class EndShift(models.Model):
    """One move of a training's last day: by how many days (fewer than none: earlier) and why.

    The last one's ``ends_on_after`` is the training's end; never changed, never deleted.
    """

    enrolment = models.ForeignKey(Enrolment, on_delete=models.PROTECT, related_name="end_shifts")
    cause = models.CharField(_("cause"), max_length=16, choices=ShiftCause)
    days = models.IntegerField(_("days"))
    ends_on_before = models.DateField(_("last day before"))
    ends_on_after = models.DateField(_("last day after"))
    leave = models.ForeignKey(
        LeaveRequest, null=True, blank=True, on_delete=models.PROTECT, related_name="end_shifts"
    )
    change = models.ForeignKey(
        ChangeOfPath, null=True, blank=True, on_delete=models.PROTECT, related_name="end_shifts"
    )
    recorded_at = models.DateTimeField(_("recorded"))
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        verbose_name = _("move of a training's end")
        verbose_name_plural = _("moves of a training's end")
        ordering = ("pk",)
        constraints = (
            models.CheckConstraint(condition=~Q(days=0), name="students_endshift_moves"),
            models.CheckConstraint(
                condition=~Q(cause__in=["leave", "return"]) | Q(leave__isnull=False),
                name="students_endshift_leave",
            ),
        )

    def __str__(self) -> str:
        return f"{self.days:+d}: {self.ends_on_after}"
