"""A Board's people at once: one vote each, one decision and one penalty, a meeting that moves while it is recorded."""

from __future__ import annotations

from functools import partial

import pytest

from accounts.models import Role
from discipline.models import BoardMember, Case, Decision, Meeting, Penalty, Vote
from discipline.services import decisions, meetings, members, summonses, votes
from discipline.tests.board_world import HOUR, NOW, START, BoardWorld
from rulebook.errors import RuleError
from tests.factories import make_user

from .meeting import meet

pytestmark = [pytest.mark.postgresql, pytest.mark.django_db(transaction=True)]


def refused(run, field: str) -> bool:
    return isinstance(run.error, RuleError) and run.error.field == field


@pytest.fixture
def heard() -> tuple[BoardWorld, Meeting]:
    world = BoardWorld()
    return world, world.held(representative=False)


def vote(world: BoardWorld, meeting: Meeting, choice: str):
    return partial(
        votes.cast_vote, meeting_id=meeting.pk, choice=choice, reasons="x", by=world.head, now=START + HOUR
    )


def test_abuse_49_two_votes_of_one_member_at_once(heard, monkeypatch) -> None:
    world, meeting = heard
    first, second = meet(
        monkeypatch, votes, "write", vote(world, meeting, "warning"), vote(world, meeting, "exclusion")
    )
    assert (first.error, second.waited) == (None, True)
    assert refused(second, "votes")
    assert Vote.objects.get().choice == "warning"


def test_abuse_49_without_the_lock_the_database_keeps_one_vote(heard, unlock, monkeypatch) -> None:
    world, meeting = heard
    unlock(Case)
    meet(monkeypatch, votes, "write", vote(world, meeting, "warning"), vote(world, meeting, "exclusion"))
    assert Vote.objects.count() == 1


def test_abuse_51_two_signatures_at_once_make_one_penalty(heard, monkeypatch) -> None:
    world, meeting = heard
    world.vote(meeting)
    row = world.draft()
    sign = partial(
        decisions.confirm_decision,
        decision_id=row.pk,
        expected=row.revision,
        by=world.manager,
        now=START + 4 * HOUR,
    )
    first, second = meet(monkeypatch, decisions, "write", sign, sign)
    assert (first.error, second.waited) == (None, True)
    assert refused(second, "decision")
    assert Penalty.objects.count() == 1


def test_abuse_53_a_draft_written_again_while_it_is_signed_is_not_signed(heard, monkeypatch) -> None:
    world, meeting = heard
    world.vote(meeting)
    row = world.draft()
    again = partial(
        decisions.draft_decision,
        case_id=world.case.pk,
        kind="warning",
        reasons="Other words",
        by=world.head,
        now=START + 4 * HOUR,
    )
    sign = partial(
        decisions.confirm_decision,
        decision_id=row.pk,
        expected=row.revision,
        by=world.manager,
        now=START + 4 * HOUR,
    )
    first, second = meet(monkeypatch, decisions, "write", again, sign)
    assert (first.error, second.waited) == (None, True)
    assert refused(second, "decision")
    assert Decision.objects.get().confirmed_at is None


def test_abuse_38_a_meeting_that_moves_while_it_is_recorded_is_not_held(monkeypatch) -> None:
    world = BoardWorld()
    world.compose(representative=False)
    row = world.send(world.summon(), NOW + HOUR)
    move = partial(world.summon, START + 96 * HOUR, now=START)
    record = partial(
        meetings.hold_meeting,
        meeting_id=row.meeting_id,
        grounds_stated="Insults",
        explanations="Sorry",
        present=set(world.case.members.values_list("pk", flat=True)),
        student_present=True,
        companion_present=False,
        by=world.head,
        now=START + HOUR,
    )
    first, second = meet(monkeypatch, summonses, "write", move, record)
    assert (first.error, second.waited) == (None, True)
    assert refused(second, "summons")
    assert Meeting.objects.get().state == "planned"


def test_abuse_51_two_chairs_named_at_once_are_one(monkeypatch) -> None:
    world = BoardWorld()
    other = make_user(Role.HEAD_OF_LEARNING)

    def name(user):
        return partial(
            members.name_member,
            case_id=world.case.pk,
            seat="chair",
            user_id=user.pk,
            by=world.manager,
            now=NOW,
        )

    first, second = meet(monkeypatch, members, "write", name(world.head), name(other))
    assert (first.error, second.waited) == (None, True)
    assert refused(second, "seat")
    assert BoardMember.objects.get().user == world.head
