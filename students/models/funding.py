"""Who pays for a training: funders and employers, and what each of them takes on."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from .enrolments import Enrolment


class FunderKind(models.TextChoices):
    FUNDER = "funder", _("funding body")
    EMPLOYER = "employer", _("employer")


class CopiesBy(models.TextChoices):
    """How a body that pays gets its copies of decisions (4.1, B6)."""

    EMAIL = "email", _("by e-mail")
    LETTER = "letter", _("by letter")
    WEBHOOK = "webhook", _("by signed webhook")


class Funder(models.Model):
    """A body that pays for trainings in part or in full, or an employer that pays within its training plan."""

    name = models.CharField(_("name"), max_length=200, unique=True)
    kind = models.CharField(_("kind"), max_length=16, choices=FunderKind, default=FunderKind.FUNDER)
    email = models.EmailField(_("e-mail"), blank=True)
    active = models.BooleanField(_("pays for new trainings"), default=True)
    copies_by = models.CharField(
        _("copies of decisions"), max_length=8, choices=CopiesBy, default=CopiesBy.EMAIL
    )
    address = models.TextField(
        _("postal address"), blank=True, default="", help_text=_("Without the name, one line each.")
    )
    postal_code = models.CharField(_("postal code"), max_length=12, blank=True, default="")
    city = models.CharField(_("city"), max_length=32, blank=True, default="")

    class Meta:
        verbose_name = _("funder or employer")
        verbose_name_plural = _("funders and employers")
        ordering = ("name",)

    def __str__(self) -> str:
        return self.name


class Funding(models.Model):
    """One funder's part in one training; both dates inclusive, without a last day until the training's end."""

    enrolment = models.ForeignKey(Enrolment, on_delete=models.PROTECT, related_name="fundings")
    funder = models.ForeignKey(
        Funder, verbose_name=_("funder or employer"), on_delete=models.PROTECT, related_name="fundings"
    )
    reference = models.CharField(_("their reference"), max_length=100, blank=True)
    starts_on = models.DateField(_("first day"))
    ends_on = models.DateField(_("last day"), null=True, blank=True)
    recorded_at = models.DateTimeField(_("recorded"))
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        verbose_name = _("funding")
        verbose_name_plural = _("fundings")
        ordering = ("starts_on", "pk")
        constraints = (
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True) | Q(ends_on__gte=F("starts_on")),
                name="students_funding_dates",
            ),
            # One row a funder and training; also finds who pays for a training.
            models.UniqueConstraint(fields=["enrolment", "funder"], name="students_funding_once"),
        )

    def __str__(self) -> str:
        return f"{self.funder}: {self.enrolment}"


class FunderClient(models.Model):
    """A funder's own computer, which reads over the API what concerns its students (OAuth client credentials).

    Of its secret only a digest is kept; a revoked one opens nothing from that moment on.
    """

    funder = models.ForeignKey(Funder, on_delete=models.PROTECT, related_name="clients")
    label = models.CharField(_("what it is for"), max_length=100)
    client_id = models.CharField(_("client id"), max_length=64, unique=True)
    secret_digest = models.CharField(max_length=64, editable=False)
    created_at = models.DateTimeField(_("made"))
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    last_used_at = models.DateTimeField(_("last used"), null=True, blank=True)
    revoked_at = models.DateTimeField(_("revoked"), null=True, blank=True)

    class Meta:
        verbose_name = _("funder's API client")
        verbose_name_plural = _("funders' API clients")
        ordering = ("-created_at", "-pk")

    def __str__(self) -> str:
        return f"{self.funder}: {self.label}"


class FunderToken(models.Model):
    """A token that a funder's client was given for a while; only its digest is kept."""

    client = models.ForeignKey(FunderClient, on_delete=models.CASCADE, related_name="tokens")
    digest = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()

    class Meta:
        verbose_name = _("funder's token")
        verbose_name_plural = _("funders' tokens")
        indexes = (
            # Serves the removal of tokens that have expired.
            models.Index(fields=["expires_at"], name="students_fundertoken_expiry"),
        )

    def __str__(self) -> str:
        return f"{self.client_id}: {self.expires_at}"


class FunderRequest(models.Model):
    """The answer given to a write of a funder's client, kept so that its repeat gets the same (Idempotency-Key)."""

    client = models.ForeignKey(FunderClient, on_delete=models.CASCADE, related_name="requests")
    key = models.CharField(max_length=255)
    # Digest of path, fields and file: the same key with another request is refused.
    fingerprint = models.CharField(max_length=64)
    body = models.TextField()
    created_at = models.DateTimeField()

    class Meta:
        verbose_name = _("funder's request")
        verbose_name_plural = _("funders' requests")
        constraints = (models.UniqueConstraint(fields=["client", "key"], name="students_funderrequest_once"),)

    def __str__(self) -> str:
        return f"{self.client_id}: {self.key}"
