"""What every act of the Board does: lock the case, move it along the table, enter it into the record, tell people."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from accounts.models import User
from discipline.models import PENDING_STATES, Case, Step
from discipline.transitions import after
from record.types import NewEntry, NewMessage
from rulebook.board import BOARD
from rulebook.errors import RuleError
from rulebook.marking import gettext_noop

from .due import refresh_due


def lock_case(case_id: int) -> Case:
    """The case, locked until the transaction ends: all that is done about it is done one after the other."""
    rows = Case.objects.select_for_update(of=("self",), no_key=True)
    return rows.select_related("student__user", "enrolment__path__learning_manager").get(pk=case_id)


def move(case: Case, step: Step, **changes: Any) -> None:
    """Move a locked case on; raises ``RuleError`` where this step does not follow where it stands."""
    case.state = after(case.state, step)
    for name, value in changes.items():
        setattr(case, name, value)
    touch(case, "state", *changes)


def touch(case: Case, *fields: str) -> None:
    """Something about a locked case changed: its revision counts on, and what is owed next is reckoned anew."""
    case.revision += 1
    case.save(update_fields=[*fields, "revision"])
    refresh_due(case)


def ensure_pending(case: Case) -> None:
    """Raises ``RuleError`` on ``case`` once the Board has decided, or the case ended otherwise."""
    if case.state not in PENDING_STATES:
        raise RuleError("case", BOARD, gettext_noop("This case is decided or closed: nothing of it changes."))


def about(case: Case) -> str:
    return f"discipline.case:{case.pk}"


def enter(
    kind: str,
    case: Case,
    now: datetime,
    *,
    by: User | None,
    facts: Mapping[str, Any],
    clause: str = BOARD,
    happened_at: datetime | None = None,
) -> NewEntry:
    """An entry in the student's chain. They read it: nothing of who reported, and no penalty before it is notified."""
    return NewEntry(
        subject_id=case.student.user_id,
        kind=kind,
        clause=clause,
        policy_id=case.policy_id,
        happened_at=happened_at or now,
        actor_id=by.pk if by else None,
        about=about(case),
        facts={"case": case.pk, **facts},
    )


def news(
    event: str,
    case: Case,
    recipients: Iterable[int | None],
    occasion: str,
    now: datetime,
    *,
    context: Mapping[str, Any] | None = None,
    kind: str = "board_news",
    clause: str = BOARD,
) -> list[NewMessage]:
    """One message to each of these people about the case; ``occasion`` names the event without its recipient."""
    return [
        NewMessage(
            recipient_id=person,
            kind=kind,
            occasion=f"{occasion}:{person}",
            due_at=now,
            context={
                "event": event,
                "case": case.pk,
                "is_student": person == case.student.user_id,
                "student": case.student.user.full_name,
                "path": case.enrolment.path.title,
                "clause": clause,
                "policy": case.policy_id,
                **(context or {}),
            },
        )
        for person in sorted({each for each in recipients if each is not None})
    ]
