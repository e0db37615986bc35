"""Disciplinary cases. For now: those that three unauthorised absences in a row open (3.2, A9)."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from mentoring.models import Streak
from students.models import Enrolment, Student


class CaseKind(models.TextChoices):
    ATTENDANCE = "attendance", _("three unauthorised absences in a row")


class CaseState(models.TextChoices):
    OPEN = "open", _("open")
    WITHDRAWN = "withdrawn", _("withdrawn")


class Case(models.Model):
    """A file before the Disciplinary Board."""

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
    withdrawn_at = models.DateTimeField(_("withdrawn"), null=True, blank=True)
    withdrawal_reason = models.TextField(_("reason of the withdrawal"), blank=True)
    facts = models.TextField(_("facts when it was opened"))  # canonical JSON
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
            models.CheckConstraint(
                condition=~Q(kind="attendance") | Q(streak__isnull=False),
                name="discipline_case_has_streak",
            ),
        )
        indexes: ClassVar = [
            # Worklist and list: open cases, oldest first.
            models.Index("opened_at", condition=Q(state="open"), name="discipline_open_idx"),
            models.Index("student", "opened_at", name="discipline_student_idx"),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} · {self.student}"
