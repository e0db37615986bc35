"""What is taught: Paths."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class Path(models.Model):
    """A training programme: an ordered set of projects, each with its skills."""

    code = models.CharField(_("code"), max_length=64, unique=True)
    title = models.CharField(_("title"), max_length=200)
    learning_manager = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("Learning Manager"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="managed_paths",
    )
    active = models.BooleanField(_("open to new enrolments"), default=True)

    class Meta:
        verbose_name = _("Path")
        verbose_name_plural = _("Paths")
        ordering = ("title",)

    def __str__(self) -> str:
        return self.title
