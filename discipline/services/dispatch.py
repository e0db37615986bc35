"""A confirmed decision on its way (B6): by registered letter in its window; a warning without a meeting by e-mail."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.utils import translation

from accounts.models import User
from discipline.models import Decision
from record.letters.services import prepare_letter
from record.models import Letter, Message
from record.rendering import language_of
from record.services import write
from record.types import NewMessage
from students.services.postal import address_of

from .copies import make_copies
from .telling import heads_of_learning
from .wording import decision_facts, window_of, words_of

__all__ = [
    "decision_facts",
    "dispatch_decision",
    "letter_occasion",
    "letter_of",
    "mail_occasion",
    "mail_of",
    "prepare_decision_letter",
    "window_of",
    "words_of",
]

TEMPLATE = "decision"


def letter_occasion(decision: Decision) -> str:
    return f"decision:{decision.pk}"


def mail_occasion(decision: Decision) -> str:
    return f"decision:{decision.pk}:email"


def letter_of(decision: Decision) -> Letter | None:
    """The registered letter of a decision; None while it waits for an address, or where none is needed."""
    return Letter.objects.filter(occasion=letter_occasion(decision)).first()


def mail_of(decision: Decision) -> Message | None:
    return Message.objects.filter(occasion=mail_occasion(decision)).first()


@transaction.atomic
def dispatch_decision(*, decision: Decision, now: datetime) -> Letter | None:
    """Send a confirmed decision to the student, and its copies to who pays; once, whoever asks again.

    A letter without an address waits: the student and the Head of Learning are told, and the sweep
    ``discipline.prepare_letters`` goes on once it is there.
    """
    assert decision.confirmed_at is not None
    make_copies(decision=decision, now=now)
    if decision.needs_letter:
        return prepare_decision_letter(decision=decision, now=now)
    person = decision.case.student.user
    message = NewMessage(
        recipient_id=person.pk,
        kind="decision",
        occasion=mail_occasion(decision),
        due_at=decision.confirmed_at,
        context={"case": decision.case_id, **decision_facts(decision)},
    )
    write(entries=[], messages=[message], now=now)
    return None


def prepare_decision_letter(*, decision: Decision, now: datetime) -> Letter | None:
    """The letter, once there is an address to write to."""
    person = decision.case.student.user
    window = window_of(decision)
    address = address_of(person)
    if window is None:
        return None
    if address is None:
        _ask_for_address(decision, person, now)
        return None
    with translation.override(language_of(person)):
        words = words_of(decision)
    return prepare_letter(
        occasion=letter_occasion(decision),
        words=words,
        template=TEMPLATE,
        address=address,
        recipient=person,
        subject=person,
        about=f"discipline.case:{decision.case_id}",
        earliest_at=window.earliest_at,
        escalates_at=window.escalates_at,
        latest_at=window.late_at,
        zone=decision.case.enrolment.time_zone,
        policy_id=decision.policy_id,
        now=now,
    )


def _ask_for_address(decision: Decision, person: User, now: datetime) -> None:
    """Told once: an occasion that exists is left as it is."""
    to: Sequence[int] = [person.pk, *heads_of_learning()]
    write(
        entries=[],
        messages=[
            NewMessage(
                recipient_id=pk,
                kind="address_needed",
                occasion=f"decision:{decision.pk}:address:{pk}",
                due_at=now,
                context={
                    "case": decision.case_id,
                    "person": decision.case.student_id,
                    "student": person.full_name,
                    "own": pk == person.pk,
                    "clause": "4.1",
                    "policy": decision.policy_id,
                },
            )
            for pk in dict.fromkeys(to)
        ],
        now=now,
    )
