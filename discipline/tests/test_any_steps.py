"""Random legal and illegal steps of disciplinary proceedings, one after the other: what holds after each of them.

``CASE_WALKS`` and ``CASE_STEPS`` make it walk further (200 walks of 120 steps take some minutes).
"""

from __future__ import annotations

import os
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from hypothesis import HealthCheck, Phase, event, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from accounts.models import Role, User
from discipline.models import (
    VOTING_ROLES,
    Case,
    CaseState,
    Complaint,
    Decision,
    Meeting,
    MeetingAttendance,
    Penalty,
    PenaltyKind,
    StudentRepresentative,
    Vote,
)
from discipline.services.closing import close_case
from discipline.services.companions import answer_companion, ask_companion
from discipline.services.complaints import draft_complaint, issue_complaint
from discipline.services.decisions import confirm_decision, draft_decision
from discipline.services.evidence import add_fact
from discipline.services.meetings import call_off_meeting, hold_meeting
from discipline.services.members import name_member, step_back
from discipline.services.penalties import set_day
from discipline.services.replies import reply_to_complaint
from discipline.services.summonses import MeetingPlan, summon
from discipline.services.votes import cast_vote, give_advice
from discipline.sweeps import SWEEPS
from discipline.transitions import TRANSITIONS
from enforcement.runner import run
from record.letters.services import record_deposit, record_receipt
from record.models import Letter, Message
from record.sweeps import SWEEPS as RECORD_SWEEPS
from rulebook.board import earliest_meeting
from rulebook.dates import local_date
from rulebook.decisions import SCALE, Measure
from rulebook.errors import RuleError
from rulebook.policy import get_policy
from students.models import Enrolment, PostalAddress
from students.permissions import access_of
from tests.factories import make_enrolment, make_path, make_student, make_user

from .making import make_case

WALKS = int(os.environ.get("CASE_WALKS", "5"))
STEPS = int(os.environ.get("CASE_STEPS", "40"))
START = datetime(2026, 1, 29, 9, 0, tzinfo=UTC)  # a month whose last days February has not
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
BOARD = get_policy("2026-01").board
ACTS = {
    "discipline.complaints_sent",
    "discipline.summonses_sent",
    "discipline.meetings_off",
    "discipline.prepare_letters",
    "discipline.penalties_effective",
    "discipline.suspensions_lifted",
    "hand_over_letters",
    "escalate_letters",
    "mark_late_letters",
}
"""The sweeps that this case can fall due for."""
TIME = [each for each in (*SWEEPS, *RECORD_SWEEPS) if each.name in ACTS]
MEASURES = [each.value for each in Measure]
WHO = ("head", "manager", "representative", "student", "fellow", "mentor", "stranger", "other_head")
PDF = b"%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"


def after(state: str) -> set[str]:
    """Every state that a case can reach from here, itself included."""
    found, new = {state}, [state]
    while new:
        for step in TRANSITIONS[CaseState(new.pop())].values():
            if step not in found:
                found.add(step.value)
                new.append(step.value)
    return found


class Proceedings(RuleBasedStateMachine):
    """One case, the people around it, and a clock that only goes forward. Each step is tried by anybody, at any time:
    a service does it or refuses it, and what must hold holds either way."""

    def __init__(self) -> None:
        super().__init__()
        self.room = transaction.atomic()
        self.room.__enter__()
        self.now = START
        self.letters = 0

    def teardown(self) -> None:
        event(f"the case came to: {getattr(self, 'state', '')}")
        transaction.set_rollback(True)
        self.room.__exit__(None, None, None)

    @initialize(kind=st.sampled_from(["abuse", "conduct", "plagiarism"]))
    def open(self, kind: str) -> None:
        manager = make_user(Role.LEARNING_MANAGER)
        path = make_path(learning_manager=manager)
        enrolment = make_enrolment(
            path=path, starts_on=START.date() - 90 * DAY, ends_on=START.date() + 600 * DAY
        )
        fellow, representative = make_student().user, make_student().user
        for user in (fellow, representative):
            make_enrolment(path=path, student=user.student)
        StudentRepresentative.objects.create(user=representative, path=path, starts_on=START.date())
        self.case_id = make_case(enrolment, kind=kind, opened_at=self.now).pk
        self.enrolment_id = enrolment.pk
        self.people: dict[str, User] = {
            "head": make_user(Role.HEAD_OF_LEARNING),
            "other_head": make_user(Role.HEAD_OF_LEARNING),
            "manager": manager,
            "representative": representative,
            "student": enrolment.student.user,
            "fellow": fellow,
            "mentor": make_user(Role.MENTOR),
            "stranger": make_user(Role.LEARNING_MANAGER),
        }
        PostalAddress.objects.create(
            user=enrolment.student.user,
            line_1="1 Example Street",
            postal_code="75001",
            city="Paris",
            changed_at=self.now,
        )
        self.state: str = CaseState.OPEN

    # --- What is tried

    def case(self) -> Case:
        return Case.objects.select_related("student__user", "enrolment__path").get(pk=self.case_id)

    def attempt(self, service: Any, **given: Any) -> None:
        """A service does it, or refuses it in its own words; anything else is a bug."""
        try:
            with transaction.atomic():
                service(**given, now=self.now)
        except (RuleError, PermissionDenied):
            pass

    def meeting(self) -> Meeting | None:
        return Meeting.objects.filter(case=self.case_id).order_by("-pk").first()

    @rule(minutes=st.sampled_from([1, 60, 24 * 60, 3 * 24 * 60, 8 * 24 * 60]))
    def time_passes(self, minutes: int) -> None:
        self.now += timedelta(minutes=minutes)

    @rule()
    def time_acts(self) -> None:
        """The sweeps run, as often as it takes."""
        for sweep in TIME:
            run(sweep, self.now, heartbeat=False)

    @rule()
    def post_goes_out(self) -> None:
        waiting = Message.objects.filter(state=Message.State.PENDING, due_at__lte=self.now)
        waiting.update(state=Message.State.SENT, sent_at=self.now, subject="S", body_text="B", body_html="B")

    @rule(who=st.sampled_from(WHO))
    def complain(self, who: str) -> None:
        case = self.case()
        self.attempt(
            draft_complaint, case_id=case.pk, facts="Insults", clauses=[case.clause], by=self.people[who]
        )

    @rule(who=st.sampled_from(WHO))
    def add_fact(self, who: str) -> None:
        case = self.case()
        self.attempt(add_fact, case_id=case.pk, text="A post", clause=case.clause, by=self.people[who])

    @rule(who=st.sampled_from(WHO))
    def send_complaint(self, who: str) -> None:
        draft = Complaint.objects.filter(case=self.case_id).order_by("-pk").first()
        if draft is not None:
            self.attempt(issue_complaint, complaint_id=draft.pk, by=self.people[who])

    @rule(who=st.sampled_from(WHO))
    def reply(self, who: str) -> None:
        self.attempt(reply_to_complaint, case_id=self.case_id, text="I am sorry", by=self.people[who])

    @rule(
        who=st.sampled_from(WHO),
        whom=st.sampled_from(WHO),
        seat=st.sampled_from(["chair", "learning_manager", "representative"]),
    )
    def name(self, who: str, whom: str, seat: str) -> None:
        self.attempt(
            name_member, case_id=self.case_id, seat=seat, user_id=self.people[whom].pk, by=self.people[who]
        )

    @rule()
    def compose(self) -> None:
        """The whole Board at once, as it mostly is: else a random walk would seldom have one."""
        for seat, whom in (
            ("chair", "head"),
            ("learning_manager", "manager"),
            ("representative", "representative"),
        ):
            self.name("head", whom, seat)

    @rule(who=st.sampled_from(WHO), recused=st.booleans())
    def step_back(self, who: str, recused: bool) -> None:
        row = self.case().members.filter(user=self.people[who]).order_by("-pk").first()
        if row is not None:
            self.attempt(
                step_back, member_id=row.pk, reason="I know them", by=self.people[who], recused=recused
            )

    @rule(whom=st.sampled_from(WHO), accept=st.booleans())
    def accompany(self, whom: str, accept: bool) -> None:
        self.attempt(
            ask_companion, case_id=self.case_id, email=self.people[whom].email, by=self.people["student"]
        )
        row = self.case().companions.filter(user=self.people[whom]).order_by("-pk").first()
        if row is not None:
            self.attempt(answer_companion, companion_id=row.pk, accept=accept, by=self.people[whom])

    @rule(who=st.sampled_from(WHO), hours=st.sampled_from([1, 71, 72, 73, 96, 200]), video=st.booleans())
    def summon(self, who: str, hours: int, video: bool) -> None:
        starts_at = self.now + hours * HOUR
        plan = MeetingPlan(
            starts_at=starts_at,
            ends_at=starts_at + HOUR,
            place="By video",
            video_link="https://video.example.org/board" if video else "",
            purpose="A penalty",
            grounds="Insults",
        )
        self.attempt(summon, case_id=self.case_id, plan=plan, channel="email", by=self.people[who])

    @rule()
    def go_to_the_meeting(self) -> None:
        """Wait until the planned meeting is over."""
        row = self.meeting()
        if row is not None and row.state == "planned":
            self.now = max(self.now, row.ends_at)

    @rule(who=st.sampled_from(WHO), student=st.booleans(), missing=st.sampled_from(["", "head", "manager"]))
    def hold(self, who: str, student: bool, missing: str) -> None:
        row = self.meeting()
        if row is None:
            return
        there = (
            self.case().members.exclude(user=self.people.get(missing))
            if missing
            else self.case().members.all()
        )
        self.attempt(
            hold_meeting,
            meeting_id=row.pk,
            grounds_stated="Insults",
            explanations="I am sorry" if student else "",
            present=set(there.values_list("pk", flat=True)),
            student_present=student,
            companion_present=False,
            by=self.people[who],
        )

    @rule(who=st.sampled_from(WHO))
    def call_off(self, who: str) -> None:
        row = self.meeting()
        if row is not None:
            self.attempt(call_off_meeting, meeting_id=row.pk, reason="The room is gone", by=self.people[who])

    @rule(who=st.sampled_from(WHO), choice=st.sampled_from([*MEASURES, "fine"]))
    def vote(self, who: str, choice: str) -> None:
        row = self.meeting()
        if row is not None:
            self.attempt(
                cast_vote, meeting_id=row.pk, choice=choice, reasons="So I see it", by=self.people[who]
            )

    @rule(choice=st.sampled_from(MEASURES))
    def vote_together(self, choice: str) -> None:
        for who in ("head", "manager"):
            self.vote(who, choice)

    @rule(who=st.sampled_from(WHO))
    def advise(self, who: str) -> None:
        row = self.meeting()
        if row is not None:
            self.attempt(give_advice, meeting_id=row.pk, text="Be mild", by=self.people[who])

    @rule(who=st.sampled_from(WHO), kind=st.sampled_from([*MEASURES, "fine"]))
    def draft(self, who: str, kind: str) -> None:
        self.attempt(draft_decision, case_id=self.case_id, kind=kind, reasons="Insults", by=self.people[who])

    @rule(who=st.sampled_from(WHO), stale=st.booleans())
    def confirm(self, who: str, stale: bool) -> None:
        row = Decision.objects.filter(case=self.case_id).first()
        if row is not None:
            self.attempt(
                confirm_decision,
                decision_id=row.pk,
                expected=row.revision - stale,
                by=self.people[who],
            )

    @rule()
    def decide(self) -> None:
        """What the votes came to, drafted and confirmed."""
        for kind in MEASURES:
            self.draft("head", kind)
        self.confirm("manager", stale=False)

    @rule(choice=st.sampled_from(MEASURES))
    def go_on(self, choice: str) -> None:
        """The lawful way to the next stage, from wherever the case stands: else few walks would come far."""
        match self.state:
            case CaseState.OPEN:
                self.add_fact("head")
                self.complain("head")
                self.send_complaint("head")
            case CaseState.INFORMED:
                self.compose()
                self.summon("head", 96, video=True)
            case CaseState.SUMMONED:
                self.go_to_the_meeting()
                self.hold("head", student=True, missing="")
            case CaseState.HEARD:
                self.vote_together(choice)
                self.decide()
            case CaseState.DECIDED:
                self.now += 3 * DAY
                self.time_acts()
                self.now += HOUR
                self.carry("delivered", 0)
        self.post_goes_out()
        self.time_acts()

    @rule(choice=st.sampled_from(MEASURES), times=st.integers(1, 3))
    def go_on_quickly(self, choice: str, times: int) -> None:
        for _ in range(times):
            self.state = self.case().state
            self.go_on(choice)

    @rule(choice=st.sampled_from(["suspension", "exclusion", "discontinuation"]))
    def go_on_severely(self, choice: str) -> None:
        self.go_on(choice)

    @rule(who=st.sampled_from(WHO))
    def close(self, who: str) -> None:
        # Seldom: a case that is closed walks no further.
        if self.now.minute % 7 == 3:
            self.attempt(close_case, case_id=self.case_id, reasons="Settled", by=self.people[who])

    @rule(
        kind=st.sampled_from(["presented", "delivered", "refused", "unclaimed"]),
        days=st.sampled_from([0, 1, 3]),
    )
    def carry(self, kind: str, days: int) -> None:
        """The letter is posted, and comes back."""
        row = Letter.objects.filter(template="decision", about=f"discipline.case:{self.case_id}").first()
        if row is None:
            return
        self.letters += 1
        by = self.people["head"]
        self.attempt(
            record_deposit,
            letter_id=row.pk,
            tracking_number=f"RK{row.pk}X{self.letters:04d}",
            happened_at=self.now,
            by=by,
        )
        self.now += days * DAY
        upload = None if kind == "presented" else SimpleUploadedFile("receipt.pdf", PDF)
        self.attempt(record_receipt, letter_id=row.pk, kind=kind, happened_at=self.now, upload=upload, by=by)

    @rule(who=st.sampled_from(WHO), days=st.integers(-1, 3))
    def set_the_day(self, who: str, days: int) -> None:
        row = Penalty.objects.filter(case=self.case_id).first()
        if row is not None:
            day = local_date(self.now, "Europe/Paris") + days * DAY
            self.attempt(set_day, penalty_id=row.pk, day=day, reasons="No receipt", by=self.people[who])

    # --- What holds

    @invariant()
    def the_case_moves_along_the_table(self) -> None:
        if not hasattr(self, "case_id"):
            return
        state = self.case().state
        assert state in after(self.state), (self.state, state)
        self.state = state

    @invariant()
    def no_penalty_comes_before_a_sent_complaint_or_beyond_the_scale(self) -> None:
        if not hasattr(self, "case_id"):
            return
        rows = list(Penalty.objects.filter(case=self.case_id).select_related("decision__meeting", "case"))
        assert len(rows) <= 1
        for row in rows:
            sent = Complaint.objects.filter(case=self.case_id, sent_at__lte=row.decided_at).first()
            assert sent is not None
            assert Message.objects.filter(occasion=sent.message_occasion, sent_at=sent.sent_at).exists()
            assert row.kind in SCALE
            assert row.decision.confirmed_by_id != row.decision.drafted_by_id
            if row.kind != PenaltyKind.WARNING:
                assert row.decision.meeting is not None and row.decision.meeting.held_at is not None
        assert Decision.objects.filter(case=self.case_id).count() <= 1

    @invariant()
    def no_meeting_is_held_too_soon_nor_with_anybody_recused(self) -> None:
        if not hasattr(self, "case_id"):
            return
        held = Meeting.objects.filter(case=self.case_id, state="held").first()
        if held is None or held.held_at is None:
            return
        summons = held.summonses.get(superseded_at__isnull=True)
        assert summons.dispatched_at is not None
        assert earliest_meeting(summons.dispatched_at, BOARD) <= held.starts_at <= held.held_at
        there = MeetingAttendance.objects.filter(meeting=held, present=True).select_related("member")
        assert {row.member.role for row in there} >= set(VOTING_ROLES)
        for row in there:
            gone = row.member.recused_at or row.member.left_at
            assert gone is None or held.minutes_at is None or gone >= held.minutes_at, row.member

    @invariant()
    def nobody_votes_twice_and_no_advice_is_counted(self) -> None:
        if not hasattr(self, "case_id"):
            return
        votes = list(Vote.objects.filter(meeting__case=self.case_id).select_related("member"))
        assert all(row.member.role in VOTING_ROLES for row in votes)
        assert len({(row.meeting_id, row.member_id) for row in votes}) == len(votes)

    @invariant()
    def no_letter_arrives_outside_its_window_without_a_mark(self) -> None:
        if not hasattr(self, "case_id"):
            return
        rows = Letter.objects.filter(about=f"discipline.case:{self.case_id}", template="decision")
        for row in rows:
            came = row.received_at
            if came is not None and came < row.earliest_at:
                assert row.early
            if came is not None and row.latest_at is not None and came >= row.latest_at:
                assert row.late_at is not None
            assert row.handed_over_at is None or row.handed_over_at >= row.earliest_at
        assert rows.count() <= 1

    @invariant()
    def access_is_closed_exactly_while_a_penalty_says_so(self) -> None:
        if not hasattr(self, "case_id"):
            return
        enrolment = Enrolment.objects.get(pk=self.enrolment_id)
        today = local_date(self.now, enrolment.time_zone)
        closed = False
        for row in Penalty.objects.filter(case=self.case_id, effective_at__lte=self.now):
            if row.kind == PenaltyKind.SUSPENSION:
                assert row.starts_on is not None and row.ends_on is not None
                closed |= row.starts_on <= today <= row.ends_on
            elif row.kind in (PenaltyKind.EXCLUSION, PenaltyKind.DISCONTINUATION):
                closed = True
                assert row.ban_until is not None and row.ban_until > local_date(
                    row.decided_at, "Europe/Paris"
                )
        assert access_of(enrolment, self.now).open is not closed, (today, closed)


@pytest.mark.django_db
def test_whatever_is_tried_due_process_holds() -> None:
    run_state_machine_as_test(
        Proceedings,
        settings=settings(
            max_examples=WALKS,
            stateful_step_count=STEPS,
            deadline=None,
            derandomize="CASE_WALKS" not in os.environ,
            database=None,
            phases=[Phase.generate, Phase.shrink],
            suppress_health_check=list(HealthCheck),
        ),
    )
