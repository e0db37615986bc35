"""Free slots (A3), why a day is closed, and whether anything was on offer (A8)."""

from __future__ import annotations

from datetime import date, time, timedelta

import pytest

from enforcement.runner import run
from mentoring.models import Absence, Session, SessionState, TimeOff, WeeklySlot
from mentoring.selectors.slots import Closed, free_slots, offers, picker
from mentoring.services import give_reasons
from mentoring.sweeps import RESCHEDULING_DEADLINES
from record.models import Message
from students.models import Interruption, InterruptionKind
from tests.factories import (
    at,
    make_absence,
    make_enrolment,
    make_mentor,
    make_mentorship,
    make_session,
)

pytestmark = pytest.mark.django_db

MISSED = at("2026-03-03 13:00")  # Tuesday, 14:00 in Paris
NOW = at("2026-03-03 15:00")
TICK = timedelta(microseconds=1)
THURSDAYS = [(4, time(9), time(10, 30))]  # two slots of 45 minutes: 08:00 and 08:45 UTC in winter


def absence_with(availability=THURSDAYS, *, starts_at=MISSED, **fields):
    mentorship = make_mentorship(mentor=make_mentor(availability=availability), **fields)
    return make_absence(starts_at, mentorship=mentorship)


def missed(**fields):
    return absence_with(**fields).session


def reread(absence):
    """The absence as the sweep hands it over."""
    return Absence.objects.select_related("session__enrolment", "session__mentor").get(pk=absence.pk)


def is_offered(absence):
    return offers([reread(absence)])[absence.pk].made


THIS_WEEK = [at("2026-03-05 08:00"), at("2026-03-05 08:45")]
NEXT_WEEK = [at("2026-03-12 08:00"), at("2026-03-12 08:45")]


def test_a3_slots_lie_in_the_same_or_the_following_week():
    assert free_slots(missed(), now=NOW) == THIS_WEEK + NEXT_WEEK


def test_a3_only_what_lies_ahead_is_free():
    session = missed()
    assert free_slots(session, now=THIS_WEEK[0] - TICK) == THIS_WEEK + NEXT_WEEK
    assert free_slots(session, now=THIS_WEEK[0]) == [THIS_WEEK[1], *NEXT_WEEK]
    assert free_slots(session, now=NEXT_WEEK[1]) == []


def test_a3_weeks_are_those_of_the_enrolments_zone():
    """A session on Sunday evening in New York is on Monday in UTC, and still belongs to its own week there."""
    session = absence_with(
        [(7, time(18), time(18, 45))],
        starts_at=at("2026-03-02 01:00"),
        enrolment=make_enrolment(time_zone="America/New_York"),
    ).session
    assert free_slots(session, now=at("2026-03-02 02:00")) == [at("2026-03-08 17:00")]


def test_a3_another_session_of_mentor_or_student_is_in_the_way():
    session = missed()
    make_session(THIS_WEEK[0], mentorship=make_mentorship(mentor=session.mentor))
    other_path = make_enrolment(student=session.student)
    make_session(NEXT_WEEK[1] + timedelta(minutes=44), mentorship=make_mentorship(enrolment=other_path))
    assert free_slots(session, now=NOW) == [THIS_WEEK[1], NEXT_WEEK[0]]


def test_a3_a_released_slot_is_free_for_others():
    session = missed()
    make_session(
        THIS_WEEK[0],
        mentorship=make_mentorship(mentor=session.mentor),
        state=SessionState.CANCELLED_BY_MENTOR,
        released_at=NOW,
    )
    assert THIS_WEEK[0] in free_slots(session, now=NOW)


def test_a3_at_most_two_sessions_a_week():
    session = missed()  # unauthorised: counts itself
    weekly = make_session(at("2026-03-06 13:00"), mentorship=session.mentorship)
    assert free_slots(session, now=NOW) == NEXT_WEEK
    days = {day.day: day.closed for day in picker(session, now=NOW).days}
    assert days[date(2026, 3, 5)] == Closed.WEEK_FULL
    # A cancelled one leaves room.
    Session.objects.filter(pk=weekly.pk).update(
        state=SessionState.CANCELLED_BY_MENTOR, decided_at=NOW, released_at=NOW, falls_due_at=None
    )
    assert free_slots(session, now=NOW) == THIS_WEEK + NEXT_WEEK


def test_a3_hours_that_were_retired_are_not_offered():
    session = missed()
    WeeklySlot.objects.update(retired_at=NOW)
    assert free_slots(session, now=NOW - TICK) == THIS_WEEK + NEXT_WEEK
    assert free_slots(session, now=NOW) == []


def test_the_picker_says_why_a_day_is_closed():
    enrolment = make_enrolment(ends_on=date(2026, 3, 13))
    session = absence_with(
        [(day, time(9), time(9, 45)) for day in (1, 2, 3, 4, 5)], enrolment=enrolment
    ).session
    TimeOff.objects.create(
        mentor=session.mentor,
        starts_at=at("2026-03-04 00:00"),
        ends_at=at("2026-03-05 00:00"),
        recorded_at=NOW,
    )
    Interruption.objects.create(
        enrolment=enrolment,
        kind=InterruptionKind.LEAVE,
        starts_on=date(2026, 3, 9),
        ends_on=date(2026, 3, 10),
        recorded_at=NOW,
    )
    make_session(at("2026-03-05 08:00"), mentorship=make_mentorship(mentor=session.mentor))
    shown = picker(session, now=NOW)
    assert [day.closed for day in shown.days] == [
        Closed.PAST,
        Closed.TAKEN,  # its only slot is over
        Closed.TIME_OFF,
        Closed.TAKEN,
        None,
        Closed.NO_HOURS,
        Closed.NO_HOURS,
        Closed.INTERRUPTED,
        Closed.INTERRUPTED,
        None,
        None,
        None,
        Closed.ENDED,
        Closed.ENDED,
    ]
    assert shown.days[0].day == date(2026, 3, 2)
    assert shown.zone == "Europe/Paris"


def test_a11_the_mentor_of_now_is_asked():
    session = missed()
    session.mentorship.ends_on = date(2026, 3, 8)
    session.mentorship.save()
    newer = make_mentor(availability=[(2, time(9), time(9, 45))])
    make_mentorship(mentor=newer, enrolment=session.enrolment, starts_on=date(2026, 3, 9))
    assert free_slots(session, now=NOW) == THIS_WEEK
    assert free_slots(session, now=at("2026-03-09 07:00")) == [at("2026-03-10 08:00")]


def test_a11_a_mentor_who_leaves_is_free_until_their_last_day():
    session = missed()
    session.mentor.left_on = date(2026, 3, 11)
    session.mentor.save()
    assert free_slots(session, now=NOW) == THIS_WEEK


@pytest.mark.parametrize("sessions", [1, 3])
def test_the_picker_takes_a_constant_number_of_queries(sessions, django_assert_num_queries):
    session = missed()
    for number in range(sessions):
        make_session(
            at("2026-03-06 08:00") + timedelta(hours=number),
            mentorship=make_mentorship(mentor=session.mentor),
        )
        TimeOff.objects.create(
            mentor=session.mentor,
            starts_at=at("2026-03-09 08:00"),
            ends_at=at("2026-03-10 08:00"),
            recorded_at=NOW,
        )
    row = Session.objects.select_related("enrolment", "absence").get(pk=session.pk)
    with django_assert_num_queries(7):
        assert picker(row, now=NOW).starts


# A8: was anything on offer?


def test_a8_a_free_slot_was_on_offer():
    assert is_offered(absence_with())


def test_a8_a_mentor_without_hours_offered_nothing():
    assert not is_offered(absence_with([]))


def test_a8_hours_that_came_after_the_deadline_were_not_on_offer():
    absence = absence_with()
    deadline = absence.rescheduling_due_at
    WeeklySlot.objects.update(recorded_at=deadline)
    assert is_offered(absence)
    WeeklySlot.objects.update(recorded_at=deadline + TICK)
    assert not is_offered(absence)


def test_a8_hours_that_were_retired_by_the_missed_start_were_not_on_offer():
    absence = absence_with()
    WeeklySlot.objects.update(retired_at=MISSED)
    assert not is_offered(absence)
    WeeklySlot.objects.update(retired_at=MISSED + TICK)
    assert is_offered(absence)


def test_a8_what_happens_after_the_deadline_changes_nothing():
    """Time off, bookings, releases and retired hours after the deadline leave the answer as it was (A10)."""
    absence = absence_with()
    late = absence.rescheduling_due_at + TICK
    WeeklySlot.objects.update(retired_at=late)
    mentor = absence.session.mentor
    TimeOff.objects.create(
        mentor=mentor, starts_at=MISSED, ends_at=MISSED + timedelta(days=30), recorded_at=late
    )
    for start in THIS_WEEK + NEXT_WEEK:
        make_session(start, mentorship=absence.session.mentorship, booked_at=late)
    assert is_offered(absence)


def test_a8_time_off_that_was_withdrawn_in_time_counts_as_offered():
    absence = absence_with()
    deadline = absence.rescheduling_due_at
    off = TimeOff.objects.create(
        mentor=absence.session.mentor,
        starts_at=MISSED,
        ends_at=MISSED + timedelta(days=30),
        recorded_at=MISSED - timedelta(days=1),
    )
    assert not is_offered(absence)
    for withdrawn_at, expected in ((deadline, True), (deadline + TICK, False)):
        TimeOff.objects.filter(pk=off.pk).update(withdrawn_at=withdrawn_at)
        assert is_offered(absence) is expected


def test_a8_a_booking_in_place_of_the_missed_one_takes_nothing_away():
    absence = absence_with([(4, time(9), time(9, 45))])
    make_session(at("2026-03-06 13:00"), mentorship=absence.session.mentorship)  # the week is full
    make_session(
        at("2026-03-12 08:00"),
        mentorship=absence.session.mentorship,
        replaces=absence.session,
        booked_at=MISSED + timedelta(hours=1),
    )
    make_session(at("2026-03-10 13:00"), mentorship=absence.session.mentorship)
    assert is_offered(absence)


def test_a8_full_weeks_offer_nothing():
    absence = absence_with()
    for start in ("2026-03-06 13:00", "2026-03-10 13:00", "2026-03-13 13:00"):
        make_session(at(start), mentorship=absence.session.mentorship)
    assert not is_offered(absence)


def replaced(absence, *, at_=NOW, ends_on=date(2026, 3, 3), availability=THURSDAYS, recorded_at=None):
    """Another mentor takes over after the missed session; the old one's last day was said at ``at_``."""
    old = absence.session.mentorship
    old.ends_on, old.end_recorded_at = ends_on, at_
    old.save()
    return make_mentorship(
        mentor=make_mentor(availability=availability),
        enrolment=absence.enrolment,
        starts_on=ends_on + timedelta(days=1),
        recorded_at=recorded_at or at_,
    )


def test_a8_the_mentor_who_takes_over_is_asked_from_then_on():
    absence = absence_with([])
    replaced(absence)
    assert is_offered(absence)


def test_a8_a_former_mentor_offered_what_could_be_booked_until_they_left():
    absence = absence_with()
    replaced(absence, availability=[], at_=NOW)
    assert is_offered(absence)  # for two hours, next week's slots were open
    absence = absence_with()
    replaced(absence, availability=[], at_=MISSED - TICK)
    assert not is_offered(absence)


def test_a8_the_next_mentor_offers_nothing_before_the_old_one_is_gone():
    absence = absence_with([])
    replaced(absence, ends_on=date(2026, 3, 5))  # the deadline is on the 5th
    assert not is_offered(absence)


def test_a8_a_mentor_who_comes_after_the_deadline_changes_nothing():
    late = at("2026-03-05 13:00") + TICK
    absence = absence_with([])
    replaced(absence, at_=late)
    assert not is_offered(absence)
    absence = absence_with()
    replaced(absence, at_=late, availability=[])
    assert is_offered(absence)


def test_a8_whoever_is_the_mentor_at_the_deadline_is_told():
    absence = absence_with([])
    new = replaced(absence, availability=[])
    run(RESCHEDULING_DEADLINES, at("2026-03-09 08:00"))
    told = Message.objects.filter(kind="rescheduling_waits_staff").values_list("recipient_id", flat=True)
    assert list(told) == [new.mentor.user_id]


def test_a8_reasons_go_to_whoever_is_the_mentor_now():
    absence = absence_with()
    new = replaced(absence)
    give_reasons(
        absence_id=absence.pk, reasons="Ill", by=absence.session.student.user, now=at("2026-03-04 08:00")
    )
    assert Message.objects.get(kind="reasons_given").recipient_id == new.mentor.user_id


@pytest.mark.parametrize("count", [1, 3])
def test_whether_slots_were_offered_takes_a_constant_number_of_queries(count, django_assert_num_queries):
    absences = [reread(absence_with()) for _ in range(count)]
    with django_assert_num_queries(7):
        assert {each.made for each in offers(absences).values()} == {True}
