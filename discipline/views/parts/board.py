"""What the reader can do about the Board, the meeting and the decision, and what stands (B2–B6)."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from accounts.models import User
from discipline.models import (
    PENDING_STATES,
    Advice,
    BoardRole,
    Case,
    CaseState,
    Decision,
    Excuse,
    ExcuseState,
    Meeting,
    MeetingState,
    Summons,
    Vote,
)
from discipline.permissions.board import (
    can_arrange_board,
    chairs,
    in_board_room,
    is_the_student,
    keeps_minutes,
    sits_to_decide,
)
from discipline.permissions.proceedings import can_prosecute
from discipline.selectors.board import (
    companion_of,
    decisions_for,
    held_meeting,
    outcome_of,
    planned_meeting,
    reporters_of,
    standing_members,
)
from rulebook.board import Seat, earliest_meeting
from rulebook.decisions import Measure
from rulebook.errors import RuleError
from rulebook.policy import policy_at


def board(case: Case, user: User, now: datetime) -> dict[str, Any] | None:
    """Seats and the companion, with what may be done about each."""
    members = {member.role: member for member in standing_members(case)}
    companion = companion_of(case)
    before = case.state in PENDING_STATES and case.state != CaseState.HEARD
    arranges = before and can_arrange_board(user, case)
    student = is_the_student(user, case)
    meeting = planned_meeting(case)
    own = next((member for member in members.values() if member.user_id == user.pk), None)
    accompanies = companion is not None and companion.user_id == user.pk
    return {
        "case": case,
        "seats": [
            {"role": seat, "label": BoardRole(seat).label, "member": members.get(BoardRole(seat))}
            for seat in Seat
        ],
        "arranges": arranges,
        "needs_offices": arranges and not {Seat.CHAIR, Seat.LEARNING_MANAGER} <= members.keys(),
        "own": own if before else None,
        "may_say": own is not None and meeting is not None,
        "student": student,
        "companion": companion,
        "may_ask": student and before and companion is None,
        "may_end": before and companion is not None and (student or accompanies),
        "reported": user.is_school_staff and not student and user.pk in reporters_of(case),
    }


def meeting(case: Case, user: User, now: datetime) -> dict[str, Any] | None:
    """The meetings of a case with their summonses; minutes, proofs, votes and advice for who may read them."""
    rows = list(Meeting.objects.filter(case=case).order_by("starts_at", "pk"))
    arranges = can_arrange_board(user, case)
    may_summon = arranges and case.state in (CaseState.INFORMED, CaseState.SUMMONED)
    if not rows and not may_summon:
        return None
    room = in_board_room(user, case)
    member = sits_to_decide(user, case)
    student = is_the_student(user, case)
    companion = companion_of(case)
    accompanies = companion is not None and companion.user_id == user.pk
    shown = []
    for row in rows:
        live = row.state == MeetingState.PLANNED
        votes = list(Vote.objects.filter(meeting=row).select_related("member__user")) if room else []
        held = row.state == MeetingState.HELD
        open_vote = held and case.state == CaseState.HEARD
        representative = room and member is None
        advices = list(Advice.objects.filter(meeting=row).select_related("member__user")) if room else []
        shown.append(
            {
                "meeting": row,
                "summonses": list(Summons.objects.filter(meeting=row)),
                "attendances": list(row.attendances.select_related("member__user")),
                "excuses": list(
                    Excuse.objects.filter(meeting=row).select_related("document")
                    if member is not None or student
                    else ()
                ),
                "pending": ExcuseState.SENT,
                "decides": member is not None and live,
                "may_call_off": live and arranges,
                "may_minute": live and keeps_minutes(user, case) and row.starts_at <= now,
                "may_excuse": live and (student or accompanies or member is not None),
                "votes": votes,
                "advices": advices,
                "outcome": _outcome(row) if room and held else None,
                "may_vote": open_vote
                and member is not None
                and not any(vote.member_id == member.pk for vote in votes),
                "may_advise": open_vote and representative and not advices,
            }
        )
    return {
        "case": case,
        "now": now,
        "meetings": shown,
        "may_summon": may_summon,
        "planned": any(row.state == MeetingState.PLANNED for row in rows),
        "earliest_at": earliest_meeting(now, policy_at(now).board),
        "student": student,
    }


def _outcome(row: Meeting) -> Any:
    try:
        return outcome_of(row)
    except RuleError:
        return None


def decision(case: Case, user: User, now: datetime) -> dict[str, Any] | None:
    """The decision for who may read it, the draft for the two who sign; what each of them does next."""
    row = decisions_for(user).filter(case=case).first()
    drafted = row or Decision.objects.filter(case=case).first()
    deciding = case.state in (CaseState.INFORMED, CaseState.HEARD)
    member = sits_to_decide(user, case)
    open_draft = deciding and (drafted is None or drafted.confirmed_at is None)
    may_draft = open_draft and chairs(user, case) is not None
    if may_draft and case.state == CaseState.INFORMED and planned_meeting(case) is not None:
        may_draft = False
    may_sign = (
        deciding
        and drafted is not None
        and drafted.confirmed_at is None
        and member is not None
        and member.role == BoardRole.LEARNING_MANAGER
        and drafted.drafted_by_id != user.pk
    )
    if row is None and not may_draft:
        return None
    held = held_meeting(case) if may_draft else None
    voted = _outcome(held) if held else None
    none = voted is not None and voted.measure is Measure.NONE
    return {
        "case": case,
        "decision": row,
        "may_draft": may_draft and not none,
        "may_sign": may_sign,
        "may_close": none and can_prosecute(user, case),
        "none": none,
    }
