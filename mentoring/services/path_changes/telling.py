"""Who is told of a change of Path, and what."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from accounts.models import User
from mentoring.services import leaves
from record.types import NewEntry, NewMessage
from rulebook.errors import RuleError
from students.models import (
    ChangeOfPath,
    ChangeState,
    Enrolment,
)
from students.selectors import student_success_team

CLAUSE = "2.8"


def refuse(field: str, message: str, **params: object) -> RuleError:
    return RuleError(field, CLAUSE, message, params)


def managers(change: ChangeOfPath) -> list[int]:
    managers = (change.from_path.learning_manager_id, change.to_path.learning_manager_id)
    return [pk for pk in managers if pk is not None]


def deciders(change: ChangeOfPath) -> list[int]:
    """The Learning Manager of the Path that is left, and Student Success."""
    manager = change.from_path.learning_manager_id
    return list(dict.fromkeys([*([manager] if manager else []), *student_success_team()]))


def people_of(change: ChangeOfPath, now: datetime) -> list[int]:
    mentor = leaves.current_mentor(change.enrolment, now)
    people = [change.enrolment.student.user_id, *([mentor.user_id] if mentor else []), *deciders(change)]
    return list(dict.fromkeys(people))


def entry_of(change: ChangeOfPath, kind: str, by: User | None, at: datetime, **facts: object) -> NewEntry:
    own = {"change": change.pk, "path": change.from_path.title, "to_path": change.to_path.title}
    return enter(change.enrolment, kind, by, at, change.policy_id, {**own, **facts})


def enter(
    enrolment: Enrolment,
    kind: str,
    by: User | None,
    at: datetime,
    policy_id: str,
    facts: Mapping[str, object],
) -> NewEntry:
    return NewEntry(
        subject_id=enrolment.student.user_id,
        kind=kind,
        clause=CLAUSE,
        policy_id=policy_id,
        happened_at=at,
        actor_id=by.pk if by else None,
        about=f"students.enrolment:{enrolment.pk}",
        facts=facts,
    )


def message(change: ChangeOfPath, event: str, recipient_id: int, at: datetime) -> NewMessage:
    enrolment = change.enrolment
    return NewMessage(
        recipient_id=recipient_id,
        kind="path_change",
        occasion=f"path-change-{event}:{change.pk}:{change.revision}:{recipient_id}",
        due_at=at,
        context={
            "change": change.pk,
            "enrolment": enrolment.pk,
            "event": event,
            "is_student": recipient_id == enrolment.student.user_id,
            "student": enrolment.student.user.full_name,
            "from_path": change.from_path.title,
            "to_path": change.to_path.title,
            "reason": change.reason,
            "decision": change.decision,
            "waits": change.state == ChangeState.WAITING,
            "earliest_on": str(change.earliest_on or ""),
            "takes_effect_on": str(change.takes_effect_on or ""),
            "ends_on": str(change.ends_on or ""),
            "clause": CLAUSE,
        },
    )
