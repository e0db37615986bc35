"""Who sits on a Board, and who accompanies the student (B2, B3)."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction

from accounts.models import Role
from discipline.models import BoardMember, CaseState, Report, StudentRepresentative
from discipline.selectors import cases_for
from discipline.selectors.board import companions_for, seat_of, who_may_sit
from discipline.services.companions import answer_companion, ask_companion, end_companion
from discipline.services.members import name_member, say_available, seat_by_office, step_back
from record.models import Entry, Message
from rulebook.board import Seat
from rulebook.errors import RuleError
from tests.factories import make_enrolment, make_student, make_user

from .board_world import NOW, BoardWorld

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> BoardWorld:
    return BoardWorld()


def refused(field: str, call, **kwargs) -> RuleError:
    with pytest.raises(RuleError) as caught:
        call(**kwargs)
    assert caught.value.field == field
    return caught.value


def name(world: BoardWorld, seat: str, user, *, by=None):
    return name_member(case_id=world.case.pk, seat=seat, user_id=user.pk, by=by or world.head, now=NOW)


def reports(world: BoardWorld, user) -> None:
    Report.objects.create(
        kind="abuse", accused=world.enrolment, clause="3.5", policy_id="2026-01", reporter=user,
        text="Insults", made_at=NOW, state="opened", handled_at=NOW, case=world.case,
    )  # fmt: skip


def test_b2_the_board_is_composed_of_chair_learning_manager_and_representative(world) -> None:
    world.compose()
    assert [seat_of(user, world.case).role for user in (world.head, world.manager, world.representative)] == [
        "chair",
        "learning_manager",
        "representative",
    ]
    assert Message.objects.filter(kind="board_news", occasion__startswith="board-named:").count() == 3
    kinds = Entry.objects.filter(chain__subject=world.student).values_list("kind", flat=True)
    assert list(kinds) == ["board_member_named"] * 3


def test_b2_the_offices_sit_by_one_act(world) -> None:
    made = seat_by_office(case_id=world.case.pk, by=world.manager, now=NOW)
    assert [(member.role, member.user_id) for member in made] == [
        ("chair", world.head.pk),
        ("learning_manager", world.manager.pk),
    ]
    refused("seat", seat_by_office, case_id=world.case.pk, by=world.head, now=NOW)


def test_b2_of_two_heads_nobody_sits_by_office(world) -> None:
    make_user(Role.HEAD_OF_LEARNING)
    made = seat_by_office(case_id=world.case.pk, by=world.head, now=NOW)
    assert [member.role for member in made] == ["learning_manager"]


def test_abuse_48_a_chair_does_not_sit_on_their_own_report(world) -> None:
    reports(world, world.head)
    other = make_user(Role.HEAD_OF_LEARNING)
    with pytest.raises(PermissionDenied):
        name(world, "chair", world.head, by=world.head)
    refused(
        "user", name_member, case_id=world.case.pk, seat="chair", user_id=world.head.pk, by=other, now=NOW
    )
    name(world, "chair", other, by=other)


def test_b2_whose_manager_reported_gets_another_learning_manager(world) -> None:
    other = make_user(Role.LEARNING_MANAGER)
    refused("user", name_member, case_id=world.case.pk, seat="learning_manager", user_id=other.pk,
            by=world.head, now=NOW)  # fmt: skip
    reports(world, world.manager)
    assert who_may_sit(world.case, Seat.LEARNING_MANAGER, NOW) == [other]
    name(world, "learning_manager", other)
    assert cases_for(other).filter(pk=world.case.pk).exists()


def test_b2_a_representative_represents_the_path_today(world) -> None:
    stranger = world.fellow()
    refused("user", name_member, case_id=world.case.pk, seat="representative", user_id=stranger.pk,
            by=world.head, now=NOW)  # fmt: skip
    row = StudentRepresentative.objects.create(
        user=stranger, path=world.path, starts_on=NOW.date() - timedelta(days=9), ends_on=NOW.date()
    )
    assert who_may_sit(world.case, Seat.REPRESENTATIVE, NOW) == [stranger]
    assert who_may_sit(world.case, Seat.REPRESENTATIVE, NOW + timedelta(days=1)) == []
    StudentRepresentative.objects.filter(pk=row.pk).update(user=world.student)
    refused("user", name_member, case_id=world.case.pk, seat="representative", user_id=world.student.pk,
            by=world.head, now=NOW)  # fmt: skip


def test_b2_one_seat_a_person_and_one_person_a_seat(world) -> None:
    world.compose(representative=False)
    refused("user", name_member, case_id=world.case.pk, seat="learning_manager", user_id=world.manager.pk,
            by=world.head, now=NOW)  # fmt: skip
    other = make_user(Role.HEAD_OF_LEARNING)
    refused(
        "seat", name_member, case_id=world.case.pk, seat="chair", user_id=other.pk, by=world.head, now=NOW
    )
    with pytest.raises(IntegrityError), transaction.atomic():
        BoardMember.objects.create(case=world.case, user=other, role="chair", named_at=NOW)


def test_b2_who_stepped_back_reads_nothing_more_and_never_comes_back(world) -> None:
    world.compose()
    member = seat_of(world.head, world.case)
    refused("reason", step_back, member_id=member.pk, reason=" ", by=world.head, now=NOW)
    step_back(member_id=member.pk, reason="I reported it myself", by=world.head, now=NOW)
    assert not cases_for(world.head).filter(pk=world.case.pk).exists()
    administrator = make_user(Role.ADMINISTRATOR)
    refused("user", name_member, case_id=world.case.pk, seat="chair", user_id=world.head.pk,
            by=administrator, now=NOW)  # fmt: skip


def test_abuse_22_why_somebody_stepped_back_stands_in_no_record_and_no_message(world) -> None:
    world.compose()
    member = seat_of(world.manager, world.case)
    step_back(member_id=member.pk, reason="I reported it myself", by=world.manager, now=NOW)
    assert "reported it myself" not in str(list(Entry.objects.values_list("payload", flat=True)))
    assert "reported it myself" not in str(list(Message.objects.values_list("context", flat=True)))


def test_b2_strangers_compose_no_board(world) -> None:
    for user in (make_user(Role.LEARNING_MANAGER), make_user(Role.STUDENT_SUCCESS), world.student):
        with pytest.raises(PermissionDenied):
            name(world, "chair", world.head, by=user)


def test_a_member_says_whether_they_can_come(world) -> None:
    world.compose()
    member = seat_of(world.manager, world.case)
    refused("available", say_available, member_id=member.pk, available=False, by=world.manager, now=NOW)
    world.summon()
    say_available(member_id=member.pk, available=False, by=world.manager, now=NOW)
    assert Message.objects.filter(occasion__startswith="board-unavailable:", recipient=world.head).exists()
    with pytest.raises(PermissionDenied):
        say_available(member_id=member.pk, available=True, by=world.head, now=NOW)


# ---- companions


def ask(world: BoardWorld, user):
    return ask_companion(case_id=world.case.pk, email=user.email, by=world.student, now=NOW)


def test_b3_a_companion_is_asked_accepts_and_reads_the_case_while_it_is_open(world) -> None:
    fellow = world.fellow()
    row = ask(world, fellow)
    assert companions_for(fellow).get() == row
    assert not cases_for(fellow).exists()
    answer_companion(companion_id=row.pk, accept=True, by=fellow, now=NOW)
    assert cases_for(fellow).get() == world.case


def test_abuse_4_a_companions_access_ends_with_the_case(world) -> None:
    fellow = world.fellow()
    answer_companion(companion_id=ask(world, fellow).pk, accept=True, by=fellow, now=NOW)
    type(world.case).objects.filter(pk=world.case.pk).update(
        state=CaseState.CLOSED, closed_at=NOW, closed_by=world.head, closing_reason="Nothing stands"
    )
    assert not cases_for(fellow).exists()
    assert not companions_for(fellow).exists()


def test_abuse_4_a_companion_who_is_not_one_any_more_reads_nothing(world) -> None:
    fellow = world.fellow()
    row = ask(world, fellow)
    answer_companion(companion_id=row.pk, accept=True, by=fellow, now=NOW)
    end_companion(companion_id=row.pk, by=world.student, now=NOW)
    assert not cases_for(fellow).exists()
    ask(world, world.fellow())  # and another may be asked


def test_abuse_5_a_companion_opens_no_second_case_of_the_same_student(world) -> None:
    fellow = world.fellow()
    answer_companion(companion_id=ask(world, fellow).pk, accept=True, by=fellow, now=NOW)
    BoardWorld(enrolment=world.enrolment)
    assert list(cases_for(fellow)) == [world.case]


def test_abuse_6_a_companion_from_another_path_is_refused_in_the_words_for_nobody(world) -> None:
    stranger = make_user(Role.STUDENT)
    make_enrolment(student=make_student(stranger))
    reporter = world.fellow()
    reports(world, reporter)
    said = {
        refused("user", ask_companion, case_id=world.case.pk, email=email, by=world.student, now=NOW).message
        for email in (stranger.email, reporter.email, "nobody@example.org", world.manager.email)
    }
    assert len(said) == 1


def test_abuse_6_who_changed_path_meanwhile_does_not_accept(world) -> None:
    fellow = world.fellow()
    row = ask(world, fellow)
    fellow.student.enrolments.update(ended_on=NOW.date() - timedelta(days=1), state="ended")
    refused("user", answer_companion, companion_id=row.pk, accept=True, by=fellow, now=NOW)


def test_b2_a_companion_does_not_sit_on_the_board_and_the_other_way_round(world) -> None:
    ask(world, world.representative)
    refused("user", name_member, case_id=world.case.pk, seat="representative",
            user_id=world.representative.pk, by=world.head, now=NOW)  # fmt: skip
    second = BoardWorld()
    second.compose()
    refused("user", ask_companion, case_id=second.case.pk, email=second.representative.email,
            by=second.student, now=NOW)  # fmt: skip


def test_b3_one_companion_at_a_time_and_only_the_student_asks(world) -> None:
    ask(world, world.fellow())
    refused(
        "user", ask_companion, case_id=world.case.pk, email=world.fellow().email, by=world.student, now=NOW
    )
    with pytest.raises(PermissionDenied):
        ask_companion(case_id=world.case.pk, email=world.fellow().email, by=world.head, now=NOW)
