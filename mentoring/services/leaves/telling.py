"""Who is concerned by a leave, and the entries and messages that tell of it."""

from __future__ import annotations

from datetime import datetime

from accounts.models import User
from mentoring.models import Mentor
from mentoring.selectors.works import current_mentors
from mentoring.services import mentorships
from record.types import NewEntry, NewMessage
from rulebook.errors import RuleError
from rulebook.leave import (
    CLAUSE,
    Approver,
)
from rulebook.policy import get_policy
from students.models import (
    Enrolment,
    LeaveRequest,
)
from students.selectors import student_success_team

ROW = ("enrolment__student__user", "enrolment__path")


def current_mentor(enrolment: Enrolment, now: datetime) -> Mentor | None:
    """Who mentors this training now."""
    return current_mentors([enrolment.pk], now).get(enrolment.pk)


def lock_training(pk: int) -> Enrolment:
    return mentorships.lock_enrolments([Enrolment(pk=pk)])[0]


def asking_messages(
    leave: LeaveRequest, mentor: Mentor | None, at: datetime, team: list[int] | None = None
) -> list[NewMessage]:
    """Who decides is asked; the mentor of a long leave is told (L2)."""
    deciders = deciders_of(leave, mentor, team)
    messages = [message(leave, "to_decide", person, at) for person in deciders]
    if mentor and mentor.user_id not in deciders:
        messages.append(message(leave, "told", mentor.user_id, at))
    return messages


def deciders_of(leave: LeaveRequest, mentor: Mentor | None, team: list[int] | None = None) -> list[int]:
    if leave.approver == Approver.MENTOR and mentor:
        return [mentor.user_id]
    return student_success_team() if team is None else team


def people_of(leave: LeaveRequest, now: datetime) -> list[int]:
    """Whom a decision concerns: the student, the mentor, and Student Success where it was asked."""
    mentor = current_mentor(leave.enrolment, now)
    people = [leave.enrolment.student.user_id, *([mentor.user_id] if mentor else [])]
    if leave.approver == Approver.STUDENT_SUCCESS:
        people += student_success_team()
    return list(dict.fromkeys(people))


def end_of(leave: LeaveRequest) -> dict[str, object]:
    return {"training_ends_on": leave.enrolment.ends_on.isoformat()}


def entry(leave: LeaveRequest, kind: str, by: User | None, at: datetime, **facts: object) -> NewEntry:
    return NewEntry(
        subject_id=leave.enrolment.student.user_id,
        kind=kind,
        clause=CLAUSE,
        policy_id=leave.policy_id,
        happened_at=at,
        actor_id=by.pk if by else None,
        about=f"students.enrolment:{leave.enrolment_id}",
        facts={
            "leave": leave.pk,
            "starts_on": leave.starts_on.isoformat(),
            "ends_on": leave.ends_on.isoformat(),
            "days": leave.days,
            **facts,
        },
    )


def message(leave: LeaveRequest, event: str, recipient_id: int, at: datetime) -> NewMessage:
    student = leave.enrolment.student.user
    return NewMessage(
        recipient_id=recipient_id,
        kind="leave_email" if event == "email" else "leave",
        occasion=f"leave-{event}:{leave.pk}:{leave.revision}:{recipient_id}",
        due_at=at,
        context={
            "leave": leave.pk,
            "event": event,
            "is_student": recipient_id == student.pk,
            "by_mentor": leave.approver == Approver.MENTOR,
            "student": student.full_name,
            "path": leave.enrolment.path.title,
            "starts_on": leave.starts_on.isoformat(),
            "ends_on": leave.ends_on.isoformat(),
            "days": leave.days,
            "needs_email": leave.needs_email,
            "limit": get_policy(leave.policy_id).leave.email_beyond,
            "reason": leave.reason,
            "decision": leave.decision,
            "back_on": leave.back_on.isoformat() if leave.back_on else "",
            "training_ends_on": leave.enrolment.ends_on.isoformat(),
            "clause": CLAUSE,
        },
    )


def refuse(field: str, message: str, **params: object) -> RuleError:
    return RuleError(field, CLAUSE, message, params)
