"""Webhooks that the platform sends: where to, and each delivery of each event."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class WebhookEndpoint(models.Model):
    """An address that somebody outside of the school has named for events; each has its own secret, kept sealed."""

    owner = models.CharField(_("whose it is"), max_length=100, help_text=_("For instance students.funder:3"))
    url = models.URLField(_("address"), max_length=500)
    sealed_secret = models.TextField(editable=False)
    created_at = models.DateTimeField(_("made"))
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    revoked_at = models.DateTimeField(_("revoked"), null=True, blank=True)

    class Meta:
        verbose_name = _("webhook endpoint")
        verbose_name_plural = _("webhook endpoints")
        ordering = ("-created_at", "-pk")
        constraints = (
            # One open address for each owner: an event goes out once.
            models.UniqueConstraint(
                fields=["owner"], condition=Q(revoked_at__isnull=True), name="record_endpoint_open"
            ),
        )

    def __str__(self) -> str:
        return f"{self.owner}: {self.url}"


class WebhookDelivery(models.Model):
    """One event to one endpoint: written in the transaction that makes it true, sent by a sweep, signed at each
    attempt, the same in every byte of its body."""

    class State(models.TextChoices):
        PENDING = "pending", _("to be sent")
        SENT = "sent", _("sent")
        FAILED = "failed", _("failed")

    key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    endpoint = models.ForeignKey(WebhookEndpoint, on_delete=models.PROTECT, related_name="deliveries")
    occasion = models.CharField(_("occasion"), max_length=200)
    kind = models.CharField(_("kind"), max_length=64)
    body = models.TextField(_("body"))
    due_at = models.DateTimeField(_("due at"))
    created_at = models.DateTimeField(_("created at"))
    state = models.CharField(_("state"), max_length=8, choices=State, default=State.PENDING)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    next_attempt_at = models.DateTimeField(_("next attempt"))
    last_status = models.PositiveSmallIntegerField(_("last answer"), null=True, blank=True)
    last_error = models.TextField(_("last error"), blank=True)
    sent_at = models.DateTimeField(_("sent at"), null=True, blank=True)

    class Meta:
        verbose_name = _("webhook delivery")
        verbose_name_plural = _("webhook deliveries")
        ordering = ("-pk",)
        constraints = (
            models.UniqueConstraint(fields=["occasion"], name="record_delivery_once"),
            models.CheckConstraint(
                condition=Q(state="sent", sent_at__isnull=False)
                | (~Q(state="sent") & Q(sent_at__isnull=True)),
                name="record_delivery_sent",
            ),
        )
        indexes = (
            # Serves the sweep that sends.
            models.Index(
                fields=["next_attempt_at"], condition=Q(state="pending"), name="record_delivery_due"
            ),
        )

    def __str__(self) -> str:
        return f"{self.kind} ({self.occasion})"
