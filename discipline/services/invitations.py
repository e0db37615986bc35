"""Invitations to a meeting of the Board, and their withdrawal: to its members, the student and the companion."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from discipline.models import BoardMember, Case, Companion, Meeting
from discipline.selectors.board import companion_of, live_summons, planned_meeting, standing_members
from record.types import NewMessage

from .acts import news


def meeting_context(meeting: Meeting, now: datetime) -> dict[str, Any]:
    """What every message about a meeting says of it. ``revision`` counts its changes, for calendars."""
    return {
        "meeting": meeting.pk,
        "starts_at": meeting.starts_at,
        "ends_at": meeting.ends_at,
        "place": meeting.place,
        "video_link": meeting.video_link,
        "told_at": now,
        "sequence": meeting.revision,
    }


def invite(meeting: Meeting, case: Case, people: Iterable[int], now: datetime) -> list[NewMessage]:
    """An invitation to these people, as the meeting stands now."""
    return news(
        "invited",
        case,
        people,
        f"board-invitation:{meeting.pk}:{meeting.revision}",
        now,
        kind="board_invitation",
        context=meeting_context(meeting, now),
    )


def withdraw_invitation(
    meeting: Meeting,
    case: Case,
    people: Iterable[int],
    event: str,
    now: datetime,
    *,
    context: Mapping[str, Any] | None = None,
) -> list[NewMessage]:
    """The meeting is off for these people: called off, adjourned, or theirs no more."""
    return news(
        event,
        case,
        people,
        f"board-meeting-off:{event}:{meeting.pk}:{meeting.revision}",
        now,
        kind="board_meeting_off",
        context={**meeting_context(meeting, now), "sequence": meeting.revision + 1, **(context or {})},
    )


def attendants(case: Case) -> set[int]:
    """Who is invited besides the student: the members, and the companion who said yes."""
    people = {member.user_id for member in standing_members(case)}
    companion = companion_of(case)
    if companion is not None and companion.accepted_at is not None:
        people.add(companion.user_id)
    return people


def everybody(case: Case) -> set[int]:
    return attendants(case) | {case.student.user_id}


def _announced(case: Case) -> Meeting | None:
    """The planned meeting, if people were summoned to it."""
    meeting = planned_meeting(case)
    return meeting if meeting is not None and live_summons(meeting) is not None else None


def invite_member(member: BoardMember, now: datetime) -> list[NewMessage]:
    meeting = _announced(member.case)
    return invite(meeting, member.case, [member.user_id], now) if meeting else []


def uninvite_member(member: BoardMember, now: datetime) -> list[NewMessage]:
    meeting = _announced(member.case)
    return withdraw_invitation(meeting, member.case, [member.user_id], "not_yours", now) if meeting else []


def invite_companion(row: Companion, case: Case, now: datetime) -> list[NewMessage]:
    meeting = _announced(case)
    return invite(meeting, case, [row.user_id], now) if meeting else []


def uninvite_companion(row: Companion, case: Case, now: datetime) -> list[NewMessage]:
    meeting = _announced(case) if row.accepted_at else None
    return withdraw_invitation(meeting, case, [row.user_id], "not_yours", now) if meeting else []
