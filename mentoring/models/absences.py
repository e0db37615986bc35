"""Absences, the duties they bring, contests, and streaks of three."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from students.models import Enrolment

from .sessions import Ground, Session


class AbsenceKind(models.TextChoices):
    AUTHORISED = "authorised", _("authorised absence")
    UNAUTHORISED = "unauthorised", _("unauthorised absence")


class ReschedulingState(models.TextChoices):
    """Where the duty of 3.2 stands: reasons given and another session booked within 48 h (A8)."""

    OPEN = "open", _("open")
    MET = "met", _("met")
    BREACH = "breach", _("breach of 3.2")
    WAITS = "waits", _("waits for a free slot")


class Absence(models.Model):
    """A session that the student missed. Withdrawn, never deleted, when a correction undoes it."""

    session = models.OneToOneField(Session, on_delete=models.PROTECT, related_name="absence")
    # The session's own, which the database holds to its row: a second check would cost every verdict.
    enrolment = models.ForeignKey(
        Enrolment, on_delete=models.PROTECT, related_name="absences", db_index=False, db_constraint=False
    )
    kind = models.CharField(_("kind"), max_length=16, choices=AbsenceKind)
    ground = models.CharField(_("ground"), max_length=32, choices=Ground)
    happened_at = models.DateTimeField(_("judged as of"))
    starts_at = models.DateTimeField(_("start of the session"))
    withdrawn_at = models.DateTimeField(_("withdrawn"), null=True, blank=True)

    reasons = models.TextField(_("reasons"), blank=True)
    reasons_at = models.DateTimeField(_("reasons given"), null=True, blank=True)
    rebooked_at = models.DateTimeField(_("another session booked"), null=True, blank=True)
    rescheduling_due_at = models.DateTimeField(_("reasons and booking due"))
    rescheduling_state = models.CharField(
        _("rescheduling"),
        max_length=8,
        choices=ReschedulingState,
        default=ReschedulingState.OPEN,
    )
    remind_at = models.DateTimeField(_("reminder due"), null=True, blank=True)
    revision = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        verbose_name = _("absence")
        verbose_name_plural = _("absences")
        ordering = ("-starts_at", "-pk")
        indexes: ClassVar = [
            # sweeps.rescheduling: duties whose 48 h are over (A8).
            models.Index(
                "rescheduling_due_at",
                condition=Q(rescheduling_state="open", withdrawn_at__isnull=True),
                name="mentoring_rescheduling_idx",
            ),
            # sweeps.remind_rescheduling: reminders to write.
            models.Index(
                "remind_at",
                condition=Q(
                    rescheduling_state="open",
                    remind_at__isnull=False,
                    withdrawn_at__isnull=True,
                ),
                name="mentoring_remind_idx",
            ),
            models.Index("enrolment", "starts_at", name="mentoring_absence_time_idx"),
        ]

    def __str__(self) -> str:
        return f"{self.session_id}: {self.kind}"


class ContestOutcome(models.TextChoices):
    """What Student Success decided of a contest (A7)."""

    REJECTED = "rejected", _("the absence stands")
    AUTHORISED = "authorised", _("the absence is authorised")
    PRESENT = "present", _("the student was there in time")
    NOT_COUNTED = "not_counted", _("the session does not count")


class Contest(models.Model):
    """A student's objection to an absence, and its decision (A7)."""

    absence = models.OneToOneField(Absence, on_delete=models.PROTECT, related_name="contest")
    statement = models.TextField(_("statement"))
    made_at = models.DateTimeField(_("made"))
    decided_at = models.DateTimeField(_("decided"), null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    outcome = models.CharField(_("outcome"), max_length=16, choices=ContestOutcome, blank=True)
    reasons = models.TextField(_("reasons of the decision"), blank=True)
    revision = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        verbose_name = _("contest")
        verbose_name_plural = _("contests")
        ordering = ("made_at", "pk")
        indexes: ClassVar = [
            # Staff worklist: contests that wait, oldest first.
            models.Index(
                "made_at",
                condition=Q(decided_at__isnull=True),
                name="mentoring_contest_idx",
            ),
        ]
        constraints = (
            models.CheckConstraint(
                condition=Q(decided_at__isnull=True, outcome="")
                | (Q(decided_at__isnull=False) & ~Q(outcome="") & ~Q(reasons="")),
                name="mentoring_contest_decided",
            ),
        )

    def __str__(self) -> str:
        return f"{self.absence_id}: {self.made_at:%Y-%m-%d}"


class Streak(models.Model):
    """Three unauthorised absences in a row (A9), from which the Board's case is opened above.

    ``undone_at``: a correction broke it. ``sealed_at``: the Board has decided; nothing undoes it.
    """

    enrolment = models.ForeignKey(Enrolment, on_delete=models.PROTECT, related_name="streaks")
    reached_at = models.DateTimeField(_("reached"))
    policy_id = models.CharField(_("policy version"), max_length=32)
    undone_at = models.DateTimeField(_("undone"), null=True, blank=True)
    sealed_at = models.DateTimeField(_("sealed"), null=True, blank=True)
    # The absences as they were then, whenever the case is opened (canonical JSON).
    facts = models.TextField(_("facts when it was reached"), default="{}")
    # When the app above made its case of it.
    taken_up_at = models.DateTimeField(null=True, blank=True, editable=False)

    class Meta:
        verbose_name = _("streak")
        verbose_name_plural = _("streaks")
        ordering = ("-reached_at", "-pk")
        constraints = (
            models.CheckConstraint(
                condition=Q(undone_at__isnull=True) | Q(sealed_at__isnull=True),
                name="mentoring_streak_sealed_stands",
            ),
        )
        indexes: ClassVar = [
            # discipline.open_cases: streaks that nobody has made a case of.
            models.Index(
                "reached_at",
                condition=Q(taken_up_at__isnull=True),
                name="mentoring_streak_new_idx",
            ),
            # streaks.undo_broken: streaks of an enrolment that still stand.
            models.Index(
                "enrolment",
                condition=Q(undone_at__isnull=True),
                name="mentoring_streak_stands_idx",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.enrolment_id}: {self.reached_at:%Y-%m-%d}"


class StreakAbsence(models.Model):
    """An absence held by a streak; held by one standing streak at most."""

    streak = models.ForeignKey(Streak, on_delete=models.PROTECT, related_name="members")
    absence = models.ForeignKey(Absence, on_delete=models.PROTECT, related_name="streak_members")
    position = models.PositiveSmallIntegerField(_("position"))
    released_at = models.DateTimeField(_("released"), null=True, blank=True)

    class Meta:
        verbose_name = _("absence of a streak")
        verbose_name_plural = _("absences of a streak")
        ordering = ("position",)
        constraints = (
            # No second case for the same absences, whatever the code does.
            models.UniqueConstraint(
                fields=["absence"],
                condition=Q(released_at__isnull=True),
                name="mentoring_absence_in_one_streak",
            ),
            models.UniqueConstraint(fields=["streak", "position"], name="mentoring_streak_position"),
        )

    def __str__(self) -> str:
        return f"{self.streak_id}/{self.position}"
