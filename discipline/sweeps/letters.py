"""Decisions whose letter waits for an address, and what became of their copies."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db.models import CharField, Exists, OuterRef, Q, QuerySet, Value
from django.db.models.functions import Cast, Concat
from django.utils.translation import gettext_lazy as _

from discipline.models import CopyState, Decision, DecisionCopy
from discipline.services.copies import follow_copies
from discipline.services.dispatch import prepare_decision_letter
from enforcement.sweeps import Sweep
from record.models import Letter, Message, WebhookDelivery
from students.models import PostalAddress


def _without_letter(now: datetime) -> QuerySet[Decision]:
    """Confirmed, not in effect, no letter yet, and an address is there by now."""
    occasion = Concat(Value("decision:"), Cast(OuterRef("pk"), CharField()))
    addresses = PostalAddress.objects.filter(user=OuterRef("case__student__user"), changed_at__lte=now)
    return (
        Decision.objects.filter(
            needs_letter=True,
            confirmed_at__lte=now,
            penalty__effective_at__isnull=True,
            penalty__isnull=False,
        )
        .filter(Exists(addresses), ~Exists(Letter.objects.filter(occasion=occasion)))
        .order_by("confirmed_at", "pk")
    )


def _prepare(pks: Sequence[int], now: datetime) -> int:
    rows = Decision.objects.filter(pk__in=pks).select_related(
        "case__student__user", "case__enrolment__path", "meeting", "drafted_by", "confirmed_by"
    )
    return sum(prepare_decision_letter(decision=row, now=now) is not None for row in rows)


def _moved_on(now: datetime) -> QuerySet[DecisionCopy]:
    """Copies of which more is known than they say."""
    told = OuterRef("occasion")
    sent = (
        Exists(Message.objects.filter(occasion=told, sent_at__lte=now))
        | Exists(Letter.objects.filter(occasion=told, handed_over_at__lte=now))
        | Exists(WebhookDelivery.objects.filter(occasion=told, sent_at__lte=now))
    )
    failed = (
        Exists(Message.objects.filter(occasion=told, state="failed"))
        | Exists(Letter.objects.filter(occasion=told, state__in=["uncertain", "cancelled"]))
        | Exists(WebhookDelivery.objects.filter(occasion=told, state="failed"))
    )
    arrived = Exists(Message.objects.filter(occasion=told, delivered_at__lte=now)) | Exists(
        Letter.objects.filter(occasion=told, delivered_at__lte=now)
    )
    pending = Q(state=CopyState.PENDING) & (Q(sent) | Q(failed))
    return DecisionCopy.objects.filter(pending | (Q(state=CopyState.SENT) & Q(arrived))).order_by(
        "made_at", "pk"
    )


PREPARE_LETTERS = Sweep(
    name="discipline.prepare_letters",
    clause="4.1",
    title=_("Letters of decisions that waited for an address"),
    due=_without_letter,
    settle=_prepare,
    batch_size=20,
    late_by="confirmed_at",
)

FOLLOW_COPIES = Sweep(
    name="discipline.follow_copies",
    clause="4.1",
    title=_("What became of the copies of decisions"),
    due=_moved_on,
    settle=follow_copies,
    late_by="made_at",
)
