"""What is recorded of letters, and whom it is told."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from accounts.models import Role, RoleGrant, User
from record.models import Letter
from record.services import write
from record.types import NewEntry, NewMessage


def about(letter: Letter) -> str:
    return f"record.letter:{letter.pk}"


def write_about(
    letter: Letter,
    kind: str,
    *,
    by: User | None,
    happened_at: datetime,
    now: datetime,
    messages: tuple[NewMessage, ...] = (),
    **facts: Any,
) -> None:
    """One entry in the chain of the person whom the letter is about."""
    write(entries=[entry(letter, kind, by=by, happened_at=happened_at, **facts)], messages=messages, now=now)


def entry(letter: Letter, kind: str, *, by: User | None, happened_at: datetime, **facts: Any) -> NewEntry:
    return NewEntry(
        subject_id=letter.subject_id,
        kind=kind,
        clause=letter.clause,
        policy_id=letter.policy_id,
        happened_at=happened_at,
        actor_id=by.pk if by else None,
        about=about(letter),
        facts={
            "letter": letter.pk,
            "title": letter.title,
            "to": letter.addressee,
            "carrier": letter.carrier,
            "thing": letter.about,
            **facts,
        },
    )


def to_staff(letter: Letter, event: str, due_at: datetime, why: str = "") -> tuple[NewMessage, ...]:
    """Those who look after letters are told of one that needs them; each once an event."""
    people = RoleGrant.objects.filter(
        role__in=(Role.HEAD_OF_LEARNING, Role.STUDENT_SUCCESS), user__is_active=True
    )
    return tuple(
        NewMessage(
            recipient_id=person,
            kind="letter_watch",
            occasion=f"letter:{letter.pk}:{event}:{person}",
            due_at=due_at,
            context={
                "event": event,
                "letter": str(letter.key),
                "title": letter.title,
                "to": letter.addressee,
                "why": why,
                "escalates_at": letter.escalates_at,
                "latest_at": letter.latest_at,
                "clause": letter.clause,
                "policy": letter.policy_id,
            },
        )
        for person in people.order_by("user_id").values_list("user_id", flat=True).distinct()
    )
