"""A penalty that was decided as due process asks: complaint sent, meeting held in time by both, two signatures."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from accounts.models import Role
from discipline.models import (
    BoardMember,
    BoardRole,
    Case,
    CaseState,
    Complaint,
    Decision,
    Meeting,
    MeetingAttendance,
    MeetingState,
    Penalty,
    Summons,
)
from record.models import Letter, LetterState, Message
from students.models import Enrolment
from tests.factories import make_document, make_enrolment, make_path, make_user

from .making import make_case

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def make_penalty(
    kind: str, *, held_at: datetime, enrolment: Enrolment | None = None, by_meeting: bool = True
) -> Penalty:
    """A penalty that is decided an hour after its meeting and not in effect yet."""
    manager = make_user(Role.LEARNING_MANAGER)
    enrolment = enrolment or make_enrolment(path=make_path(learning_manager=manager))
    case = make_case(
        enrolment, kind="plagiarism" if kind == "discontinuation" else "abuse", opened_at=held_at - 12 * DAY
    )
    head = make_user(Role.HEAD_OF_LEARNING)
    _inform(case, held_at - 11 * DAY, head)
    meeting = _meet(case, held_at, head, manager) if by_meeting else None
    decided_at = held_at + HOUR
    decision = Decision.objects.create(
        case=case,
        meeting=meeting,
        penalty_kind=kind,
        reasons="Why.",
        clause=case.clause,
        policy_id=case.policy_id,
        needs_letter=by_meeting,
        drafted_at=held_at,
        drafted_by=head,
    )
    decision.confirmed_at, decision.confirmed_by = decided_at, manager
    decision.save()
    Case.objects.filter(pk=case.pk).update(state=CaseState.DECIDED, decided_at=decided_at)
    case.refresh_from_db()
    return Penalty.objects.create(
        decision=decision,
        case=case,
        student=case.student,
        enrolment=enrolment,
        kind=kind,
        decided_at=decided_at,
        policy_id=case.policy_id,
    )


def sent(case: Case, occasion: str, at: datetime) -> Message:
    """A message to the student that went out."""
    return Message.objects.create(
        recipient=case.student.user, kind="board_news", occasion=occasion, due_at=at, created_at=at,
        next_attempt_at=at, state=Message.State.SENT, sent_at=at,
    )  # fmt: skip


def _inform(case: Case, at: datetime, by: Any) -> None:
    message = sent(case, f"complaint-of:{case.pk}", at)
    Complaint.objects.create(
        case=case, facts="What happened.", clauses=[case.clause], drafted_at=at, drafted_by=by, issued_at=at,
        issued_by=by, message_occasion=message.occasion, evidence_digest="0" * 64, sent_at=at,
    )  # fmt: skip
    Case.objects.filter(pk=case.pk).update(state=CaseState.INFORMED, informed_at=at)


def _meet(case: Case, held_at: datetime, head: Any, manager: Any) -> Meeting:
    starts_at, told_at = held_at - HOUR, held_at - 10 * DAY
    meeting = Meeting.objects.create(
        case=case, starts_at=starts_at, ends_at=held_at, zone="Europe/Paris",
        video_link="https://video.example.org/board", planned_at=told_at, planned_by=head,
    )  # fmt: skip
    Summons.objects.create(
        meeting=meeting, case=case, purpose="A meeting.", grounds="What happened.", says_at=starts_at,
        zone="Europe/Paris", place=meeting.video_link, right_text="You may be accompanied.",
        message_occasion=sent(case, f"summons-of:{case.pk}", told_at).occasion, issued_at=told_at, issued_by=head,
        notice_microseconds=72 * 3600 * 10**6, latest_at=starts_at - 72 * HOUR, policy_id="2026-01",
        dispatched_at=told_at,
    )  # fmt: skip
    Case.objects.filter(pk=case.pk).update(state=CaseState.SUMMONED)
    for role, user in ((BoardRole.CHAIR, head), (BoardRole.LEARNING_MANAGER, manager)):
        member = BoardMember.objects.create(case=case, user=user, role=role, named_at=told_at)
        MeetingAttendance.objects.create(meeting=meeting, member=member, present=True)
    meeting.state, meeting.held_at, meeting.minutes_at = MeetingState.HELD, held_at, held_at
    meeting.minutes_by, meeting.grounds_stated, meeting.explanations = (
        head,
        "What happened.",
        "What they said.",
    )
    meeting.student_present, meeting.companion_present = True, False
    meeting.save()
    Case.objects.filter(pk=case.pk).update(state=CaseState.HEARD, heard_at=held_at)
    return meeting


def make_letter(penalty: Penalty, *, state: str = LetterState.DEPOSITED, **instants: datetime) -> Letter:
    """The registered letter of the penalty's decision, under way or received."""
    earliest = penalty.decided_at + 2 * DAY
    person = penalty.student.user
    return Letter.objects.create(
        occasion=f"decision:{penalty.decision_id}", template="decision", title="Decision", recipient=person,
        subject=person, addressee=person.full_name, address="{}", clause="4.1", policy_id=penalty.policy_id,
        document=make_document(person, purpose="letter"), carrier="post", prepared_at=penalty.decided_at,
        earliest_at=earliest, escalates_at=earliest + 8 * DAY, latest_at=earliest + 14 * DAY,
        next_attempt_at=earliest, handed_over_at=earliest, state=state, **instants,
    )  # fmt: skip
