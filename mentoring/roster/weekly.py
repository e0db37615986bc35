"""Weekly sessions that a roster agrees, and those that end with an enrolment."""

from __future__ import annotations

import datetime
from collections.abc import Sequence

from django.db.models import F, Value
from django.db.models.functions import Greatest
from django.utils.translation import gettext_noop

from accounts.models import User
from mentoring.models import Mentor, Mentorship, Session, SessionState
from record.services import write
from record.types import NewEntry
from rulebook.errors import RuleError
from rulebook.policy import policy_at
from students.models import Enrolment

from .plan import MentorshipPlan

Wanted = tuple[MentorshipPlan, Mentor | None, Enrolment]
Refused = list[tuple[MentorshipPlan, RuleError]]
CLAUSE = "2.5"  # mentoring sessions


def agree_weekly_sessions(
    wanted: Sequence[Wanted], *, today: datetime.date, by: User | None, now: datetime.datetime
) -> Refused:
    """Start the mentorships; what is refused comes back with its reason."""
    refused: Refused = []
    made = []
    for plan, mentor, enrolment in wanted:
        reason = _refusal(mentor)
        if reason is not None:
            refused.append((plan, reason))
            continue
        made.append(
            Mentorship(
                mentor=mentor,
                enrolment=enrolment,
                weekday=plan.weekday,
                local_time=plan.local_time,
                starts_on=max(today, enrolment.starts_on),
            )
        )
    if refused:
        return refused
    Mentorship.objects.bulk_create(made, batch_size=500)
    entries = [
        NewEntry(
            subject_id=mentorship.enrolment.student.user_id,
            kind="mentorship_started",
            clause=CLAUSE,
            policy_id=policy_at(now).id,
            happened_at=now,
            actor_id=by.pk if by else None,
            about=f"mentoring.mentorship:{mentorship.pk}",
            facts={
                "mentor": mentorship.mentor.user_id,
                "weekday": mentorship.weekday,
                "local_time": mentorship.local_time.isoformat("minutes"),
                "starts_on": mentorship.starts_on.isoformat(),
            },
        )
        for mentorship in made
    ]
    write(entries=entries, now=now)
    return []


def _refusal(mentor: Mentor | None) -> RuleError | None:
    if mentor is None:
        return RuleError(
            "userSourcedId", CLAUSE, gettext_noop("The teacher of this class is no mentor here.")
        )
    if mentor.left_on is not None or not mentor.user.is_active:
        return RuleError("userSourcedId", CLAUSE, gettext_noop("The teacher of this class has left."))
    if not mentor.video_link:
        return RuleError(
            "userSourcedId",
            CLAUSE,
            gettext_noop("The teacher of this class has no video link (users.csv, metadata.videoLink)."),
        )
    return None


def end_weekly_sessions(
    *, enrolments: Sequence[Enrolment], ended_on: datetime.date, by: User | None, now: datetime.datetime
) -> None:
    """End what is agreed for these enrolments, and cancel their sessions to come: the school's doing, so they
    never count (A6).
    """
    ids = [enrolment.pk for enrolment in enrolments]
    policy = policy_at(now)
    to_come = list(
        Session.objects.select_for_update(of=("self",))
        .filter(enrolment__in=ids, state=SessionState.SCHEDULED, starts_at__gt=now)
        .select_related("student")
        .order_by("pk")
    )
    Session.objects.filter(pk__in=[session.pk for session in to_come]).update(
        state=SessionState.CANCELLED_BY_SCHOOL,
        decided_at=now,
        falls_due_at=None,
        released_at=now,
        clause=CLAUSE,
        policy_id=policy.id,
        revision=F("revision") + 1,
    )
    current = Mentorship.objects.filter(enrolment__in=ids, ends_on__isnull=True)
    current.update(ends_on=Greatest(F("starts_on"), Value(ended_on)))
    entries = [
        NewEntry(
            subject_id=session.student.user_id,
            kind="session_cancelled",
            clause=CLAUSE,
            policy_id=policy.id,
            happened_at=now,
            actor_id=by.pk if by else None,
            about=f"mentoring.session:{session.pk}",
            facts={
                "session": session.pk,
                "starts_at": session.starts_at.isoformat(),
                "cause": "enrolment_ended",
            },
        )
        for session in to_come
    ]
    write(entries=entries, now=now)
