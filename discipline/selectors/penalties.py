"""Penalties: who may see which, when one takes effect, and which wait for their letter's receipt (B7)."""

from __future__ import annotations

from datetime import UTC, datetime

from django.contrib.auth.models import AnonymousUser
from django.db.models import CharField, DateTimeField, F, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Cast, Coalesce, Concat, Least

from accounts.models import User
from discipline.models import Penalty
from record.models import Letter, Message
from rulebook.decisions import letter_window
from rulebook.penalties import Effect, EffectRule, takes_effect
from rulebook.policy import get_policy
from students.selectors import either, own_scope, staff_scope

NEVER = datetime(9999, 1, 1, tzinfo=UTC)
# By what the sender of decisions names them (discipline.services.dispatch).
LETTER, MAIL = "decision:{}", "decision:{}:email"


def penalties_for(user: User | AnonymousUser) -> QuerySet[Penalty]:
    """Staff those of their students; a student their own, once it is in effect: the letter tells it first (B6)."""
    own = own_scope(user, "enrolment__") & Q(effective_at__isnull=False)
    seen = Penalty.objects.filter(either(own, staff_scope(user, "enrolment__")))
    return seen.select_related("case", "student__user", "enrolment__path")


def effect_of(penalty: Penalty) -> Effect | None:
    """When it takes effect and by what, as far as that is known: two statements."""
    if not penalty.decision.needs_letter:
        sent_at = (
            Message.objects.filter(occasion=MAIL.format(penalty.decision_id), sent_at__isnull=False)
            .values_list("sent_at", flat=True)
            .first()
        )
        return Effect(sent_at, EffectRule.ON_SENDING) if sent_at else None
    letter = Letter.objects.filter(occasion=LETTER.format(penalty.decision_id)).first()
    return takes_effect(
        delivered_at=letter.delivered_at if letter else None,
        refused_at=letter.refused_at if letter else None,
        presented_at=letter.presented_at if letter else None,
        set_at=penalty.set_for,
    )


def late_at(penalty: Penalty) -> datetime | None:
    """The first instant after day 15, from which the Head of Learning may set the day; None where no letter goes."""
    meeting = penalty.decision.meeting
    if not penalty.decision.needs_letter or meeting is None or meeting.held_at is None:
        return None
    terms = get_policy(penalty.policy_id).board
    return letter_window(meeting.held_at, penalty.enrolment.time_zone, terms).late_at


def taking_effect(now: datetime) -> QuerySet[Penalty]:
    """Penalties whose effect is known and has come, oldest first; over the few that are not in effect yet."""

    def told(model: type[Letter] | type[Message], ending: str, field: str) -> Coalesce:
        occasion = Concat(Value("decision:"), Cast(OuterRef("decision_id"), CharField()), Value(ending))
        rows = model._default_manager.filter(occasion=occasion).values(field)[:1]
        return Coalesce(Subquery(rows), Value(NEVER), output_field=DateTimeField())

    rows = Penalty.objects.filter(effective_at__isnull=True).annotate(
        due_at=Least(
            told(Letter, "", "delivered_at"),
            told(Letter, "", "refused_at"),
            told(Letter, "", "presented_at"),
            told(Message, ":email", "sent_at"),
            Coalesce(F("set_for"), Value(NEVER), output_field=DateTimeField()),
        )
    )
    return rows.filter(due_at__lte=now).order_by("due_at", "pk")


def lifting(now: datetime) -> QuerySet[Penalty]:
    """Suspensions that are over and not told so, oldest first."""
    return Penalty.objects.filter(lifts_at__lte=now).order_by("lifts_at", "pk")


def without_receipt(user: User | AnonymousUser) -> QuerySet[Penalty]:
    """Penalties of this reader's students that wait for their letter, and for which no day is set."""
    rows = penalties_for(user).filter(
        staff_scope(user, "enrolment__"),
        effective_at__isnull=True,
        set_for__isnull=True,
        decision__needs_letter=True,
    )
    return rows.select_related("decision__meeting", "case", "student__user", "enrolment__path").order_by(
        "decided_at", "pk"
    )
