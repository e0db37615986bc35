"""Study groups: who sees which, and what is in them. The only door from a request to their rows."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from django.contrib.auth.models import AnonymousUser
from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from accounts.models import User
from students.models import (
    GroupPost,
    GroupResource,
    Membership,
    Path,
    StudyGroup,
    StudySession,
)
from students.permissions import open_trainings

SCOPED = (GroupPost, GroupResource, StudySession)


@dataclass(frozen=True, slots=True)
class OpenTo:
    """The Paths and cohorts whose groups are open to somebody now; none while no training of theirs is open."""

    paths: dict[int, Path]
    cohorts: frozenset[date]

    def holds(self, group: StudyGroup) -> bool:
        """Whether a group is of the person's own Path and cohort, as far as it is of one."""
        return (group.path_id is None or group.path_id in self.paths) and (
            group.cohort is None or group.cohort in self.cohorts
        )


def groups_open_to(user: User, now: datetime) -> OpenTo:
    """Two statements."""
    rows = open_trainings(user, now)
    return OpenTo(
        {row.path_id: row.path for row in rows}, frozenset(row.starts_on.replace(day=1) for row in rows)
    )


def groups_for(user: User | AnonymousUser, now: datetime) -> QuerySet[StudyGroup]:
    """The groups of a student's own Path and cohort, while a training of theirs is open (4.2)."""
    if not isinstance(user, User) or not user.is_active:
        return StudyGroup.objects.none()
    own = groups_open_to(user, now)
    if not own.paths:
        return StudyGroup.objects.none()
    return StudyGroup.objects.filter(
        Q(path__isnull=True) | Q(path__in=own.paths), Q(cohort__isnull=True) | Q(cohort__in=own.cohorts)
    )


def listed(rows: QuerySet[StudyGroup], user: User) -> QuerySet[StudyGroup]:
    """Groups with how many are in each, and whether the reader is: the reader's own first."""
    mine = Membership.objects.filter(group=OuterRef("pk"), student__user=user, left_at__isnull=True)
    counted = rows.select_related("path").annotate(
        members=Count("memberships", filter=Q(memberships__left_at__isnull=True)), mine=Exists(mine)
    )
    return counted.order_by("-mine", "title", "pk")


def similar_candidates(user: User, now: datetime) -> list[StudyGroup]:
    """The groups that a new one is compared with: those open to the person that somebody is in."""
    return list(listed(groups_for(user, now).filter(closed_at__isnull=True), user)[:500])


def memberships_of(user: User) -> QuerySet[Membership]:
    return Membership.objects.filter(student__user=user, left_at__isnull=True)


def is_member(user: User, group: StudyGroup) -> bool:
    return memberships_of(user).filter(group=group).exists()


def study_sessions_of(user: User, now: datetime) -> QuerySet[StudySession]:
    """Appointments of the groups that a student is in, while their tools are open."""
    seen = groups_for(user, now).filter(pk__in=memberships_of(user).values("group"))
    return StudySession.objects.filter(group__in=seen).select_related("group")
