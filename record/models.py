"""The record: append-only chains of decisions, signed checkpoints over them, and the outbox of messages."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q, Value
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from .canonical import GENESIS


class Chain(models.Model):
    """One subject's chain of entries, or the school's where there is no subject. Its row is the lock of its
    writers."""

    subject = models.OneToOneField(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="record_chain"
    )
    head_seq = models.PositiveIntegerField(default=0)
    head_hash = models.CharField(max_length=64, default=GENESIS)
    checkpointed_seq = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = _("chain")
        verbose_name_plural = _("chains")
        constraints = (
            # NULLs differ in a unique column: this keeps the school at one chain.
            models.UniqueConstraint(Coalesce("subject", Value(0)), name="record_chain_once"),
            models.CheckConstraint(
                condition=Q(checkpointed_seq__lte=F("head_seq")), name="record_chain_checkpointed"
            ),
        )

    def __str__(self) -> str:
        return f"chain of {self.subject_id or 'the school'}"


class Entry(models.Model):
    """One decision (R1). Triggers refuse every change and deletion of it, on both databases.

    ``payload`` and ``salt`` stand outside of ``hash``, which covers their ``commitment`` only: a later
    erasure can blank these two columns (and no other) without breaking the chain. Until then they are
    refused too.
    """

    chain = models.ForeignKey(Chain, on_delete=models.PROTECT, related_name="entries", db_index=False)
    seq = models.PositiveIntegerField()
    kind = models.CharField(_("kind"), max_length=64)
    clause = models.CharField(_("clause"), max_length=32)
    policy_id = models.CharField(_("policy version"), max_length=32)
    happened_at = models.DateTimeField(_("happened at"))
    recorded_at = models.DateTimeField(_("recorded at"))
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        db_index=False,
        verbose_name=_("decided by"),
        help_text=_("Empty: the platform."),
    )
    about = models.CharField(_("about"), max_length=100, blank=True)
    # Text, not JSON: the committed bytes are kept exactly, and bulk inserts can be unnested.
    payload = models.TextField(_("facts"))
    salt = models.CharField(max_length=32)
    commitment = models.CharField(max_length=64)
    prev_hash = models.CharField(max_length=64)
    hash = models.CharField(max_length=64)

    class Meta:
        verbose_name = _("entry")
        verbose_name_plural = _("entries")
        constraints = (
            # No two entries at one place; also serves reading a chain in order.
            models.UniqueConstraint(fields=["chain", "seq"], name="record_entry_place"),
            models.CheckConstraint(condition=Q(seq__gt=0), name="record_entry_seq"),
        )
        indexes = (
            # Serves PROTECT when a person is deleted; the platform's own entries do not pay for it.
            models.Index(fields=["actor"], condition=Q(actor__isnull=False), name="record_entry_actor"),
        )

    def __str__(self) -> str:
        return f"{self.kind} ({self.clause}), entry {self.seq} of chain {self.chain_id}"


class Checkpoint(models.Model):
    """A signed statement of where chains ended. Each names the heads that moved since the one before it, so
    that together they cover every chain; a chain that is shorter than its last statement was cut."""

    seq = models.PositiveIntegerField(unique=True)
    made_at = models.DateTimeField(_("made at"))
    heads = models.TextField(help_text=_("[chain, subject, seq, hash] of each head that moved"))
    chains = models.PositiveIntegerField(help_text=_("chains known by then"))
    entries = models.PositiveBigIntegerField(help_text=_("entries known by then"))
    prev_signature = models.CharField(max_length=128, blank=True)
    key_id = models.CharField(max_length=16)
    signature = models.CharField(max_length=128)

    class Meta:
        verbose_name = _("checkpoint")
        verbose_name_plural = _("checkpoints")
        constraints = (models.CheckConstraint(condition=Q(seq__gt=0), name="record_checkpoint_seq"),)
        indexes = (
            # Serves "was one made within the last hour?", asked at every tick.
            models.Index(fields=["made_at"], name="record_checkpoint_made"),
        )

    def __str__(self) -> str:
        return f"checkpoint {self.seq}"


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
        on_delete=models.PROTECT,
        related_name="messages",
        db_index=False,
        verbose_name=_("recipient"),
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
