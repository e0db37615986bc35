"""What a funder is asked to approve, and its official written answer (L3, C2)."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from record.models import Document

from .changes import ChangeOfPath
from .funding import Funding
from .leaves import LeaveRequest


class ApprovalState(models.TextChoices):
    ASKED = "asked", _("waits for the funder")
    RECEIVED = "received", _("sent by the student, to be checked")
    ON_FILE = "on_file", _("on file")
    REFUSED = "refused", _("refused by the funder")


class FunderApproval(models.Model):
    """One funder's official written approval of one leave or change of Path.

    Its document is stored for it alone (abuse 56): no document of another request or student can stand here.
    """

    funding = models.ForeignKey(Funding, on_delete=models.PROTECT, related_name="approvals")
    leave = models.ForeignKey(
        LeaveRequest, null=True, blank=True, on_delete=models.PROTECT, related_name="approvals"
    )
    change = models.ForeignKey(
        ChangeOfPath, null=True, blank=True, on_delete=models.PROTECT, related_name="approvals"
    )
    state = models.CharField(_("state"), max_length=16, choices=ApprovalState, default=ApprovalState.ASKED)
    document = models.OneToOneField(
        Document, null=True, blank=True, on_delete=models.PROTECT, related_name="funder_approval"
    )
    asked_at = models.DateTimeField(_("asked"))
    received_at = models.DateTimeField(_("received"), null=True, blank=True)
    received_from = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("received from"),
        help_text=_("Empty: the funder itself."),
    )
    checked_at = models.DateTimeField(_("checked"), null=True, blank=True)
    checked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    reasons = models.TextField(_("reasons"), blank=True)

    class Meta:
        verbose_name = _("funder's approval")
        verbose_name_plural = _("funders' approvals")
        ordering = ("asked_at", "pk")
        constraints = (
            models.CheckConstraint(
                condition=Q(leave__isnull=False, change__isnull=True)
                | Q(leave__isnull=True, change__isnull=False),
                name="students_approval_of_one",
            ),
            # L3, C2: an approval is a document.
            models.CheckConstraint(
                condition=~Q(state__in=["received", "on_file"]) | Q(document__isnull=False),
                name="students_approval_document",
            ),
            models.UniqueConstraint(fields=["leave", "funding"], name="students_approval_leave_once"),
            models.UniqueConstraint(fields=["change", "funding"], name="students_approval_change_once"),
        )

    def __str__(self) -> str:
        return f"{self.funding.funder}: {self.get_state_display()}"
