"""Reminders: of a meeting, to who comes to it; of what is owed after it, to who owes it (4.1)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db.models import Q, QuerySet
from django.db.models.functions import Coalesce

from discipline.models import BoardRole, CaseState, Decision, Meeting, MeetingState
from discipline.selectors.board import standing_members
from record.services import write
from record.types import NewMessage
from rulebook.policy import policy_at

from .acts import news
from .invitations import everybody, meeting_context

ROW = ("case__student__user", "case__enrolment__path")


def to_remind(now: datetime) -> QuerySet[Meeting]:
    """Meetings to which the student is summoned and that begin soon, or have begun; not called to mind yet."""
    until = now + policy_at(now).board.reminder_before
    rows = Meeting.objects.filter(
        state=MeetingState.PLANNED,
        case__state=CaseState.SUMMONED,
        reminded_at__isnull=True,
        starts_at__lte=until,
    )
    return rows.order_by("starts_at", "pk")


def remind(meeting_ids: Sequence[int], now: datetime) -> int:
    """Remind everybody of these meetings; one that has begun is nobody's news any more."""
    rows = list(to_remind(now).filter(pk__in=meeting_ids).select_related(*ROW))
    messages: list[NewMessage] = []
    for row in rows:
        if row.starts_at > now:
            messages += news(
                "soon",
                row.case,
                everybody(row.case),
                f"board-soon:{row.pk}:{row.revision}",
                now,
                context=meeting_context(row, now),
            )
    Meeting.objects.filter(pk__in=[row.pk for row in rows]).update(reminded_at=now)
    write(entries=[], messages=messages, now=now)
    return len(rows)


def owing(now: datetime) -> QuerySet[Meeting]:
    """Meetings after which somebody has owed something for long, since it fell due or was called to mind."""
    before = now - policy_at(now).board.remind_after
    minutes = Q(state=MeetingState.PLANNED, case__state=CaseState.SUMMONED)
    decision = Q(state=MeetingState.HELD, case__state=CaseState.HEARD)
    rows = Meeting.objects.filter(minutes | decision).annotate(
        owed_since=Coalesce("owed_reminded_at", "minutes_at", "ends_at")
    )
    return rows.filter(owed_since__lte=before).order_by("owed_since", "pk")


def call_to_mind(meeting_ids: Sequence[int], now: datetime) -> int:
    """Tell who owes the minutes, a vote, the draft or the second signature. Dated by when the last of it fell due."""
    rows = list(owing(now).filter(pk__in=meeting_ids).select_related(*ROW))
    every = policy_at(now).board.remind_after
    messages: list[NewMessage] = []
    for row in rows:
        since = row.owed_reminded_at or row.minutes_at or row.ends_at
        due_at = since + ((now - since) // every) * every
        event, people = owed_by(row)
        messages += news(
            event,
            row.case,
            people,
            f"board-owed:{row.pk}:{due_at.isoformat()}",
            due_at,
            context=meeting_context(row, now),
        )
        row.owed_reminded_at = due_at
    Meeting.objects.bulk_update(rows, ["owed_reminded_at"])
    write(entries=[], messages=messages, now=now)
    return len(rows)


def owed_by(meeting: Meeting) -> tuple[str, list[int]]:
    """What comes next after a meeting's time, and who owes it: (event, people)."""
    seats = {member.role: member.user_id for member in standing_members(meeting.case)}
    voters = {role: seats[role] for role in (BoardRole.CHAIR, BoardRole.LEARNING_MANAGER) if role in seats}
    if meeting.state == MeetingState.PLANNED:
        return "minutes_owed", list(voters.values())
    voted = set(meeting.votes.values_list("member__role", flat=True))
    if missing := [person for role, person in voters.items() if role not in voted]:
        return "vote_owed", missing
    drafted = Decision.objects.filter(case=meeting.case_id).exists()
    role = BoardRole.LEARNING_MANAGER if drafted else BoardRole.CHAIR
    return ("confirmation_owed" if drafted else "draft_owed"), [voters[role]] if role in voters else []
