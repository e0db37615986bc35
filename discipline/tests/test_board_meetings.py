"""The meeting, its votes and the decision with two signatures (B1, B2, B4, B5, B6)."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, IntegrityError, transaction

from accounts.models import Role
from discipline.models import Case, CaseState, Decision, Meeting, Penalty, Vote
from discipline.purposes import reads_excuse
from discipline.selectors.board import decisions_for, seat_of
from discipline.services.companions import answer_companion, ask_companion
from discipline.services.decisions import confirm_decision, draft_decision, return_draft
from discipline.services.meetings import decide_excuse, send_excuse
from discipline.services.votes import cast_vote, give_advice
from discipline.sweeps.board import BOARD_OWES, MEETINGS_OFF, MEETINGS_SOON
from enforcement.runner import run
from record.models import Entry, Message
from record.rendering import render
from rulebook.errors import RuleError
from tests.factories import make_user
from tests.papers import pdf

from .board_world import HOUR, INFORMED, NOW, START, US, BoardWorld

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> BoardWorld:
    return BoardWorld()


def refused(field: str, call, *args, **kwargs) -> RuleError:
    with pytest.raises(RuleError) as caught:
        call(*args, **kwargs)
    assert caught.value.field == field
    return caught.value


def planned(world: BoardWorld) -> Meeting:
    world.compose()
    return world.send(world.summon(), NOW + HOUR).meeting


def test_b4_a_meeting_is_held_with_what_was_said(world) -> None:
    meeting = world.held()
    assert (meeting.state, meeting.held_at, meeting.minutes_at) == ("held", START, START + HOUR)
    assert (world.case.state, world.case.heard_at) == (CaseState.HEARD, START)
    assert {row.member.role: row.present for row in meeting.attendances.all()} == {
        "chair": True,
        "learning_manager": True,
        "representative": True,
    }
    told = Message.objects.get(occasion__startswith="board-held:")
    text = render(told.kind, told.context, world.student).text
    assert "Wednesday 18 March 2026" in text  # day 2
    assert "Wednesday 1 April 2026" in text  # the first moment after day 15


def test_b2_a_meeting_needs_chair_and_learning_manager(world) -> None:
    meeting = planned(world)
    chair = seat_of(world.head, world.case)
    refused("attendance", world.hold, meeting, present={chair.pk})
    other = BoardWorld()
    other.compose()
    refused("attendance", world.hold, meeting, present={seat_of(other.head, other.case).pk})
    with pytest.raises(PermissionDenied):
        world.hold(meeting, by=world.representative)


def test_b4_it_goes_ahead_without_the_student_and_says_so(world) -> None:
    meeting = planned(world)
    refused("explanations", world.hold, meeting, student_present=False, explanations="")
    world.hold(meeting, student_present=False, explanations="Did not come; wrote that she is sorry")
    assert world.case.state == CaseState.HEARD


def test_b4_nothing_is_held_before_it_begins(world) -> None:
    meeting = planned(world)
    refused("held_at", world.hold, meeting, now=START - US)


def test_b4_a_proved_circumstance_adjourns_and_needs_a_new_summons(world) -> None:
    meeting = planned(world)
    send = {"meeting_id": meeting.pk, "text": "In hospital", "of_companion": False, "by": world.student,
            "now": START - HOUR}  # fmt: skip
    refused("document", send_excuse, ground="illness", upload=None, **send)
    refused("ground", send_excuse, ground="work", upload=pdf(), **send)
    row = send_excuse(ground="illness", upload=pdf("hospital.pdf"), **send)
    refused("excuse", world.hold, meeting, student_present=False)
    decide_excuse(excuse_id=row.pk, accept=True, reasons="", by=world.head, now=START)
    meeting.refresh_from_db()
    world.case.refresh_from_db()
    assert (meeting.state, meeting.proof, world.case.state) == ("adjourned", row.document, CaseState.INFORMED)
    refused("meeting", world.hold, meeting)
    again = world.send(world.summon(START + 96 * HOUR, now=START), START)
    assert again.meeting_id != meeting.pk
    world.hold(again.meeting, now=START + 97 * HOUR)


def test_b4_a_refused_proof_lets_the_meeting_take_place(world) -> None:
    meeting = planned(world)
    row = send_excuse(meeting_id=meeting.pk, ground="illness", text="", of_companion=False, upload=pdf(),
                      by=world.student, now=START - HOUR)  # fmt: skip
    with pytest.raises(PermissionDenied):
        decide_excuse(excuse_id=row.pk, accept=True, reasons="", by=world.representative, now=START)
    refused("reasons", decide_excuse, excuse_id=row.pk, accept=False, reasons="", by=world.head, now=START)
    decide_excuse(excuse_id=row.pk, accept=False, reasons="It is of last year", by=world.head, now=START)
    world.hold(meeting, student_present=False, explanations="Did not come")


def test_b4_the_companions_circumstance_adjourns_too(world) -> None:
    fellow = world.fellow()
    asked = ask_companion(case_id=world.case.pk, email=fellow.email, by=world.student, now=NOW)
    answer_companion(companion_id=asked.pk, accept=True, by=fellow, now=NOW)
    meeting = planned(world)
    assert Message.objects.filter(kind="board_invitation", recipient=fellow).exists()
    row = send_excuse(meeting_id=meeting.pk, ground="accident", text="", of_companion=True, upload=pdf(),
                      by=fellow, now=START)  # fmt: skip
    assert reads_excuse(fellow, row.document)
    decide_excuse(excuse_id=row.pk, accept=True, reasons="", by=world.manager, now=START)
    assert Case.objects.get(pk=world.case.pk).state == CaseState.INFORMED


def test_abuse_7_the_representative_sees_no_proof_of_illness(world) -> None:
    meeting = planned(world)
    row = send_excuse(meeting_id=meeting.pk, ground="illness", text="", of_companion=False, upload=pdf(),
                      by=world.student, now=START)  # fmt: skip
    readers = [world.student, world.head, world.manager]
    others = [world.representative, make_user(Role.STUDENT_SUCCESS), make_user(Role.HEAD_OF_LEARNING)]
    assert [reads_excuse(user, row.document) for user in readers] == [True] * 3
    assert [reads_excuse(user, row.document) for user in others] == [False] * 3
    entry = Entry.objects.get(kind="excuse_sent")
    assert "illness" not in entry.payload


# ---- votes


def test_abuse_49_a_member_votes_once(world) -> None:
    meeting = world.held()
    chair = world.case.members.get(role="chair")
    vote = {"meeting_id": meeting.pk, "reasons": "So I see it", "by": world.head, "now": START + HOUR}
    cast_vote(choice="warning", **vote)
    refused("votes", cast_vote, choice="exclusion", **vote)
    with pytest.raises(IntegrityError), transaction.atomic():
        Vote.objects.create(meeting=meeting, member=chair, choice="none",
                            reasons="Again", cast_at=START)  # fmt: skip


def test_abuse_50_the_representative_advises_and_does_not_vote(world) -> None:
    meeting = world.held()
    with pytest.raises(PermissionDenied):
        cast_vote(meeting_id=meeting.pk, choice="exclusion", reasons="x", by=world.representative, now=START)
    give_advice(meeting_id=meeting.pk, text="A warning will do", by=world.representative, now=START + HOUR)
    with pytest.raises(PermissionDenied):
        give_advice(meeting_id=meeting.pk, text="Mine too", by=world.head, now=START + HOUR)
    refused("votes", world.draft)
    world.vote(meeting, "suspension")
    assert world.draft("suspension").penalty_kind == "suspension"


def test_abuse_47_no_vote_beyond_the_scale(world) -> None:
    meeting = world.held()
    for choice in ("fine", "discontinuation", ""):
        refused("kind", cast_vote, meeting_id=meeting.pk, choice=choice, reasons="x", by=world.head,
                now=START + HOUR)  # fmt: skip


def test_b2_who_was_not_there_does_not_vote_and_nobody_before_the_meeting(world) -> None:
    meeting = planned(world)
    refused("meeting", cast_vote, meeting_id=meeting.pk, choice="none", reasons="x", by=world.head, now=START)
    refused("meeting", give_advice, meeting_id=meeting.pk, text="x", by=world.representative, now=START)


def test_b5_what_was_voted_stands_in_no_record_that_the_student_reads(world) -> None:
    meeting = world.held()
    world.vote(meeting, "exclusion", "suspension")
    world.confirm(world.draft("suspension", "Because of the repetition"))
    payloads = str(list(Entry.objects.values_list("payload", flat=True)))
    contexts = str(list(Message.objects.filter(recipient=world.student).values_list("context", flat=True)))
    for word in ("exclusion", "suspension", "So I see it", "Because of the repetition"):
        assert word not in payloads
        assert word not in contexts


# ---- decisions


def test_b6_two_people_sign(world) -> None:
    world.vote(world.held(), "suspension")
    row = world.draft("suspension")
    assert row.needs_letter
    for user in (world.head, world.representative, make_user(Role.LEARNING_MANAGER)):
        with pytest.raises(PermissionDenied):
            world.confirm(row, by=user)
    with pytest.raises(PermissionDenied):
        draft_decision(case_id=world.case.pk, kind="suspension", reasons="x", by=world.manager, now=START)
    done = world.confirm(row)
    assert (done.confirmed_by, world.case.state) == (world.manager, CaseState.DECIDED)
    penalty = Penalty.objects.get()
    assert (penalty.kind, penalty.effective_at) == ("suspension", None)


def test_b5_the_milder_of_two_votes_is_decided(world) -> None:
    world.vote(world.held(), "exclusion", "warning")
    refused("kind", world.draft, "exclusion")
    refused("reasons", world.draft, "warning", " ")
    assert world.draft("warning").needs_letter  # a warning that a meeting decided


def test_b10_a_vote_for_no_penalty_is_no_decision(world) -> None:
    world.vote(world.held(), "none", "exclusion")
    refused("kind", world.draft, "warning")
    refused("kind", world.draft, "none")
    assert not Decision.objects.exists()


def test_b5_a_warning_follows_the_explanations_without_a_meeting(world) -> None:
    world.compose(representative=False)
    too_soon = INFORMED + timedelta(hours=72) - US
    refused("explanations", world.draft, "warning", now=too_soon)
    refused("meeting", world.draft, "suspension", now=too_soon + US)
    row = world.draft("warning", now=too_soon + US)
    assert (row.meeting, row.needs_letter) == (None, False)
    world.confirm(row, now=NOW)
    assert world.case.state == CaseState.DECIDED


def test_abuse_53_what_is_signed_is_what_was_read(world) -> None:
    world.vote(world.held())
    row = world.draft(reasons="First words")
    seen = row.revision
    world.draft(reasons="Other words", now=START + 4 * HOUR)
    refused(
        "decision",
        confirm_decision,
        decision_id=row.pk,
        expected=seen,
        by=world.manager,
        now=START + 5 * HOUR,
    )


def test_b6_the_second_person_gives_a_draft_back(world) -> None:
    world.vote(world.held())
    row = world.draft()
    return_draft(decision_id=row.pk, remarks="Name the day", by=world.manager, now=START + 4 * HOUR)
    told = Message.objects.get(occasion__startswith="board-returned:")
    assert "Name the day" in render(told.kind, told.context, world.head).text


def test_abuse_45_a_confirmed_decision_does_not_change(world) -> None:
    world.vote(world.held())
    row = world.confirm(world.draft())
    refused("case", world.draft, now=START + 9 * HOUR)
    refused(
        "decision", confirm_decision, decision_id=row.pk, expected=row.revision, by=world.manager, now=START
    )


def test_b6_the_student_reads_the_decision_when_it_was_notified(world) -> None:
    world.vote(world.held(), "suspension")
    row = world.draft("suspension")
    reads = {
        "draft": [decisions_for(user).exists() for user in (world.head, world.manager)],
        "others": [decisions_for(user).exists() for user in (world.student, world.representative)],
    }
    assert reads == {"draft": [True, True], "others": [False, False]}
    row = world.confirm(row)
    assert not decisions_for(world.student).exists()
    assert decisions_for(make_user(Role.STUDENT_SUCCESS)).exists()
    Penalty.objects.filter(decision=row).update(
        effective_at=START + 96 * HOUR, effective_by="delivered",
        starts_on=START.date() + timedelta(days=4), ends_on=START.date() + timedelta(days=34),
    )  # fmt: skip
    assert decisions_for(world.student).get() == row


def test_abuse_51_two_decisions_for_one_case_do_not_stand(world) -> None:
    world.vote(world.held())
    row = world.confirm(world.draft())
    with pytest.raises(DatabaseError), transaction.atomic():
        Decision.objects.create(case=world.case, penalty_kind="warning", reasons="Again", clause="3.5",
                                policy_id="2026-01", needs_letter=False, drafted_at=NOW,
                                drafted_by=world.head)  # fmt: skip
    with pytest.raises(DatabaseError), transaction.atomic():
        Penalty.objects.create(decision=row, case=world.case, student=world.enrolment.student,
                               enrolment=world.enrolment, kind="warning", decided_at=NOW,
                               policy_id="2026-01")  # fmt: skip


# ---- time


def test_the_meeting_is_called_to_mind_once(world) -> None:
    planned(world)
    assert run(MEETINGS_SOON, START - 24 * HOUR - US, heartbeat=False) == 0
    assert run(MEETINGS_SOON, START - 24 * HOUR, heartbeat=False) == 1
    assert run(MEETINGS_SOON, START - HOUR, heartbeat=False) == 0
    told = Message.objects.filter(occasion__startswith="board-soon:").values_list("recipient", flat=True)
    assert set(told) == {world.student.pk, world.head.pk, world.manager.pk, world.representative.pk}


def test_what_is_owed_is_called_to_mind_to_who_owes_it(world) -> None:
    meeting = planned(world)

    def owed(at) -> set[tuple[str, int]]:
        before = set(Message.objects.values_list("pk", flat=True))
        run(BOARD_OWES, at, heartbeat=False)
        made = Message.objects.exclude(pk__in=before)
        return {
            (render(each.kind, each.context, world.head).subject, each.recipient_id or 0) for each in made
        }

    both = {world.head.pk, world.manager.pk}
    assert owed(START + 49 * HOUR - US) == set()
    assert {pk for _, pk in owed(START + 49 * HOUR)} == both
    assert owed(START + 50 * HOUR) == set()
    world.hold(meeting, now=START + 50 * HOUR)
    cast_vote(meeting_id=meeting.pk, choice="warning", reasons="x", by=world.head, now=START + 51 * HOUR)
    [(said, who)] = owed(START + 98 * HOUR)
    assert "your vote" in said
    assert who == world.manager.pk
    cast_vote(meeting_id=meeting.pk, choice="warning", reasons="x", by=world.manager, now=START + 99 * HOUR)
    assert {pk for _, pk in owed(START + 150 * HOUR)} == {world.head.pk}
    world.draft(now=START + 151 * HOUR)
    [(said, who)] = owed(START + 200 * HOUR)
    assert "second signature" in said
    assert who == world.manager.pk


def test_b10_a_meeting_whose_case_was_closed_is_off_for_everybody(world) -> None:
    meeting = planned(world)
    Case.objects.filter(pk=world.case.pk).update(
        state=CaseState.CLOSED,
        closed_at=NOW + 2 * HOUR,
        closed_by=world.head,
        closing_reason="Nothing stands",
    )
    assert run(MEETINGS_OFF, NOW + 3 * HOUR, heartbeat=False) == 1
    assert run(MEETINGS_OFF, NOW + 3 * HOUR, heartbeat=False) == 0
    meeting.refresh_from_db()
    assert (meeting.state, meeting.adjourned_at) == ("called_off", NOW + 2 * HOUR)
    assert Message.objects.filter(kind="board_meeting_off").count() == 4
