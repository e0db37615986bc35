"""Registered letters: each is handed over once, and what becomes of it is told by events that nobody changes."""

from __future__ import annotations

import datetime
import uuid

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from .documents import Document


class LetterState(models.TextChoices):
    PREPARED = "prepared", _("prepared")
    HANDED_OVER = "handed_over", _("handed over")
    DEPOSITED = "deposited", _("deposited")
    PRESENTED = "presented", _("presented")
    DELIVERED = "delivered", _("delivered")
    REFUSED = "refused", _("refused by the addressee")
    UNCLAIMED = "unclaimed", _("not claimed")
    UNCERTAIN = "uncertain", _("uncertain")
    CANCELLED = "cancelled", _("cancelled")


class EventKind(models.TextChoices):
    DEPOSITED = "deposited", _("deposited")
    PRESENTED = "presented", _("presented")
    DELIVERED = "delivered", _("delivered")
    REFUSED = "refused", _("refused by the addressee")
    UNCLAIMED = "unclaimed", _("not claimed")


class EventSource(models.TextChoices):
    CARRIER = "carrier", _("asked of the carrier")
    WEBHOOK = "webhook", _("told by the carrier")
    PERSON = "person", _("entered by a person")


FINAL_STATES = (LetterState.DELIVERED, LetterState.REFUSED, LetterState.UNCLAIMED, LetterState.CANCELLED)
UNDER_WAY = (LetterState.HANDED_OVER, LetterState.DEPOSITED, LetterState.PRESENTED)


class Letter(models.Model):
    """One registered letter with a delivery receipt, for one occasion.

    What it says, to whom and in which window it arrives never changes once it is prepared. ``key`` is what a
    carrier is given to know a repetition by. ``calling_at`` is set before the carrier is called and cleared with its
    answer: while it stands, the carrier may have the letter, and nobody hands it over again without having looked.
    """

    key = models.UUIDField(_("public id"), default=uuid.uuid4, unique=True, editable=False)
    occasion = models.CharField(_("occasion"), max_length=200)
    template = models.CharField(_("template"), max_length=48)
    title = models.CharField(_("title"), max_length=200)
    about = models.CharField(_("about"), max_length=100, blank=True)
    subject = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="letters_about",
        db_index=False,
        verbose_name=_("whose data it is"),
    )
    recipient = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="letters",
        db_index=False,
        verbose_name=_("recipient"),
        help_text=_("Empty: somebody without an account here."),
    )
    addressee = models.CharField(_("addressee"), max_length=150)
    address = models.TextField(_("address"))  # canonical JSON of record.letters.types.Address
    clause = models.CharField(_("clause"), max_length=32)
    policy_id = models.CharField(_("policy version"), max_length=32)
    document = models.OneToOneField(
        Document, on_delete=models.PROTECT, related_name="letter", verbose_name=_("document")
    )
    carrier = models.CharField(_("carrier"), max_length=24)
    prepared_at = models.DateTimeField(_("prepared"))
    earliest_at = models.DateTimeField(_("arrives no sooner than"))
    escalates_at = models.DateTimeField(_("escalated without a receipt by"), null=True, blank=True)
    latest_at = models.DateTimeField(_("late without a receipt by"), null=True, blank=True)

    state = models.CharField(_("state"), max_length=12, choices=LetterState, default=LetterState.PREPARED)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    next_attempt_at = models.DateTimeField(_("next attempt"))
    calling_at = models.DateTimeField(_("the carrier may have it since"), null=True, blank=True)
    provider_id = models.CharField(_("carrier's id"), max_length=100, blank=True)
    tracking_number = models.CharField(_("tracking number"), max_length=60, blank=True)
    handed_over_at = models.DateTimeField(_("handed over"), null=True, blank=True)
    deposited_at = models.DateTimeField(_("deposited"), null=True, blank=True)
    presented_at = models.DateTimeField(_("first presented"), null=True, blank=True)
    delivered_at = models.DateTimeField(_("delivered"), null=True, blank=True)
    refused_at = models.DateTimeField(_("refused"), null=True, blank=True)
    unclaimed_at = models.DateTimeField(_("not claimed"), null=True, blank=True)
    # When the carrier is asked next what became of it.
    check_at = models.DateTimeField(_("next look"), null=True, blank=True)
    checks_failed = models.PositiveSmallIntegerField(_("looks without an answer"), default=0)
    escalated_at = models.DateTimeField(_("escalated"), null=True, blank=True)
    late_at = models.DateTimeField(_("late since"), null=True, blank=True)
    early = models.BooleanField(_("arrived before its window"), default=False)
    uncertain_at = models.DateTimeField(_("a person has to look since"), null=True, blank=True)
    uncertain_why = models.CharField(_("what is uncertain"), max_length=300, blank=True)
    cancelled_at = models.DateTimeField(_("cancelled"), null=True, blank=True)
    cancelled_why = models.TextField(_("why it was cancelled"), blank=True)
    last_error = models.TextField(_("last error"), blank=True)
    revision = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        verbose_name = _("letter")
        verbose_name_plural = _("letters")
        ordering = ("-prepared_at", "-pk")
        constraints = (
            # Never two letters for one decision (B6).
            models.UniqueConstraint(fields=["occasion"], name="record_letter_once"),
            # A carrier's id and a tracking number belong to one letter: a receipt tells which.
            models.UniqueConstraint(
                fields=["carrier", "provider_id"], condition=~Q(provider_id=""), name="record_letter_provider"
            ),
            models.UniqueConstraint(
                fields=["tracking_number"], condition=~Q(tracking_number=""), name="record_letter_tracking"
            ),
            models.CheckConstraint(
                condition=Q(escalates_at__isnull=True, latest_at__isnull=True)
                | Q(escalates_at__gte=F("earliest_at"), latest_at__gte=F("escalates_at")),
                name="record_letter_window",
            ),
            # Nobody hands it over so that it could arrive before its window.
            models.CheckConstraint(
                condition=Q(handed_over_at__isnull=True) | Q(handed_over_at__gte=F("earliest_at")),
                name="record_letter_not_early",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["prepared", "uncertain", "cancelled"])
                | Q(handed_over_at__isnull=False, calling_at__isnull=True),
                name="record_letter_handed_over",
            ),
            models.CheckConstraint(
                condition=~Q(state="delivered") | Q(delivered_at__isnull=False),
                name="record_letter_delivered",
            ),
            models.CheckConstraint(
                condition=~Q(state="refused") | Q(refused_at__isnull=False), name="record_letter_refused"
            ),
            models.CheckConstraint(
                condition=~Q(state="unclaimed") | Q(unclaimed_at__isnull=False),
                name="record_letter_unclaimed",
            ),
            models.CheckConstraint(
                condition=Q(delivered_at__isnull=True) | Q(refused_at__isnull=True),
                name="record_letter_one_end",
            ),
            models.CheckConstraint(
                condition=(Q(state="cancelled", cancelled_at__isnull=False) & ~Q(cancelled_why=""))
                | (~Q(state="cancelled") & Q(cancelled_at__isnull=True)),
                name="record_letter_cancelled",
            ),
            models.CheckConstraint(
                condition=~Q(state="uncertain") | (Q(uncertain_at__isnull=False) & ~Q(uncertain_why="")),
                name="record_letter_uncertain",
            ),
        )
        indexes = (
            # Serves the sweep that hands over: only what waits is in it.
            models.Index(fields=["next_attempt_at"], condition=Q(state="prepared"), name="record_letter_due"),
            # Serves the sweep that asks the carriers.
            models.Index(
                fields=["check_at"], condition=Q(check_at__isnull=False), name="record_letter_check"
            ),
            # Serves the sweeps of the tenth and the fifteenth day.
            models.Index(
                fields=["escalates_at"],
                condition=Q(
                    escalated_at__isnull=True,
                    presented_at__isnull=True,
                    delivered_at__isnull=True,
                    refused_at__isnull=True,
                ),
                name="record_letter_escalates",
            ),
            models.Index(
                fields=["latest_at"],
                condition=Q(
                    late_at__isnull=True,
                    presented_at__isnull=True,
                    delivered_at__isnull=True,
                    refused_at__isnull=True,
                ),
                name="record_letter_late",
            ),
            # Serves the list of what a person has to settle.
            models.Index(
                fields=["uncertain_at"],
                condition=Q(uncertain_at__isnull=False),
                name="record_letter_to_settle",
            ),
            models.Index(fields=["about"], condition=~Q(about=""), name="record_letter_about"),
            # Serve a person's letters, and PROTECT when a person is deleted.
            models.Index(fields=["recipient", "-id"], name="record_letter_to"),
            models.Index(fields=["subject", "-id"], name="record_letter_of"),
        )

    def __str__(self) -> str:
        return f"{self.title} · {self.addressee}"

    def get_absolute_url(self) -> str:
        return reverse("letter", args=[self.key])

    @property
    def received_at(self) -> datetime.datetime | None:
        """When it counts as received (B7): first presented, delivered or refused, whichever came first."""
        return min(
            (at for at in (self.presented_at, self.delivered_at, self.refused_at) if at is not None),
            default=None,
        )

    @property
    def is_final(self) -> bool:
        return self.state in FINAL_STATES

    @property
    def is_under_way(self) -> bool:
        return self.state in UNDER_WAY


class LetterEvent(models.Model):
    """Something that happened to a letter, as somebody told it. Triggers refuse every change and deletion, an event
    of a letter that the carrier never had, and one that names another letter (abuse 54)."""

    letter = models.ForeignKey(Letter, on_delete=models.PROTECT, related_name="events", db_index=False)
    kind = models.CharField(_("what happened"), max_length=12, choices=EventKind)
    happened_at = models.DateTimeField(_("happened at"))
    received_at = models.DateTimeField(_("told at"))
    source = models.CharField(_("told by"), max_length=8, choices=EventSource)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("entered by"),
    )
    provider_id = models.CharField(_("carrier's id of the letter"), max_length=100, blank=True)
    provider_event_id = models.CharField(_("carrier's id of the event"), max_length=200)
    counted = models.BooleanField(
        _("counted"), default=True, help_text=_("No: it contradicts what was known, and a person looks.")
    )
    raw = models.TextField(_("as it was told"), blank=True)

    class Meta:
        verbose_name = _("event of a letter")
        verbose_name_plural = _("events of letters")
        ordering = ("happened_at", "pk")
        constraints = (
            # The same event is told again and again: it counts once.
            models.UniqueConstraint(fields=["letter", "provider_event_id"], name="record_letterevent_once"),
            models.CheckConstraint(
                condition=(Q(source="person", by__isnull=False) | (~Q(source="person") & Q(by__isnull=True))),
                name="record_letterevent_by",
            ),
        )
        indexes = (
            # Serves a letter's events in their order.
            models.Index(fields=["letter", "happened_at"], name="record_letterevent_of"),
        )

    def __str__(self) -> str:
        return f"{self.kind} {self.happened_at:%Y-%m-%d %H:%M}"


class ProofKind(models.TextChoices):
    DEPOSIT = "deposit", _("proof of deposit")
    RECEIPT = "receipt", _("delivery receipt")
    REFUSAL = "refusal", _("proof of refusal")
    UNCLAIMED = "unclaimed", _("proof that it was not claimed")
    CONTENT = "content", _("proof of content")


class LetterProof(models.Model):
    """A proof that the carrier gave or that a person scanned, kept here: a carrier shows it for a while only.

    One of a kind, and never exchanged for another (abuse 55).
    """

    letter = models.ForeignKey(Letter, on_delete=models.PROTECT, related_name="proofs", db_index=False)
    kind = models.CharField(_("proof"), max_length=12, choices=ProofKind)
    document = models.OneToOneField(Document, on_delete=models.PROTECT, related_name="letter_proof")
    sha256 = models.CharField(_("SHA-256"), max_length=64)
    fetched_at = models.DateTimeField(_("kept since"))

    class Meta:
        verbose_name = _("proof of a letter")
        verbose_name_plural = _("proofs of letters")
        ordering = ("fetched_at", "pk")
        constraints = (models.UniqueConstraint(fields=["letter", "kind"], name="record_letterproof_once"),)

    def __str__(self) -> str:
        return f"{self.kind}: {self.letter_id}"


class CarrierNotice(models.Model):
    """A webhook of a carrier that was genuine: kept so that the same one, sent again, does nothing."""

    carrier = models.CharField(max_length=24)
    notice_id = models.CharField(max_length=200)
    letter = models.ForeignKey(Letter, null=True, on_delete=models.PROTECT, related_name="notices")
    received_at = models.DateTimeField()
    digest = models.CharField(max_length=64)

    class Meta:
        verbose_name = _("carrier's notice")
        verbose_name_plural = _("carriers' notices")
        constraints = (
            models.UniqueConstraint(fields=["carrier", "notice_id"], name="record_carriernotice_once"),
        )

    def __str__(self) -> str:
        return f"{self.carrier}: {self.notice_id}"
