"""The outbox of messages."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class Message(models.Model):
    """Anything the platform sends (R2): written in the transaction that makes it true, sent by a sweep.

    The content is rendered when it is first claimed for sending, and stays as it was sent.
    """

    class State(models.TextChoices):
        PENDING = "pending", _("to be sent")
        SENT = "sent", _("sent")
        FAILED = "failed", _("failed")

    recipient = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="messages",
        db_index=False,
        verbose_name=_("recipient"),
    )
    address = models.EmailField(
        _("address"),
        blank=True,
        default="",
        help_text=_("Of a recipient without an account, a funder for instance; empty: that of the account."),
    )
    channel = models.CharField(_("channel"), max_length=16, default="email")
    kind = models.CharField(_("kind"), max_length=64)
    occasion = models.CharField(_("occasion"), max_length=200)
    context = models.TextField(default="{}")
    due_at = models.DateTimeField(_("due at"))
    created_at = models.DateTimeField(_("created at"))
    state = models.CharField(_("state"), max_length=8, choices=State, default=State.PENDING)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    next_attempt_at = models.DateTimeField(
        _("next attempt"), help_text=_("While it is being sent: when the claim on it lapses.")
    )
    to_address = models.CharField(_("sent to"), max_length=254, blank=True, default="")
    subject = models.CharField(_("subject"), max_length=255, blank=True, default="")
    body_text = models.TextField(_("text"), blank=True, default="")
    body_html = models.TextField(_("HTML"), blank=True, default="")
    # JSON; what went along (an invitation), as it was sent.
    attachments = models.TextField(_("attached"), blank=True, default="")
    provider_id = models.CharField(_("provider's id"), max_length=255, blank=True, default="")
    sent_at = models.DateTimeField(_("sent at"), null=True, blank=True)
    delivered_at = models.DateTimeField(_("delivered at"), null=True, blank=True)
    read_at = models.DateTimeField(_("read at"), null=True, blank=True)
    last_error = models.TextField(_("last error"), blank=True, default="")

    class Meta:
        verbose_name = _("message")
        verbose_name_plural = _("messages")
        constraints = (
            # One message per occasion (R2). Not ``unique=True``, which adds an index for LIKE on PostgreSQL.
            models.UniqueConstraint(fields=["occasion"], name="record_message_once"),
            models.CheckConstraint(
                condition=Q(state__in=["pending", "failed"], sent_at__isnull=True)
                | Q(state="sent", sent_at__isnull=False),
                name="record_message_sent",
            ),
            # To a person, or to an address outside of the school: never both, never nobody.
            models.CheckConstraint(
                condition=Q(recipient__isnull=False, address="")
                | (Q(recipient__isnull=True) & ~Q(address="")),
                name="record_message_recipient",
            ),
        )
        indexes = (
            # Serves the sweep that sends: only what waits is in it.
            models.Index(
                fields=["next_attempt_at"],
                condition=Q(state="pending"),
                name="record_message_due",
            ),
            # Serves the staff's list of what could not be sent.
            models.Index(fields=["id"], condition=Q(state="failed"), name="record_message_failed"),
            # Serves a person's messages, newest first.
            models.Index(fields=["recipient", "-id"], name="record_message_inbox"),
        )

    def __str__(self) -> str:
        return self.subject or f"{self.kind} ({self.occasion})"

    @property
    def to(self) -> str:
        """Who it is for, as a list names them."""
        return str(self.recipient) if self.recipient else self.address
