"""One row of each step of a case, as the staff admin reads them: complaint, Board, summons, decision."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from discipline.models import (
    BoardMember,
    Companion,
    Decision,
    DecisionCopy,
    Meeting,
    StudentRepresentative,
    Summons,
)
from discipline.tests.making import inform, make_case
from tests.factories import make_user
from tests.matrix.people import NOW

from .school import World


def rows(world: World) -> dict[str, Any]:
    hour, clerk = timedelta(hours=1), make_user()
    planned = make_case(world.enrolment, kind="conduct")
    complaint = inform(planned)
    meeting = Meeting.objects.create(
        case=planned,
        starts_at=NOW + 120 * hour,
        ends_at=NOW + 121 * hour,
        zone="Europe/Paris",
        video_link="https://video.example.org/board",
        planned_at=NOW,
        planned_by=clerk,
    )
    summons = Summons.objects.create(
        meeting=meeting,
        case=planned,
        purpose="A penalty",
        grounds="Insults",
        says_at=meeting.starts_at,
        zone="Europe/Paris",
        place=meeting.video_link,
        right_text="You may come with a student of your Path.",
        message_occasion="summons:matrix",
        issued_at=NOW,
        issued_by=clerk,
        notice_microseconds=72 * 3600 * 10**6,
        latest_at=meeting.starts_at - 72 * hour,
        policy_id="2026-01",
    )
    decided = make_case(world.enrolment, kind="abuse")
    inform(decided)
    decision = Decision.objects.create(
        case=decided,
        penalty_kind="warning",
        reasons="Insults",
        clause="4.2",
        policy_id="2026-01",
        needs_letter=False,
        drafted_at=NOW,
        drafted_by=clerk,
        confirmed_at=NOW,
        confirmed_by=make_user(),
    )
    fellow = make_user()
    return {
        "complaint": complaint,
        "meeting": meeting,
        "summons": summons,
        "boardmember": BoardMember.objects.create(case=planned, user=clerk, role="chair", named_at=NOW),
        "companion": Companion.objects.create(case=planned, user=fellow, asked_at=NOW),
        "studentrepresentative": StudentRepresentative.objects.create(
            user=fellow, path=world.path, starts_on=NOW.date()
        ),
        "decision": decision,
        "decisioncopy": DecisionCopy.objects.create(
            decision=decision,
            funder=world.rows["funder"],
            channel="email",
            occasion="copy:matrix",
            made_at=NOW,
        ),
    }
