"""A portfolio before the jury: one for each training, from its submission to the award (2.2, 2.3)."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from students.models import Enrolment


class State(models.TextChoices):
    """Where a candidate stands; ``rulebook.jury.TRANSITIONS`` says what may follow what."""

    SUBMITTED = "submitted", _("submitted")
    SCHEDULED = "scheduled", _("on the agenda of a jury")
    REFUSED = "refused", _("refused: projects to improve on")
    AWARDED = "awarded", _("awarded")
    ENDED = "ended", _("ended without a decision")


class Candidacy(models.Model):
    """A student's portfolio as it went to the jury (T1). After a refusal it comes back: the same record, and more."""

    State = State

    enrolment = models.OneToOneField(Enrolment, on_delete=models.PROTECT, related_name="candidacy")
    state = models.CharField(_("state"), max_length=16, choices=State, default=State.SUBMITTED)
    submitted_at = models.DateTimeField(_("submitted"))
    submitted_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    policy_id = models.CharField(_("policy version"), max_length=32)
    # Since when it waits for a jury: its submission, or the approval of the last remedial project.
    waiting_since = models.DateTimeField(_("waits since"), null=True, blank=True)
    ended_at = models.DateTimeField(_("ended"), null=True, blank=True)
    ended_why = models.TextField(_("why it ended"), blank=True)
    revision = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        verbose_name = _("candidacy")
        verbose_name_plural = _("candidacies")
        ordering = ("-submitted_at", "-pk")
        constraints = (
            models.CheckConstraint(
                condition=Q(state="submitted", waiting_since__isnull=False)
                | (~Q(state="submitted") & Q(waiting_since__isnull=True)),
                name="juries_candidacy_waits",
            ),
            models.CheckConstraint(
                condition=(Q(state="ended", ended_at__isnull=False) & ~Q(ended_why=""))
                | (~Q(state="ended") & Q(ended_at__isnull=True, ended_why="")),
                name="juries_candidacy_ended",
            ),
        )
        indexes: ClassVar = [
            # Staff worklist: candidates who wait for a jury, the longest first.
            models.Index(
                "waiting_since",
                condition=Q(waiting_since__isnull=False),
                name="juries_candidacy_waits_idx",
            ),
            # API list, newest first.
            models.Index(fields=["-submitted_at", "-id"], name="juries_candidacy_time_idx"),
        ]

    def __str__(self) -> str:
        return f"{self.enrolment_id}: {self.get_state_display()}"
