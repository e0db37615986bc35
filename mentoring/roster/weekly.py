"""Weekly sessions that a roster agrees, and those that end with an enrolment."""

from __future__ import annotations

import datetime
from collections.abc import Sequence

from django.db.models import prefetch_related_objects
from django.utils.translation import gettext_noop

from accounts.models import User
from mentoring.models import Mentor
from mentoring.services.cancellations import Cause
from mentoring.services.mentorships import (
    NewMentorship,
    end_sessions,
    mentorship_refusals,
    start_mentorships,
)
from rulebook.errors import RuleError
from students.models import Enrolment
from students.permissions import check_standing

from .plan import MentorshipPlan

Wanted = tuple[MentorshipPlan, Mentor | None, Enrolment]
Refused = list[tuple[MentorshipPlan, RuleError]]
CLAUSE = "3.2"  # weekly mentoring sessions


def agree_weekly_sessions(
    wanted: Sequence[Wanted], *, today: datetime.date, by: User | None, now: datetime.datetime
) -> Refused:
    """Start the mentorships, or none where one is refused: what is comes back with its reason."""
    refused: Refused = []
    news: list[NewMentorship] = []
    prefetch_related_objects([enrolment for *_, enrolment in wanted], "interruptions")
    for plan, mentor, enrolment in wanted:
        try:
            able = _able(mentor)
            check_standing(enrolment, now, "userSourcedId")
        except RuleError as refusal:
            refused.append((plan, refusal))
            continue
        starts_on = max(today, enrolment.starts_on)
        news.append(NewMentorship(enrolment, able, plan.weekday, plan.local_time, starts_on))
    if not refused:
        refused = [(wanted[place][0], refusal) for place, refusal in mentorship_refusals(news).items()]
    if not refused:
        start_mentorships(wanted=news, by=by, now=now)
    return refused


def _able(mentor: Mentor | None) -> Mentor:
    """A mentor who can hold a session, or a refusal that says what is missing."""
    if mentor is None:
        raise RuleError("userSourcedId", CLAUSE, gettext_noop("The teacher of this class is no mentor here."))
    if not mentor.user.is_active:
        raise RuleError(
            "userSourcedId", CLAUSE, gettext_noop("The account of this class's teacher is closed.")
        )
    if not mentor.video_link:
        raise RuleError(
            "userSourcedId",
            CLAUSE,
            gettext_noop("The teacher of this class has no video link (users.csv, metadata.videoLink)."),
        )
    return mentor


def end_weekly_sessions(
    *, enrolments: Sequence[Enrolment], ended_on: datetime.date, by: User | None, now: datetime.datetime
) -> None:
    """End what is agreed for these enrolments and cancel what was to come: the school's doing (A6)."""
    end_sessions(enrolments, ended_on, cause=Cause("enrolment_ended", "2.7"), by=by, now=now)
