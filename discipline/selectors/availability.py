"""What the people of a meeting have at a time already: other Boards, sessions, defences."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q
from django.utils.translation import gettext as _

from accounts.models import User
from discipline.models import BoardMember, BoardRole, Case, MeetingState
from mentoring.models import Defence, Session, SessionState
from rulebook.defences import DefenceState

from .board import STANDING, companion_of, standing_members


@dataclass(frozen=True, slots=True)
class Conflict:
    """Somebody who is needed has something else then."""

    who: User
    what: str
    starts_at: datetime
    ends_at: datetime


def other_boards(case: Case, starts_at: datetime, ends_at: datetime) -> list[BoardMember]:
    """Members who vote and sit on another Board at that time."""
    people = [member.user_id for member in standing_members(case) if member.role != BoardRole.REPRESENTATIVE]
    seats = BoardMember.objects.filter(
        STANDING,
        user__in=people,
        role__in=(BoardRole.CHAIR, BoardRole.LEARNING_MANAGER),
        case__meetings__state=MeetingState.PLANNED,
        case__meetings__starts_at__lt=ends_at,
        case__meetings__ends_at__gt=starts_at,
    )
    return list(seats.exclude(case=case).select_related("user").distinct())


def conflicts(case: Case, starts_at: datetime, ends_at: datetime) -> list[Conflict]:
    """What the members, the student and the companion have at that time; told before a summons goes out."""
    people = {member.user_id: member.user for member in standing_members(case)}
    people[case.student.user_id] = case.student.user
    companion = companion_of(case)
    if companion is not None:
        people[companion.user_id] = companion.user
    found = [
        Conflict(member.user, _("sits on another Board"), starts_at, ends_at)
        for member in other_boards(case, starts_at, ends_at)
    ]
    overlap = Q(starts_at__lt=ends_at, ends_at__gt=starts_at)
    sessions = Session.objects.filter(overlap, state=SessionState.SCHEDULED)
    sessions = sessions.filter(Q(student__user__in=people) | Q(mentor__user__in=people))
    for row in sessions.select_related("student", "mentor"):
        for pk in {row.student.user_id, row.mentor.user_id} & people.keys():
            found.append(Conflict(people[pk], _("has a mentoring session"), row.starts_at, row.ends_at))
    defences = Defence.objects.filter(overlap, state=DefenceState.BOOKED)
    defences = defences.filter(Q(student__user__in=people) | Q(assessor__user__in=people))
    for defence in defences.select_related("student", "assessor"):
        for pk in {defence.student.user_id, defence.assessor.user_id} & people.keys():
            found.append(Conflict(people[pk], _("has a defence"), defence.starts_at, defence.ends_at))
    return sorted(found, key=lambda each: (each.starts_at, each.who.pk))
