"""Reads of letters: the only door from a request to their rows."""

from __future__ import annotations

from django.db.models import Q, QuerySet

from accounts.models import User
from record.models import FINAL_STATES, UNDER_WAY, Letter, LetterState
from record.permissions import RECORD_READERS, subjects_of

TOLD = (
    Q(presented_at__isnull=False)
    | Q(delivered_at__isnull=False)
    | Q(refused_at__isnull=False)
    | Q(late_at__isnull=False)
)


def letters_looked_after(user: User) -> QuerySet[Letter]:
    """The letters that this person of the school sees."""
    if not user.is_authenticated or not user.is_active:
        return Letter.objects.none()
    if user.has_role(*RECORD_READERS):
        return Letter.objects.all()
    seen = Q(pk__in=())
    for subjects in subjects_of(user):
        seen |= Q(subject__in=subjects)
    return Letter.objects.filter(seen)


def letters_to(user: User) -> QuerySet[Letter]:
    """What was written to this person, once it was received or its window is over."""
    if not user.is_authenticated or not user.is_active:
        return Letter.objects.none()
    return Letter.objects.filter(TOLD, recipient=user).order_by("-pk")


def letters_for(user: User) -> QuerySet[Letter]:
    """Everything that this person may see of letters, their own among it."""
    if not user.is_authenticated or not user.is_active:
        return Letter.objects.none()
    if user.has_role(*RECORD_READERS):
        return Letter.objects.all()
    seen = TOLD & Q(recipient=user)
    for subjects in subjects_of(user):
        seen |= Q(subject__in=subjects)
    return Letter.objects.filter(seen)


def print_queue(letters: QuerySet[Letter]) -> QuerySet[Letter]:
    """Letters that lie ready to be printed and posted or given by hand, the one with the nearest end first."""
    return letters.filter(carrier="hand", state=LetterState.HANDED_OVER).order_by("latest_at", "pk")


def to_settle(letters: QuerySet[Letter]) -> QuerySet[Letter]:
    """Letters of which a person has to find something out, the oldest question first."""
    return letters.filter(uncertain_at__isnull=False).order_by("uncertain_at", "pk")


def to_come(letters: QuerySet[Letter]) -> QuerySet[Letter]:
    return letters.filter(state=LetterState.PREPARED).order_by("next_attempt_at", "pk")


def under_way(letters: QuerySet[Letter]) -> QuerySet[Letter]:
    return letters.filter(state__in=UNDER_WAY).order_by("latest_at", "pk")


def ended(letters: QuerySet[Letter]) -> QuerySet[Letter]:
    return letters.filter(state__in=FINAL_STATES).order_by("-pk")
