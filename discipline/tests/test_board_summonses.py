"""Summonses: all their parts, 72 hours from the dispatch, a new one for a meeting that moves, by hand (B3)."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction

from accounts.models import Role
from discipline.models import CaseState, Meeting, MeetingState, Summons
from discipline.selectors.availability import conflicts
from discipline.services.meetings import call_off_meeting
from discipline.services.summonses import acknowledge_summons, file_receipt, summon
from discipline.sweeps.board import SUMMONSES_SENT
from enforcement.runner import run
from record.models import Entry, Message
from record.rendering import render
from rulebook.errors import RuleError
from tests.factories import make_mentorship, make_session, make_user
from tests.papers import pdf

from .board_world import HOUR, NOW, START, US, BoardWorld

pytestmark = pytest.mark.django_db
NOTICE = timedelta(hours=72)


@pytest.fixture
def world() -> BoardWorld:
    world = BoardWorld()
    world.compose()
    return world


def refused(field: str, call, *args, **kwargs) -> RuleError:
    with pytest.raises(RuleError) as caught:
        call(*args, **kwargs)
    assert caught.value.field == field
    return caught.value


def entries(world: BoardWorld) -> list[str]:
    rows = Entry.objects.filter(chain__subject=world.student).exclude(kind="board_member_named")
    return list(rows.order_by("seq").values_list("kind", flat=True))


def test_b3_a_summons_carries_its_parts_and_goes_to_everybody(world) -> None:
    row = world.summon()
    assert (row.says_at, row.channel, row.dispatched_at) == (START, "email", None)
    assert row.latest_at == START - NOTICE
    assert "same training" in row.right_text
    assert "https://video.example.org/board" in row.place
    message = Message.objects.get(occasion=row.message_occasion)
    assert (message.recipient, message.kind) == (world.student, "board_summons")
    invited = Message.objects.filter(kind="board_invitation").values_list("recipient", flat=True)
    assert set(invited) == {world.head.pk, world.manager.pk, world.representative.pk}
    assert world.case.state == CaseState.INFORMED  # until it went out


def test_b3_the_message_says_all_of_it_with_an_invitation(world) -> None:
    row = world.summon()
    message = Message.objects.get(occasion=row.message_occasion)
    content = render(message.kind, message.context, world.student)
    for words in ("A penalty is considered", "Insults in the forum", "https://video.example.org/board",
                  "same training", "14:00", world.head.full_name):  # fmt: skip
        assert words in content.text
        assert words in content.html
    [invitation] = content.attachments
    assert invitation.method == "REQUEST"
    assert "DTSTART:20260316T130000Z" in invitation.body
    assert "Insults" not in invitation.body


@pytest.mark.parametrize("part", ["purpose", "grounds", "place", "video_link"])
def test_b3_a_summons_that_lacks_a_part_is_refused_and_nothing_is_kept(world, part) -> None:
    refused(part, world.summon, **{part: " "})
    assert not Meeting.objects.exists()
    assert not Message.objects.filter(kind__in=("board_summons", "board_invitation")).exists()


@pytest.mark.parametrize("part", ["purpose", "grounds", "place", "right_text", "zone"])
def test_b3_the_database_refuses_a_summons_that_lacks_a_part(world, part) -> None:
    row = world.summon()
    with pytest.raises(IntegrityError), transaction.atomic():
        Summons.objects.filter(pk=row.pk).update(**{part: ""})


def test_b3_a_meeting_that_could_only_come_too_soon_is_not_planned(world) -> None:
    refused("starts_at", world.summon, NOW + NOTICE - US)
    assert world.summon(NOW + NOTICE).says_at == NOW + NOTICE


def test_abuse_37_the_72_hours_count_from_the_dispatch_to_the_microsecond(world) -> None:
    row = world.send(world.summon(), START - NOTICE)
    assert (row.dispatched_at, world.case.state) == (START - NOTICE, CaseState.SUMMONED)
    world.hold(row.meeting, now=START)


def test_abuse_37_a_microsecond_late_is_too_late_and_somebody_is_told(world) -> None:
    row = world.send(world.summon(), START - NOTICE + US)
    assert world.case.state == CaseState.INFORMED
    refused("starts_at", world.hold, row.meeting)
    told = Message.objects.filter(occasion__startswith="board-summons-late:").values_list(
        "recipient", flat=True
    )
    assert {world.head.pk, world.manager.pk} <= set(told)
    assert entries(world) == ["summons_issued", "summons_dispatched", "summons_late"]


def test_a10_a_sweep_that_comes_late_dates_the_dispatch_by_the_message(world) -> None:
    row = world.send(world.summon(), NOW + HOUR, sweep=False)
    assert row.dispatched_at is None
    run(SUMMONSES_SENT, START - HOUR, heartbeat=False)
    assert run(SUMMONSES_SENT, START - HOUR, heartbeat=False) == 0
    row.refresh_from_db()
    world.case.refresh_from_db()
    assert row.dispatched_at == NOW + HOUR
    assert world.case.state == CaseState.SUMMONED
    entry = Entry.objects.get(kind="summons_dispatched")
    assert (entry.happened_at, entry.recorded_at) == (NOW + HOUR, START - HOUR)


def test_a10_a_meeting_is_held_though_the_sweep_never_ran(world) -> None:
    row = world.send(world.summon(), NOW + HOUR, sweep=False)
    world.hold(row.meeting)
    assert world.case.state == CaseState.HEARD


def test_b3_no_meeting_on_a_summons_that_never_went_out(world) -> None:
    row = world.summon()
    refused("summons", world.hold, row.meeting)


def test_abuse_38_a_meeting_moved_earlier_has_a_new_summons_with_its_own_72_hours(world) -> None:
    first = world.send(world.summon(), NOW + HOUR)
    earlier = START - 24 * HOUR
    second = world.summon(earlier, now=NOW + 2 * HOUR)
    first.refresh_from_db()
    world.case.refresh_from_db()
    assert first.superseded_at == NOW + 2 * HOUR
    assert (second.meeting_id, second.dispatched_at) == (first.meeting_id, None)
    assert world.case.state == CaseState.INFORMED
    refused("summons", world.hold, second.meeting, now=START)
    world.send(second, earlier - NOTICE)
    world.hold(second.meeting, now=earlier)
    assert entries(world)[2:4] == ["meeting_moved", "summons_issued"]


def test_abuse_38_a_row_moved_behind_the_services_is_not_held(world) -> None:
    row = world.send(world.summon(), NOW + HOUR)
    Meeting.objects.filter(pk=row.meeting_id).update(starts_at=START - 48 * HOUR)
    refused("summons", world.hold, row.meeting, now=START)


def test_b3_a_moved_meeting_moves_in_calendars(world) -> None:
    first = world.summon()
    second = world.summon(START + 24 * HOUR, now=NOW + HOUR)
    sequences = [
        json.loads(Message.objects.get(occasion=row.message_occasion).context)["sequence"]
        for row in (first, second)
    ]
    assert sequences[0] < sequences[1]


def test_abuse_53_a_stale_page_summons_nobody(world) -> None:
    world.case.refresh_from_db()
    seen = world.case.revision
    world.summon()
    refused("case", summon, case_id=world.case.pk, plan=world.plan(), channel="email", by=world.head,
            now=NOW, expected=seen)  # fmt: skip


def test_b3_no_summons_before_the_complaint_and_none_without_a_board() -> None:
    refused("case", BoardWorld().summon)
    world = BoardWorld(informed=False)
    world.compose()
    refused("case", world.summon)


def test_b3_by_hand_it_counts_from_when_the_receipt_came_in(world) -> None:
    row = world.summon(channel="hand")
    assert not Message.objects.filter(kind="board_summons").exists()
    refused("summons", world.hold, row.meeting)
    with pytest.raises(PermissionDenied):
        file_receipt(summons_id=row.pk, upload=pdf(), by=world.student, now=NOW + HOUR)
    done = file_receipt(summons_id=row.pk, upload=pdf("receipt.pdf"), by=world.head, now=NOW + HOUR)
    world.case.refresh_from_db()
    assert (done.dispatched_at, done.receipt.purpose) == (NOW + HOUR, "summons-receipt")
    assert world.case.state == CaseState.SUMMONED
    refused("summons", file_receipt, summons_id=row.pk, upload=pdf(), by=world.head, now=NOW + HOUR)


def test_b3_a_receipt_after_the_limit_summons_nobody(world) -> None:
    row = world.summon(channel="hand")
    file_receipt(summons_id=row.pk, upload=pdf(), by=world.head, now=START - NOTICE + US)
    world.case.refresh_from_db()
    assert world.case.state == CaseState.INFORMED


def test_abuse_24_nobody_says_when_a_summons_was_dispatched(world) -> None:
    row = world.summon(channel="hand")
    with pytest.raises(IntegrityError), transaction.atomic():
        Summons.objects.filter(pk=row.pk).update(dispatched_at=NOW)  # without its receipt


def test_b3_the_student_acknowledges_once_and_nothing_hangs_on_it(world) -> None:
    row = world.send(world.summon(), NOW + HOUR)
    acknowledge_summons(summons_id=row.pk, by=world.student, now=NOW + 2 * HOUR)
    done = acknowledge_summons(summons_id=row.pk, by=world.student, now=NOW + 3 * HOUR)
    assert done.acknowledged_at == NOW + 2 * HOUR
    with pytest.raises(PermissionDenied):
        acknowledge_summons(summons_id=row.pk, by=world.head, now=NOW)


def test_b3_called_off_everybody_hears_and_the_case_waits_for_another(world) -> None:
    row = world.send(world.summon(), NOW + HOUR)
    refused("reason", call_off_meeting, meeting_id=row.meeting_id, reason="", by=world.head, now=NOW)
    call_off_meeting(meeting_id=row.meeting_id, reason="The chair is ill", by=world.head, now=NOW + 2 * HOUR)
    world.case.refresh_from_db()
    assert world.case.state == CaseState.INFORMED
    off = Message.objects.filter(kind="board_meeting_off")
    assert {message.recipient_id for message in off} == {
        world.student.pk, world.head.pk, world.manager.pk, world.representative.pk,
    }  # fmt: skip
    assert "METHOD:CANCEL" in render("board_meeting_off", off[0].context, world.head).attachments[0].body
    assert world.summon(START + 48 * HOUR, now=NOW + 3 * HOUR).meeting.state == MeetingState.PLANNED


def test_a_member_who_sits_elsewhere_then_is_seen_before_the_summons(world) -> None:
    world.summon()
    other = BoardWorld()
    other.manager = world.manager
    type(other.path).objects.filter(pk=other.path.pk).update(learning_manager=world.manager)
    other.case.refresh_from_db()
    other.compose(representative=False)
    refused("starts_at", other.summon, START + 30 * timedelta(minutes=1))
    assert other.summon(START + HOUR).says_at == START + HOUR


def test_what_people_have_at_that_time_is_told(world) -> None:
    mentorship = make_mentorship(enrolment=world.enrolment)
    make_session(START, mentorship=mentorship)
    found = conflicts(world.case, START, START + HOUR)
    assert [(each.who, each.what) for each in found] == [(world.student, "has a mentoring session")]
    assert conflicts(world.case, START + HOUR, START + 2 * HOUR) == []


def test_b3_strangers_summon_nobody(world) -> None:
    for user in (world.student, world.representative, make_user(Role.STUDENT_SUCCESS)):
        with pytest.raises(PermissionDenied):
            summon(case_id=world.case.pk, plan=world.plan(), channel="email", by=user, now=NOW)
