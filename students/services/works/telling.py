"""Entries and messages about a work, and what both sides refuse by."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime

from accounts.models import User
from record.types import NewEntry, NewMessage
from rulebook.errors import RuleError
from rulebook.policy import policy_at
from rulebook.projects import (
    COMPLETION,
)
from students.models import (
    ProjectWork,
)


def enter(
    kind: str,
    work: ProjectWork,
    facts: Mapping[str, object],
    *,
    by: User | None,
    now: datetime,
    clause: str = COMPLETION,
) -> NewEntry:
    """An entry about a work for its student's chain."""
    return NewEntry(
        subject_id=work.enrolment.student.user_id,
        kind=kind,
        clause=clause,
        policy_id=policy_at(now).id,
        happened_at=now,
        actor_id=by.pk if by else None,
        about=f"students.projectwork:{work.pk}",
        facts={"project": work.project.title, **facts},
    )


def message(
    kind: str,
    work: ProjectWork,
    person: int,
    occasion: str,
    now: datetime,
    facts: Mapping[str, object],
    *,
    clause: str = COMPLETION,
) -> NewMessage:
    """A message about a work to one of its people."""
    return NewMessage(
        recipient_id=person,
        kind=kind,
        occasion=f"{kind.replace('_', '-')}:{work.pk}:{occasion}:{person}",
        due_at=now,
        context={
            "work": work.pk,
            "project": work.project.title,
            "path": work.enrolment.path.title,
            "student": work.enrolment.student.user.full_name,
            "clause": clause,
            **facts,
        },
    )


def others(people: Iterable[int], by: User | None) -> list[int]:
    return sorted({person for person in people if by is None or person != by.pk})


def refuse(field: str, text: str, **params: object) -> RuleError:
    return RuleError(field, COMPLETION, text, params)
