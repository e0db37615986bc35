"""What services of discipline write to the record and send: the case's own entries and messages."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from accounts.models import Role
from accounts.selectors import holders_of
from discipline.models import Case
from mentoring.services.facts import iso
from record.types import NewEntry, NewMessage


def about_case(case: Case) -> str:
    return f"discipline.case:{case.pk}"


def heads_of_learning() -> list[int]:
    return holders_of(Role.HEAD_OF_LEARNING)


def case_facts(case: Case) -> dict[str, Any]:
    return {
        "case": case.pk,
        "enrolment": case.enrolment_id,
        "streak": case.streak_id,
        **json.loads(case.facts),
    }


def case_entry(kind: str, case: Case, happened_at: datetime) -> NewEntry:
    return NewEntry(
        subject_id=case.student.user_id,
        kind=kind,
        clause=case.clause,
        policy_id=case.policy_id,
        happened_at=happened_at,
        about=about_case(case),
        facts=case_facts(case),
    )


def case_messages(kind: str, case: Case, due_at: datetime, heads: Iterable[int]) -> list[NewMessage]:
    """The student is told; so are the Head of Learning and the Path's Learning Manager."""
    manager = case.enrolment.path.learning_manager_id
    staff = {*heads, manager} if manager is not None else set(heads)
    context = {
        **case_facts(case),
        "student": case.student.user.full_name,
        "path": case.enrolment.path.title,
        "opened_at": iso(case.opened_at),
        "clause": case.clause,
        "policy": case.policy_id,
    }
    to = [(case.student.user_id, kind), *((pk, f"{kind}_staff") for pk in sorted(staff))]
    return [
        NewMessage(
            recipient_id=pk,
            kind=name,
            occasion=f"{name.replace('_', '-')}:{case.pk}:{pk}",
            due_at=due_at,
            context=context,
        )
        for pk, name in to
    ]
