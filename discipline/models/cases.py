"""Disciplinary cases: one file before the Board, from what opened it to its end."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from discipline.transitions import OPEN_STATES, CaseState
from mentoring.models import Streak
from students.models import Enrolment, Student


class CaseKind(models.TextChoices):
    """What a case is about; the clause behind each stands in ``rulebook.ladder.CLAUSES``."""

    ATTENDANCE = "attendance", _("three unauthorised absences in a row")
    PLAGIARISM = "plagiarism", _("plagiarism")
    ABUSE = "abuse", _("abuse or violence")
    COMMITMENT = "commitment", _("no regular work")
    OFFSITE = "offsite", _("health and safety elsewhere")
    CONDUCT = "conduct", _("conduct")


class Case(models.Model):
    """A file before the Disciplinary Board.

    ``state`` moves by ``discipline.transitions`` alone; the instants beside it say when it did, and ``informed_at``
    is that of the first complaint that was sent (B1).
    """

    kind = models.CharField(_("kind"), max_length=16, choices=CaseKind)
    student = models.ForeignKey(Student, on_delete=models.PROTECT, related_name="cases")
    enrolment = models.ForeignKey(Enrolment, on_delete=models.PROTECT, related_name="cases")
    # One case a streak, and an absence stands in one streak: so one case for the same absences.
    streak = models.OneToOneField(
        Streak, null=True, blank=True, on_delete=models.PROTECT, related_name="case"
    )
    clause = models.CharField(_("clause"), max_length=16)
    policy_id = models.CharField(_("policy version"), max_length=32)
    state = models.CharField(_("state"), max_length=16, choices=CaseState, default=CaseState.OPEN)
    opened_at = models.DateTimeField(_("opened"))
    informed_at = models.DateTimeField(_("complaint sent"), null=True, blank=True)
    heard_at = models.DateTimeField(_("heard"), null=True, blank=True)
    decided_at = models.DateTimeField(_("decided"), null=True, blank=True)
    concluded_at = models.DateTimeField(_("concluded"), null=True, blank=True)
    closed_at = models.DateTimeField(_("closed without penalty"), null=True, blank=True)
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    closing_reason = models.TextField(_("reasons of the closing"), blank=True)
    withdrawn_at = models.DateTimeField(_("withdrawn"), null=True, blank=True)
    withdrawal_reason = models.TextField(_("reason of the withdrawal"), blank=True)
    facts = models.TextField(_("facts when it was opened"))  # canonical JSON
    # What the ladder, or the three absences, propose to the Board (canonical JSON: measure, rule, clause, facts).
    proposal = models.TextField(_("proposal"), blank=True, default="")
    legal_note = models.TextField(_("legal follow-up"), blank=True, default="")
    # The oldest deadline that somebody owes on it; kept by services.due.refresh_due.
    next_due_at = models.DateTimeField(_("next deadline"), null=True, blank=True)
    revision = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        verbose_name = _("case")
        verbose_name_plural = _("cases")
        ordering = ("-opened_at", "-pk")
        constraints = (
            models.CheckConstraint(
                condition=Q(state="withdrawn", withdrawn_at__isnull=False)
                | (~Q(state="withdrawn") & Q(withdrawn_at__isnull=True)),
                name="discipline_case_withdrawn",
            ),
            # Closed is closed by somebody, who says why (B10).
            models.CheckConstraint(
                condition=(
                    Q(state="closed", closed_at__isnull=False, closed_by__isnull=False)
                    & ~Q(closing_reason="")
                )
                | (~Q(state="closed") & Q(closed_at__isnull=True, closed_by__isnull=True)),
                name="discipline_case_closed",
            ),
            models.CheckConstraint(
                condition=~Q(kind="attendance") | Q(streak__isnull=False),
                name="discipline_case_has_streak",
            ),
            # Past the complaint, there was one (B1); the trigger on the table asks for the complaint itself.
            models.CheckConstraint(
                condition=Q(state__in=["open", "closed", "withdrawn"]) | Q(informed_at__isnull=False),
                name="discipline_case_informed",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["decided", "concluded"]) | Q(decided_at__isnull=False),
                name="discipline_case_decided",
            ),
        )
        indexes: ClassVar = [
            # Worklist and list of staff: cases in which a step is owed, the oldest deadline first.
            models.Index("next_due_at", condition=Q(state__in=OPEN_STATES), name="discipline_due_idx"),
            # List of staff by stage, and counts by stage: open cases, oldest first.
            models.Index(
                "state", "opened_at", condition=Q(state__in=OPEN_STATES), name="discipline_stage_idx"
            ),
            # A student's cases, and the history that the ladder looks at.
            models.Index("student", "opened_at", name="discipline_student_idx"),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} · {self.student}"
