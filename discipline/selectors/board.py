"""Reads about the Board of a case: who sits, who may, who accompanies, meetings, summonses, decisions."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import datetime

from django.db.models import Q, QuerySet

from accounts.models import Role, User
from discipline.models import (
    OPEN_STATES,
    BoardMember,
    BoardRole,
    Case,
    Companion,
    Decision,
    Meeting,
    MeetingState,
    Reply,
    Report,
    StudentRepresentative,
    Summons,
    Suspicion,
    Vote,
)
from rulebook.board import Candidate, Companionship, Seat, check_seat
from rulebook.dates import local_date
from rulebook.decisions import Ballot, Measure, Outcome, count_votes, time_to_explain
from rulebook.errors import RuleError
from rulebook.policy import get_policy
from students.models import Enrolment
from students.permissions import in_training

from . import cases_for

STANDING = Q(recused_at__isnull=True, left_at__isnull=True)


def standing_members(case: Case) -> list[BoardMember]:
    """Who sits on the Board now: chair, Learning Manager, representative."""
    order = {seat: rank for rank, seat in enumerate(Seat)}
    rows = BoardMember.objects.filter(STANDING, case=case).select_related("user")
    return sorted(rows, key=lambda member: order[Seat(member.role)])


def seat_of(user: User, case: Case) -> BoardMember | None:
    """The seat that somebody holds on this Board now."""
    return BoardMember.objects.filter(STANDING, case=case, user=user).select_related("user").first()


def reporters_of(case: Case) -> set[int]:
    """Everybody who reported something of this case, or of a suspicion that it rests on (B2)."""
    found: set[int] = set(Report.objects.filter(case=case).values_list("reporter_id", flat=True))
    suspicions = Suspicion.objects.filter(case=case, reported_by__isnull=False)
    return found | {pk for pk in suspicions.values_list("reported_by_id", flat=True) if pk is not None}


def has_part(user: User, case: Case) -> bool:
    """Whether the case is their own, they reported it, or they stepped back from it as biased."""
    if case.student.user_id == user.pk or user.pk in reporters_of(case):
        return True
    return BoardMember.objects.filter(case=case, user=user, recused_at__isnull=False).exists()


def candidate(case: Case, user: User, now: datetime) -> Candidate:
    """What counts about somebody who is to sit on this Board."""
    manager = case.enrolment.path.learning_manager
    rows = list(BoardMember.objects.filter(case=case))
    return Candidate(
        **_part(case, user, rows),
        accompanies=Companion.objects.filter(
            case=case, user=user, declined_at__isnull=True, ended_at__isnull=True
        ).exists(),
        head_of_learning=user.is_active and user.has_role(Role.HEAD_OF_LEARNING),
        learning_manager=user.is_active and user.has_role(Role.LEARNING_MANAGER),
        manages_path=manager == user and user.is_active and user.has_role(Role.LEARNING_MANAGER),
        manager_can_sit=manager is not None
        and manager.is_active
        and manager.has_role(Role.LEARNING_MANAGER)
        and not any(_part(case, manager, rows).values()),
        represents_path=user.is_active and represents(case, now).filter(user=user).exists(),
    )


def _part(case: Case, user: User, rows: Iterable[BoardMember]) -> dict[str, bool]:
    own = [row for row in rows if row.user_id == user.pk]
    return {
        "concerned": case.student.user_id == user.pk,
        "reported": user.pk in reporters_of(case),
        "recused": any(row.recused_at is not None for row in own),
        "seated": any(row.recused_at is None and row.left_at is None for row in own),
    }


def represents(case: Case, now: datetime) -> QuerySet[StudentRepresentative]:
    """Who represents the students of the case's Path today."""
    today = local_date(now, case.enrolment.time_zone)
    return StudentRepresentative.objects.filter(
        Q(ends_on__isnull=True) | Q(ends_on__gte=today),
        path=case.enrolment.path_id,
        starts_on__lte=today,
        user__is_active=True,
    ).select_related("user")


def who_may_sit(case: Case, seat: Seat, now: datetime) -> list[User]:
    """The people who may take a seat of this Board today, by name."""
    people = User.objects.filter(is_active=True).prefetch_related("role_grants")
    if seat is Seat.REPRESENTATIVE:
        people = people.filter(pk__in=represents(case, now).values("user"))
    else:
        role = Role.HEAD_OF_LEARNING if seat is Seat.CHAIR else Role.LEARNING_MANAGER
        people = people.filter(role_grants__role=role)
    found = []
    for person in people.order_by("family_name", "given_name", "pk")[:50]:
        try:
            check_seat(seat, candidate(case, person, now))
        except RuleError:
            continue
        found.append(person)
    return found


def companionship(case: Case, user: User | None, now: datetime) -> Companionship:
    """What counts about a student who is to accompany this one."""
    if user is None or not user.is_active or not user.has_role(Role.STUDENT):
        return Companionship()
    trainings = Enrolment.objects.filter(student__user=user, path=case.enrolment.path_id)
    return Companionship(
        concerned=case.student.user_id == user.pk,
        same_path=any(in_training(row, now) for row in trainings.prefetch_related("interruptions")),
        reported=user.pk in reporters_of(case),
        seated=BoardMember.objects.filter(case=case, user=user).exists(),
    )


def companion_of(case: Case) -> Companion | None:
    """Who accompanies the student, or was asked to."""
    rows = Companion.objects.filter(case=case, declined_at__isnull=True, ended_at__isnull=True)
    return rows.select_related("user").first()


def planned_meeting(case: Case) -> Meeting | None:
    return Meeting.objects.filter(case=case, state=MeetingState.PLANNED).first()


def live_summons(meeting: Meeting) -> Summons | None:
    """The summons that counts for a meeting."""
    return Summons.objects.filter(meeting=meeting, superseded_at__isnull=True).first()


# ---- what somebody may see


def meetings_for(user: User) -> QuerySet[Meeting]:
    """Meetings of the cases that somebody sees."""
    return Meeting.objects.filter(case__in=cases_for(user)).select_related(
        "case__student__user", "case__enrolment__path"
    )


def summonses_for(user: User) -> QuerySet[Summons]:
    """Summonses of the cases that somebody sees."""
    return Summons.objects.filter(case__in=cases_for(user)).select_related(
        "meeting", "case__student__user", "case__enrolment__path", "receipt"
    )


def members_for(user: User) -> QuerySet[BoardMember]:
    """Seats on the Boards of the cases that somebody sees, those of the past included."""
    return BoardMember.objects.filter(case__in=cases_for(user)).select_related("user", "case")


def companions_for(user: User) -> QuerySet[Companion]:
    """Whom one was asked to accompany, while that case is open; and the companions of the cases that one sees."""
    own = Q(
        user=user,
        declined_at__isnull=True,
        ended_at__isnull=True,
        case__state__in=OPEN_STATES,
    )
    rows = Companion.objects.filter(own | Q(case__in=cases_for(user)))
    return rows.select_related("user", "case__student__user", "case__enrolment__path")


def decisions_for(user: User) -> QuerySet[Decision]:
    """Decisions that somebody may read: members of that Board from the draft on, staff once it is confirmed, the
    student and the companion once it was notified (B6: nobody hears of it before the letter)."""
    rows = Decision.objects.filter(case__in=cases_for(user))
    sits = Q(
        case__in=BoardMember.objects.filter(
            STANDING, user=user, role__in=(BoardRole.CHAIR, BoardRole.LEARNING_MANAGER)
        ).values("case")
    )
    notified = Q(penalty__effective_at__isnull=False)
    staff = Q(confirmed_at__isnull=False) if user.is_active and user.is_school_staff else Q(pk__in=())
    others = ~Q(case__student__user=user)
    return rows.filter(sits | (staff & others) | notified).select_related(
        "case__student__user", "case__enrolment__path", "meeting", "drafted_by", "confirmed_by"
    )


# ---- what a decision rests on


def proposed_measure(case: Case) -> str:
    """What the ladder, or the three absences, propose to the Board; empty where nothing does."""
    found = json.loads(case.proposal) if case.proposal else {}
    return str(found.get("measure", "")) if isinstance(found, dict) else ""


def ladder_clause(case: Case, kind: str) -> str:
    """The clause that a penalty rests on: that of the ladder for discontinuation, the case's own for the rest."""
    found = json.loads(case.proposal) if case.proposal else {}
    clause = found.get("clause") if isinstance(found, dict) else None
    if kind == Measure.DISCONTINUATION and isinstance(clause, str) and clause:
        return clause
    return case.clause


def outcome_of(meeting: Meeting) -> Outcome:
    """What the votes of a meeting came to; raises as long as one is missing."""
    votes = Vote.objects.filter(meeting=meeting).select_related("member").order_by("pk")
    return count_votes(Ballot(Seat(vote.member.role), Measure(vote.choice)) for vote in votes)


def explained(case: Case, now: datetime) -> bool:
    """Whether the student replied to the complaint, or had the time to (B5)."""
    if case.informed_at is None:
        return False
    if Reply.objects.filter(complaint__case=case).exists():
        return True
    return now >= time_to_explain(case.informed_at, get_policy(case.policy_id).board)


def held_meeting(case: Case) -> Meeting | None:
    """The meeting that was held on a case: there is one at most."""
    return Meeting.objects.filter(case=case, state=MeetingState.HELD).first()
