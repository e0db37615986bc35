"""Every path of the procedure, and every forbidden step at every point of it, by the services that people use.

The table is ``discipline.transitions``: the walk takes each step that it opens, and at each point tries each that it
does not.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from functools import partial

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction

from discipline.models import Case, CaseKind, CaseState, Decision, Meeting, MeetingState, Penalty, Step
from discipline.services.closing import close_case
from discipline.services.complaints import draft_complaint, issue_complaint
from discipline.services.evidence import add_fact
from discipline.services.meetings import call_off_meeting
from discipline.services.penalties import take_effect
from discipline.services.votes import cast_vote
from discipline.sweeps import COMPLAINTS_SENT, WITHDRAW_CASES
from discipline.transitions import FINAL_STATES, OPEN_STATES, PENDING_STATES, TRANSITIONS, after
from enforcement.runner import run
from mentoring.models import Streak
from record.models import Message
from rulebook.errors import RuleError

from .board_world import HOUR, INFORMED, NOW, START, BoardWorld

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
MOST = 1  # adjournments on one path: a second one leads where the first one led


class Walk:
    """One case; each method takes the step of its name by the real services."""

    def __init__(self) -> None:
        self.world = BoardWorld(CaseKind.ABUSE, informed=False)
        world = self.world
        streak = Streak.objects.create(
            enrolment=world.enrolment,
            reached_at=INFORMED - DAY,
            policy_id="2026-01",
            taken_up_at=INFORMED - DAY,
        )
        # What people run and what the absences opened meet in one case: the walk can withdraw it, too.
        self.case = Case.objects.create(
            kind=CaseKind.ATTENDANCE,
            student=world.enrolment.student,
            enrolment=world.enrolment,
            streak=streak,
            clause="3.2",
            policy_id="2026-01",
            opened_at=INFORMED - DAY,
            facts="{}",
        )
        world.case = self.case
        world.compose(representative=False)

    @property
    def state(self) -> str:
        return str(Case.objects.values_list("state", flat=True).get(pk=self.case.pk))

    def inform(self) -> None:
        by, pk = self.world.head, self.case.pk
        add_fact(case_id=pk, text="A fact.", clause="3.2", by=by, now=INFORMED - HOUR)
        draft = draft_complaint(case_id=pk, facts="x", clauses=["3.2"], by=by, now=INFORMED - HOUR)
        issued = issue_complaint(complaint_id=draft.pk, by=by, now=INFORMED - HOUR)
        Message.objects.filter(occasion=issued.message_occasion).update(state="sent", sent_at=INFORMED)
        run(COMPLAINTS_SENT, INFORMED, heartbeat=False)

    def summon(self) -> None:
        starts_at = START + 7 * DAY * Meeting.objects.filter(case=self.case).count()
        self.world.send(self.world.summon(starts_at, now=NOW), NOW + HOUR)

    def adjourn(self) -> None:
        call_off_meeting(meeting_id=self._planned().pk, reason="Ill.", by=self.world.head, now=NOW + DAY)

    def hear(self) -> None:
        meeting = self._planned()
        self.world.hold(meeting, now=meeting.starts_at + HOUR)

    def decide(self) -> None:
        world, held = self.world, Meeting.objects.filter(case=self.case, state=MeetingState.HELD).first()
        at = START + 14 * DAY
        if held is not None:
            for user in (world.head, world.manager):
                cast_vote(meeting_id=held.pk, choice="warning", reasons="x", by=user, now=at)
        world.confirm(world.draft("warning", now=at), now=at + HOUR)

    def conclude(self) -> None:
        penalty = Penalty.objects.get(case=self.case)
        at = penalty.decided_at + 3 * DAY
        rule = "delivered" if penalty.decision.needs_letter else "on_sending"
        take_effect(penalty_id=penalty.pk, at=at, rule=rule, now=at)

    def close(self) -> None:
        close_case(case_id=self.case.pk, reasons="Nothing in it.", by=self.world.head, now=NOW + DAY)

    def withdraw(self) -> None:
        Streak.objects.filter(case=self.case).update(undone_at=NOW + DAY)
        run(WITHDRAW_CASES, NOW + 2 * DAY, heartbeat=False)

    def _planned(self) -> Meeting:
        planned = Meeting.objects.filter(case=self.case, state=MeetingState.PLANNED)
        return planned.get()

    def take(self, step: Step) -> None:
        act: Callable[[], None] = getattr(self, step.value)
        act()


class _Undo(Exception):
    pass


def attempt(act: Callable[[], None]) -> None:
    """Do it, look at what came of it, and take it back."""
    try:
        with transaction.atomic():
            act()
            raise _Undo
    except _Undo:
        pass


REFUSED = (RuleError, PermissionDenied, IntegrityError, Meeting.DoesNotExist, Penalty.DoesNotExist)
"""What a step meets that the procedure does not open: a rule, a permission, the database, or nothing to act on."""


def test_every_path_and_every_forbidden_step() -> None:
    walk = Walk()
    seen: Counter[tuple[str, ...]] = Counter()
    forbidden: set[tuple[str, str]] = set()

    def stand(path: tuple[str, ...]) -> None:
        state = walk.state
        steps = TRANSITIONS[CaseState(state)]
        for step in Step:
            if step not in steps:
                forbidden.add((state, step.value))
                attempt(partial(refuse, step, state, path))
            elif path.count(Step.ADJOURN.value) < MOST or step is not Step.ADJOURN:
                attempt(partial(go, step, path))
        if not steps:
            seen[path] += 1

    def refuse(step: Step, state: str, path: tuple[str, ...]) -> None:
        try:
            with transaction.atomic():
                walk.take(step)
        except REFUSED:
            pass
        assert walk.state == state, (path, step)
        before = Decision.objects.filter(case=walk.case, confirmed_at__isnull=False).count()
        assert before == ("decide" in path), (path, step)

    def go(step: Step, path: tuple[str, ...]) -> None:
        expected = after(walk.state, step)
        walk.take(step)
        assert walk.state == expected, (path, step)
        if "inform" not in (*path, step.value):
            assert not Decision.objects.exists() and not Penalty.objects.exists()
        stand((*path, step.value))

    stand(())
    # A path ends closed, withdrawn or concluded, with and without a meeting, with and without an adjournment.
    assert len(seen) == 18 and set(seen.values()) == {1}
    assert ("inform", "decide", "conclude") in seen
    assert ("inform", "summon", "adjourn", "summon", "hear", "decide", "conclude") in seen
    pairs = {
        (state.value, step.value) for state in CaseState for step in Step if step not in TRANSITIONS[state]
    }
    assert forbidden == pairs


def test_the_groups_of_states_follow_from_the_table() -> None:
    assert set(PENDING_STATES) == {"open", "informed", "summoned", "heard"}
    assert set(OPEN_STATES) == {*PENDING_STATES, "decided"}
    assert set(FINAL_STATES) == {"concluded", "closed", "withdrawn"}


@pytest.mark.parametrize("state", FINAL_STATES)
def test_nothing_follows_an_end(state) -> None:
    for step in Step:
        with pytest.raises(RuleError):
            after(state, step)
