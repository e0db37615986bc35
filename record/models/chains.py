"""Append-only chains of decisions, and signed checkpoints over them."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q, Value
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from record.canonical import GENESIS


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

    # That the chain exists is checked once a statement, by the trigger that checks the link.
    chain = models.ForeignKey(
        Chain, on_delete=models.PROTECT, related_name="entries", db_index=False, db_constraint=False
    )
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
