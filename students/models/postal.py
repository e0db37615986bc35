"""Where registered letters to a student go."""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class PostalAddress(models.Model):
    """A person's postal address. A letter keeps the one it was written to; this is the one for the next."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="postal_address",
        verbose_name=_("person"),
    )
    line_1 = models.CharField(_("street and number"), max_length=38)
    line_2 = models.CharField(_("building, flat"), max_length=38, blank=True)
    line_3 = models.CharField(_("locality, box"), max_length=38, blank=True)
    postal_code = models.CharField(_("postal code"), max_length=12)
    city = models.CharField(_("city"), max_length=32)
    country = models.CharField(
        _("country"), max_length=2, default="FR", help_text=_("Two letters, FR for France")
    )
    # An electronic registered letter needs its addressee's consent before it is sent.
    consented_at = models.DateTimeField(_("agreed to electronic registered letters"), null=True, blank=True)
    changed_at = models.DateTimeField(_("entered"))
    changed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+", db_index=False
    )

    class Meta:
        verbose_name = _("postal address")
        verbose_name_plural = _("postal addresses")
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=~Q(line_1="") & ~Q(postal_code="") & ~Q(city="") & ~Q(country=""),
                name="students_address_whole",
            ),
        ]

    def __str__(self) -> str:
        return ", ".join(self.rows)

    @property
    def rows(self) -> list[str]:
        """The address below the name, as it stands on an envelope."""
        found = [self.line_1, self.line_2, self.line_3, f"{self.postal_code} {self.city}"]
        return [row for row in (*found, "" if self.country == "FR" else self.country) if row]
