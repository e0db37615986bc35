"""Cases for tests: each maker writes rows that the database accepts, without the services between."""

from __future__ import annotations

import itertools
from datetime import datetime, timedelta
from types import SimpleNamespace
from typing import Any

from accounts.models import Role, User
from discipline.models import (
    BoardMember,
    BoardRole,
    Case,
    CaseKind,
    CaseState,
    Complaint,
    Decision,
    Meeting,
    MeetingAttendance,
    MeetingState,
    Summons,
)
from record.models import Message
from students.models import Enrolment
from tests.factories import at, make_enrolment, make_path, make_user

NOW = at("2026-03-02 09:00")
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
_numbers = itertools.count(1)


def make_case(
    enrolment: Enrolment | None = None, *, kind: str = CaseKind.ABUSE, at: datetime = NOW, **fields: Any
) -> Case:
    """An open case; its Path has a Learning Manager."""
    enrolment = enrolment or make_enrolment(path=make_path(learning_manager=make_user(Role.LEARNING_MANAGER)))
    return Case.objects.create(
        kind=kind,
        student=enrolment.student,
        enrolment=enrolment,
        clause="3.5",
        policy_id="2026-01",
        opened_at=at,
        facts="{}",
        **fields,
    )


def sent_message(recipient: User, at: datetime, *, kind: str = "complaint") -> Message:
    """A message that went out."""
    return Message.objects.create(
        recipient=recipient,
        kind=kind,
        occasion=f"went-out:{next(_numbers)}",
        due_at=at,
        created_at=at,
        next_attempt_at=at,
        state=Message.State.SENT,
        sent_at=at,
    )


def inform(case: Case, *, at: datetime = NOW + DAY, by: User | None = None) -> Complaint:
    """The complaint was sent; the case is informed."""
    message = sent_message(case.student.user, at)
    author = by or make_user(Role.HEAD_OF_LEARNING)
    complaint = Complaint.objects.create(
        case=case,
        facts="What is held against the student.",
        clauses=[case.clause],
        drafted_at=at,
        drafted_by=author,
        issued_at=at,
        issued_by=author,
        message_occasion=message.occasion,
        evidence_digest="0" * 64,
        sent_at=at,
    )
    if case.state == CaseState.OPEN:
        case.state, case.informed_at = CaseState.INFORMED, at
        case.save(update_fields=["state", "informed_at"])
    return complaint


def seat(case: Case, role: str = BoardRole.CHAIR, user: User | None = None) -> BoardMember:
    """Somebody on the Board of the case."""
    roles = {
        BoardRole.CHAIR: Role.HEAD_OF_LEARNING,
        BoardRole.LEARNING_MANAGER: Role.LEARNING_MANAGER,
        BoardRole.REPRESENTATIVE: Role.STUDENT,
    }
    return BoardMember.objects.create(
        case=case, user=user or make_user(roles[BoardRole(role)]), role=role, named_at=NOW
    )


def summon(case: Case, *, starts_at: datetime = NOW + 10 * DAY, sent_at: datetime = NOW + 2 * DAY) -> Meeting:
    """A meeting is planned and its summons went out; the case is summoned."""
    by = make_user(Role.HEAD_OF_LEARNING)
    meeting = Meeting.objects.create(
        case=case,
        starts_at=starts_at,
        ends_at=starts_at + HOUR,
        zone="Europe/Paris",
        video_link="https://video.example.org/board",
        planned_at=sent_at,
        planned_by=by,
    )
    Summons.objects.create(
        meeting=meeting,
        case=case,
        purpose="A meeting of the Board.",
        grounds="What is held against the student.",
        says_at=starts_at,
        zone="Europe/Paris",
        place=meeting.video_link,
        right_text="You may be accompanied by a student representative of the same Path.",
        message_occasion=sent_message(case.student.user, sent_at, kind="summons").occasion,
        issued_at=sent_at,
        issued_by=by,
        notice_microseconds=72 * 3600 * 10**6,
        latest_at=starts_at - 72 * HOUR,
        policy_id="2026-01",
        dispatched_at=sent_at,
    )
    Case.objects.filter(pk=case.pk).update(state=CaseState.SUMMONED)
    return meeting


def hold(meeting: Meeting) -> Meeting:
    """The meeting is held by chair and Learning Manager; the case is heard."""
    for role in (BoardRole.CHAIR, BoardRole.LEARNING_MANAGER):
        member = meeting.case.members.filter(role=role).first() or seat(meeting.case, role)
        MeetingAttendance.objects.create(meeting=meeting, member=member, present=True)
    meeting.state = MeetingState.HELD
    meeting.held_at = meeting.minutes_at = meeting.ends_at
    meeting.minutes_by = meeting.planned_by
    meeting.grounds_stated, meeting.explanations = "What is held against the student.", "What they said."
    meeting.student_present, meeting.companion_present = True, False
    meeting.save()
    Case.objects.filter(pk=meeting.case_id).update(state=CaseState.HEARD, heard_at=meeting.held_at)
    return meeting


def draft(case: Case, meeting: Meeting | None = None, *, at: datetime, **fields: Any) -> Decision:
    """A decision with one signature."""
    fields.setdefault("penalty_kind", "suspension" if meeting else "warning")
    return Decision.objects.create(
        case=case,
        meeting=meeting,
        reasons="Why.",
        clause=case.clause,
        policy_id=case.policy_id,
        needs_letter=meeting is not None,
        drafted_at=at,
        drafted_by=make_user(Role.HEAD_OF_LEARNING),
        **fields,
    )


def confirm(decision: Decision, *, at: datetime) -> Decision:
    """The second signature; the case is decided."""
    decision.confirmed_at, decision.confirmed_by = at, make_user(Role.LEARNING_MANAGER)
    decision.save()
    Case.objects.filter(pk=decision.case_id).update(state=CaseState.DECIDED, decided_at=at)
    return decision


def heard_case(**fields: Any) -> SimpleNamespace:
    """A case whose meeting was held, with all that belongs to it."""
    case = make_case(**fields)
    complaint = inform(case)
    meeting = hold(summon(case))
    case.refresh_from_db()
    return SimpleNamespace(case=case, complaint=complaint, meeting=meeting)
