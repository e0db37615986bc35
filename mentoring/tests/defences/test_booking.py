"""A defence is booked: when, before whom, of which project (2.2)."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from accounts.models import Role
from mentoring.models import Medium
from mentoring.selectors.defence_slots import defence_slots
from mentoring.selectors.works import assessors_for
from mentoring.services.defences import (
    cancel_defence,
)
from record.models import Entry, Message
from rulebook.errors import RuleError
from students.models import Accommodation, WorkState
from tests.factories import (
    at,
    make_approved_work,
    make_assessor,
    make_defence,
    make_enrolment,
    make_mentorship,
    make_session,
    make_user,
    make_work,
)

from .acts import HOUR, NOW, START, book

pytestmark = pytest.mark.django_db


def test_2_2_a_student_books_a_free_slot_and_both_are_told(work, student, assessor):
    offer = defence_slots(work, assessor, now=NOW)
    assert START in offer.starts
    defence = book(work, assessor)
    assert (defence.state, defence.attempt, defence.medium) == ("booked", 1, Medium.VIDEO)
    assert defence.ends_at - defence.starts_at == HOUR
    assert {(each.kind, each.recipient_id) for each in Message.objects.all()} == {
        ("defence_booked", student.pk),
        ("defence_booked_assessor", assessor.user_id),
    }
    assert Entry.objects.get(kind="defence_booked").chain.subject_id == student.pk


def test_slots_leave_out_sessions_defences_time_off_and_what_lies_outside_of_the_training(work, assessor):
    for starts_at in (START, START + 2 * HOUR):
        assert starts_at in defence_slots(work, assessor, now=NOW).starts
    make_session(START, mentorship=make_mentorship(mentor=assessor))  # the assessor's own, as a mentor
    make_session(
        START + HOUR, mentorship=make_mentorship(enrolment=work.enrolment, ends_on=date(2026, 12, 31))
    )
    elsewhere = make_work(make_enrolment(), in_depth=True)
    make_defence(elsewhere, START + 2 * HOUR, assessor=assessor)
    free = defence_slots(work, assessor, now=NOW).starts
    assert not {START, START + HOUR, START + 2 * HOUR} & set(free)
    work.enrolment.ends_on = date(2026, 3, 4)
    assert max(defence_slots(work, assessor, now=NOW).starts) < at("2026-03-04 23:00")


def test_the_slots_of_a_work_cost_the_same_with_one_and_with_three_bookings(work, assessor):
    counts = []
    for number in (1, 3):
        for hour in range(number):
            make_defence(make_work(in_depth=True), START + (hour + number) * HOUR, assessor=assessor)
        with CaptureQueriesContext(connection) as queries:
            defence_slots(work, assessor, now=NOW)
        counts.append(len(queries))
    assert counts[0] == counts[1]


@pytest.mark.parametrize(
    "starts_at", [START + timedelta(minutes=1), at("2026-03-04 20:00"), NOW, at("2026-04-15 08:00")]
)
def test_a_student_books_nothing_but_what_is_offered(work, assessor, starts_at):
    with pytest.raises(RuleError) as refused:
        book(work, assessor, starts_at)
    assert refused.value.field == "starts_at"


def test_a_mentor_proposes_a_time_outside_of_the_hours_but_not_over_another_appointment(
    work, mentorship, assessor
):
    evening = at("2026-03-04 19:00")
    make_session(evening + HOUR, mentorship=mentorship)
    with pytest.raises(RuleError, match="not free"):
        book(work, assessor, evening, by=mentorship.mentor.user, length=timedelta(minutes=61))
    assert book(work, assessor, evening, by=mentorship.mentor.user).starts_at == evening


@pytest.mark.parametrize("length", [timedelta(minutes=1), timedelta(hours=3, seconds=1)])
def test_a_defence_is_neither_a_minute_nor_half_a_day(work, mentorship, assessor, length):
    with pytest.raises(RuleError):
        book(work, assessor, by=mentorship.mentor.user, length=length)


def test_who_approved_the_project_does_not_assess_it_nor_does_its_student(
    work, mentorship, assessor, student
):
    for person in (mentorship.mentor.user, student):
        person.role_grants.create(role=Role.ASSESSOR, granted_at=NOW)
    own = make_assessor(student)
    assert list(assessors_for(work)) == [assessor]
    for wrong in (mentorship.mentor, own):
        with pytest.raises(RuleError) as refused:
            book(work, wrong)
        assert refused.value.field == "assessor"
        with pytest.raises(IntegrityError), transaction.atomic():
            make_defence(work, START, assessor=wrong)


def test_whoever_mentors_without_the_role_assesses_nothing(work):
    with pytest.raises(RuleError):
        book(work, make_mentorship().mentor)


@pytest.mark.parametrize("state", [state for state in WorkState if state != WorkState.APPROVED])
def test_a_project_is_defended_only_once_it_is_approved_and_before_it_is_defended(work, assessor, state):
    work.state = state
    work.save()
    with pytest.raises(RuleError) as refused:
        book(work, assessor)
    assert refused.value.field == "work"


def test_a_project_without_in_depth_approval_is_not_defended(mentorship, assessor):
    with pytest.raises(RuleError):
        book(make_approved_work(mentorship.mentor.user, mentorship.enrolment), assessor)


def test_a_stranger_books_nothing(work, assessor):
    for person in (
        make_user(Role.STUDENT),
        make_mentorship().mentor.user,
        make_user(Role.LEARNING_MANAGER),
        assessor.user,
    ):
        with pytest.raises(PermissionDenied):
            book(work, assessor, by=person)


def test_one_defence_is_open_at_a_time(work, assessor):
    book(work, assessor)
    with pytest.raises(RuleError, match="booked already"):
        book(work, make_assessor(), START + 24 * HOUR)


def test_2_5_an_audio_conference_only_where_an_accepted_proof_stands(work, assessor):
    Accommodation.objects.create(
        enrolment=work.enrolment,
        audio=True,
        valid_from=date(2026, 3, 4),
        valid_until=date(2026, 3, 4),
        accepted_at=NOW - HOUR,
    )
    defence = book(work, assessor)
    assert defence.medium == Medium.AUDIO
    cancel_defence(defence_id=defence.pk, reason="Another day", by=work.enrolment.student.user, now=NOW)
    assert book(work, assessor, START + 24 * HOUR).medium == Medium.VIDEO
