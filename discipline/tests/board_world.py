"""A case whose complaint was sent, the people around it, and the steps of its Board one by one."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import cached_property
from typing import Any

from accounts.models import Role, User
from discipline.models import Case, CaseKind, Meeting, StudentRepresentative, Summons
from discipline.services.decisions import confirm_decision, draft_decision
from discipline.services.meetings import hold_meeting
from discipline.services.members import name_member
from discipline.services.summonses import MeetingPlan, summon
from discipline.services.votes import cast_vote
from discipline.sweeps.board import SUMMONSES_SENT
from enforcement.runner import run
from record.models import Message
from students.models import Enrolment
from tests.factories import make_enrolment, make_path, make_student, make_user

from .world import inform

HOUR = timedelta(hours=1)
US = timedelta(microseconds=1)
INFORMED = datetime(2026, 3, 3, 9, 0, tzinfo=UTC)
NOW = datetime(2026, 3, 9, 9, 0, tzinfo=UTC)
START = datetime(2026, 3, 16, 13, 0, tzinfo=UTC)  # Monday, 14:00 in Paris


class BoardWorld:
    """``world.steps()`` takes the case on; each person is made when somebody asks for them."""

    def __init__(
        self,
        kind: str = CaseKind.ABUSE,
        *,
        informed: bool = True,
        enrolment: Enrolment | None = None,
        **fields: Any,
    ) -> None:
        self.head = make_user(Role.HEAD_OF_LEARNING)
        self.manager = make_user(Role.LEARNING_MANAGER)
        self.enrolment = enrolment or make_enrolment(path=make_path(learning_manager=self.manager))
        self.path = self.enrolment.path
        self.student: User = self.enrolment.student.user
        self.case = Case.objects.create(
            kind=kind,
            student=self.enrolment.student,
            enrolment=self.enrolment,
            clause="3.5",
            policy_id="2026-01",
            opened_at=INFORMED - 24 * HOUR,
            facts="{}",
            **fields,
        )
        if informed:
            inform(self.case, at=INFORMED, by=self.head)
            self.case.refresh_from_db()

    @cached_property
    def representative(self) -> User:
        user = self.fellow()
        StudentRepresentative.objects.create(user=user, path=self.path, starts_on=NOW.date())
        return user

    def fellow(self) -> User:
        """Another student of the same Path."""
        user = make_user(Role.STUDENT)
        make_enrolment(path=self.path, student=make_student(user))
        return user

    # ---- the steps

    def compose(self, *, representative: bool = True) -> None:
        by = self.head
        seats = [("chair", self.head), ("learning_manager", self.manager)]
        if representative:
            seats.append(("representative", self.representative))
        for seat, user in seats:
            name_member(case_id=self.case.pk, seat=seat, user_id=user.pk, by=by, now=NOW)

    def plan(self, starts_at: datetime = START, **changes: Any) -> MeetingPlan:
        given: dict[str, Any] = {
            "starts_at": starts_at,
            "ends_at": starts_at + HOUR,
            "place": "By video conference",
            "video_link": "https://video.example.org/board",
            "purpose": "A penalty is considered",
            "grounds": "Insults in the forum on 1 March",
        }
        return MeetingPlan(**{**given, **changes})

    def summon(
        self, starts_at: datetime = START, *, now: datetime = NOW, channel: str = "email", **changes: Any
    ) -> Summons:
        return summon(
            case_id=self.case.pk, plan=self.plan(starts_at, **changes), channel=channel, by=self.head, now=now
        )

    def send(self, row: Summons, at: datetime, *, sweep: bool = True) -> Summons:
        """The outbox sent the summons at that instant."""
        Message.objects.filter(occasion=row.message_occasion).update(state=Message.State.SENT, sent_at=at)
        if sweep:
            run(SUMMONSES_SENT, at, heartbeat=False)
        row.refresh_from_db()
        self.case.refresh_from_db()
        return row

    def hold(self, meeting: Meeting, *, now: datetime = START + HOUR, by: User | None = None, **changes: Any):
        members = list(self.case.members.filter(recused_at__isnull=True, left_at__isnull=True))
        given: dict[str, Any] = {
            "grounds_stated": "Insults",
            "explanations": "I lost my temper",
            "present": {member.pk for member in members},
            "student_present": True,
            "companion_present": False,
        }
        done = hold_meeting(meeting_id=meeting.pk, by=by or self.head, now=now, **{**given, **changes})
        self.case.refresh_from_db()
        return done

    def held(self, *, representative: bool = True) -> Meeting:
        """Composed, summoned in time, and met."""
        self.compose(representative=representative)
        row = self.send(self.summon(), NOW + HOUR)
        return self.hold(row.meeting)

    def vote(self, meeting: Meeting, chair: str = "warning", manager: str | None = None) -> None:
        for user, choice in ((self.head, chair), (self.manager, manager or chair)):
            cast_vote(
                meeting_id=meeting.pk, choice=choice, reasons="So I see it", by=user, now=START + 2 * HOUR
            )

    def draft(self, kind: str = "warning", reasons: str = "An apology was made", *, now=START + 3 * HOUR):
        return draft_decision(case_id=self.case.pk, kind=kind, reasons=reasons, by=self.head, now=now)

    def confirm(self, row: Any, *, now=START + 4 * HOUR, by: User | None = None):
        done = confirm_decision(decision_id=row.pk, expected=row.revision, by=by or self.manager, now=now)
        self.case.refresh_from_db()
        return done
