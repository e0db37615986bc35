"""What other systems told, and the rosters that were imported."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class ExternalKind(models.TextChoices):
    """What a row of another system stands for; organisations, terms, classes and roles are only mirrored."""

    ORG = "org", _("organisation")
    USER = "user", _("person")
    COURSE = "course", _("Path")
    ENROLMENT = "enrolment", _("enrolment")
    ROLE = "role", _("role")
    CLASS = "class", _("class")
    TERM = "term", _("term")


class ExternalId(models.Model):
    """A row of another system (a school's roster), as that system last told it, and what it became here.

    ``told`` is what it said (canonical JSON). A later roster changes here what it changed there, so that
    a correction made here stands until the source itself moves.
    """

    system = models.CharField(_("system"), max_length=64)
    kind = models.CharField(_("kind"), max_length=16, choices=ExternalKind)
    sourced_id = models.CharField(_("id in that system"), max_length=255)
    # The row's primary key here (person: accounts.User), or null where it stands for nothing of its own.
    object_id = models.BigIntegerField(null=True)
    told = models.TextField(_("as it was told"))
    current = models.BooleanField(_("still told"), default=True)
    changed_at = models.DateTimeField(_("changed"))

    class Meta:
        verbose_name = _("external id")
        verbose_name_plural = _("external ids")
        constraints = (
            # One row of theirs is one thing of ours; also finds a system's rows by kind.
            models.UniqueConstraint(fields=["system", "kind", "sourced_id"], name="students_external_once"),
            # Two people of one system never become one person here.
            models.UniqueConstraint(
                fields=["system", "kind", "object_id"],
                condition=Q(object_id__isnull=False),
                name="students_external_object_once",
            ),
        )

    def __str__(self) -> str:
        return f"{self.system} {self.kind} {self.sourced_id}"


class RosterImport(models.Model):
    """An uploaded roster: what it would change, and, once confirmed, that exactly this was applied.

    The file is kept only until it is confirmed or laid aside; its digest stays.
    """

    digest = models.CharField(_("SHA-256"), max_length=64)
    file_name = models.CharField(_("file"), max_length=200)
    content = models.BinaryField(null=True)
    uploaded_at = models.DateTimeField(_("uploaded"))
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="roster_imports"
    )
    # The dry run: canonical JSON, and its digest, which the confirmation repeats.
    outcome = models.TextField(_("what it changes"))
    outcome_digest = models.CharField(max_length=64)
    applied_at = models.DateTimeField(_("applied"), null=True, blank=True)

    class Meta:
        verbose_name = _("roster import")
        verbose_name_plural = _("roster imports")
        ordering = ("-uploaded_at", "-pk")

    def __str__(self) -> str:
        return self.file_name
