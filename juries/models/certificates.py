"""The certificate of an award, and the page on which a stranger verifies it (J4)."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from record.models import Document

from .decisions import JuryDecision


class Certificate(models.Model):
    """Issued with the announcement of an award. ``code`` stands in its public address, and cannot be guessed."""

    decision = models.OneToOneField(JuryDecision, on_delete=models.PROTECT, related_name="certificate")
    code = models.CharField(_("code"), max_length=43, unique=True)
    # As on the certificate: names and titles may change later, it does not.
    holder = models.CharField(_("holder"), max_length=301)
    title = models.CharField(_("training"), max_length=200)
    awarded_on = models.DateField(_("awarded on"))
    issued_at = models.DateTimeField(_("issued"))
    pdf = models.ForeignKey(Document, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    credential = models.TextField(_("Open Badges credential"), blank=True)  # signed JSON
    revoked_at = models.DateTimeField(_("revoked"), null=True, blank=True)
    revoked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    revoked_why = models.TextField(_("error for which it was revoked"), blank=True)

    class Meta:
        verbose_name = _("certificate")
        verbose_name_plural = _("certificates")
        ordering = ("-issued_at", "-pk")
        constraints = (
            # Revoked only for an error, by somebody who says which.
            models.CheckConstraint(
                condition=Q(revoked_at__isnull=True, revoked_by__isnull=True, revoked_why="")
                | (Q(revoked_at__isnull=False, revoked_by__isnull=False) & ~Q(revoked_why="")),
                name="juries_certificate_revoked",
            ),
        )

    def __str__(self) -> str:
        return f"{self.holder}: {self.title}"
