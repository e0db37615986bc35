"""Why somebody cannot come to a meeting of the Board (4.2, B4): what they sent, and whether it was accepted."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from record.models import Document

from .meetings import Meeting


class ExcuseGround(models.TextChoices):
    ACCIDENT = "accident", _("accident")
    ILLNESS = "illness", _("illness")
    BEREAVEMENT = "bereavement", _("death of an immediate relative")


class ExcuseState(models.TextChoices):
    SENT = "sent", _("to be looked at")
    ACCEPTED = "accepted", _("accepted: the meeting is adjourned")
    REFUSED = "refused", _("refused")


class Excuse(models.Model):
    """An extenuating circumstance with its official document; accepted, it adjourns the meeting.

    Read by the student, by whom it is about, and by the two who decide; never by the representative.
    """

    meeting = models.ForeignKey(Meeting, on_delete=models.PROTECT, related_name="excuses")
    # The student or the companion.
    of_companion = models.BooleanField(_("of the companion"), default=False)
    ground = models.CharField(_("circumstance"), max_length=16, choices=ExcuseGround)
    text = models.TextField(_("what happened"), blank=True)
    document = models.OneToOneField(
        Document, verbose_name=_("official document"), on_delete=models.PROTECT, related_name="excuse"
    )
    sent_at = models.DateTimeField(_("sent"))
    sent_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(_("state"), max_length=8, choices=ExcuseState, default=ExcuseState.SENT)
    decided_at = models.DateTimeField(_("decided"), null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    reasons = models.TextField(_("reasons"), blank=True)

    class Meta:
        verbose_name = _("excuse")
        verbose_name_plural = _("excuses")
        ordering = ("sent_at", "pk")
        constraints = (
            models.CheckConstraint(
                condition=Q(state="sent", decided_at__isnull=True, decided_by__isnull=True)
                | (
                    Q(decided_at__isnull=False, decided_by__isnull=False)
                    & (Q(state="accepted") | (Q(state="refused") & ~Q(reasons="")))
                ),
                name="discipline_excuse_state",
            ),
            # One that is being looked at; also serves the meeting's page.
            models.UniqueConstraint(
                fields=["meeting"], condition=Q(state="sent"), name="discipline_one_excuse"
            ),
        )

    def __str__(self) -> str:
        return f"{self.meeting_id}: {self.ground}"
