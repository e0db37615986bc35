"""Another session in place of a missed or cancelled one (A3, A8)."""

from __future__ import annotations

from datetime import date, time, timedelta

import pytest
from django.core.exceptions import PermissionDenied

from accounts.models import Role
from mentoring.models import AbsenceKind, Origin, ReschedulingState, Session, SessionState
from mentoring.services import book_replacement, bookings
from record.models import Entry, Message
from rulebook.errors import RuleError
from students.models import Accommodation
from tests.factories import at, make_absence, make_mentor, make_mentorship, make_session, make_user

pytestmark = pytest.mark.django_db

MISSED = at("2026-03-03 13:00")
NOW = at("2026-03-03 15:00")
SLOT = at("2026-03-05 08:00")
TICK = timedelta(microseconds=1)


@pytest.fixture
def absence():
    mentor = make_mentor(availability=[(4, time(9), time(12))])
    return make_absence(MISSED, mentorship=make_mentorship(mentor=mentor))


def book(session, starts_at=SLOT, *, by=None, now=NOW):
    return book_replacement(
        session_id=session.pk, starts_at=starts_at, by=by or session.student.user, now=now
    )


def refused(session, **arguments):
    with pytest.raises(RuleError) as caught:
        book(session, **arguments)
    return caught.value.field


def test_a3_another_session_is_booked_in_a_free_slot(absence):
    missed = absence.session
    booked = book(missed)
    assert (booked.starts_at, booked.ends_at) == (SLOT, SLOT + timedelta(minutes=45))
    assert (booked.state, booked.replaces, booked.booked_at) == (SessionState.SCHEDULED, missed, NOW)
    assert booked.falls_due_at == SLOT + timedelta(minutes=15)
    assert (booked.medium, booked.for_week) == ("video", None)
    assert booked.video_link == missed.mentor.video_link
    entry = Entry.objects.get(kind="session_booked")
    assert (entry.clause, entry.policy_id, entry.happened_at) == ("3.2", "2026-01", NOW)
    assert entry.actor_id == missed.student.user_id
    told = Message.objects.filter(kind__startswith="session_booked").values_list("recipient", "kind")
    assert set(told) == {
        (missed.student.user_id, "session_booked"),
        (missed.mentor.user_id, "session_booked_mentor"),
    }


@pytest.mark.parametrize(
    ("kind", "origin"),
    [(AbsenceKind.AUTHORISED, Origin.POSTPONED), (AbsenceKind.UNAUTHORISED, Origin.RESCHEDULED)],
)
def test_a3_excused_sessions_are_postponed_and_others_rescheduled(kind, origin):
    mentorship = make_mentorship(mentor=make_mentor(availability=[(4, time(9), time(12))]))
    assert book(make_absence(MISSED, mentorship=mentorship, kind=kind).session).origin == origin


@pytest.mark.parametrize(
    ("state", "may"),
    [
        (SessionState.CANCELLED_BY_MENTOR, True),
        (SessionState.CANCELLED_BY_SCHOOL, True),
        (SessionState.MENTOR_ABSENT, True),
        (SessionState.UNATTENDED, False),
        (SessionState.HELD, False),
        (SessionState.SCHEDULED, False),
    ],
)
def test_a6_what_mentor_or_school_cancelled_can_be_booked_again(state, may):
    mentorship = make_mentorship(mentor=make_mentor(availability=[(4, time(9), time(12))]))
    session = make_session(at("2026-03-04 13:00"), mentorship=mentorship, state=state)
    if may:
        assert book(session).origin == Origin.POSTPONED
    else:
        assert refused(session) == "session"


@pytest.mark.parametrize(
    "starts_at",
    [
        SLOT + TICK,
        SLOT + timedelta(minutes=15),
        SLOT - timedelta(weeks=1),
        SLOT + timedelta(weeks=2),
        SLOT + timedelta(days=1),
    ],
)
def test_a3_only_what_the_picker_shows_can_be_booked(absence, starts_at):
    assert refused(absence.session, starts_at=starts_at) == "starts_at"
    assert not Session.objects.filter(replaces=absence.session).exists()


def test_a3_a_slot_is_free_until_its_start(absence):
    assert refused(absence.session, now=SLOT) == "starts_at"
    assert book(absence.session, now=SLOT - TICK).starts_at == SLOT


def test_a3_a_session_is_replaced_once(absence):
    book(absence.session)
    assert refused(absence.session, starts_at=SLOT + timedelta(minutes=45)) == "session"


def test_a3_a_replacement_that_was_cancelled_can_be_replaced(absence):
    first = book(absence.session)
    Session.objects.filter(pk=first.pk).update(
        state=SessionState.CANCELLED_BY_MENTOR, released_at=NOW, decided_at=NOW, falls_due_at=None
    )
    assert book(absence.session).starts_at == SLOT


@pytest.mark.parametrize("first", ["missed", "replacement"])
def test_a3_one_session_comes_in_the_place_of_a_missed_one_and_its_cancelled_replacement(absence, first):
    replacement = book(absence.session)
    Session.objects.filter(pk=replacement.pk).update(
        state=SessionState.CANCELLED_BY_MENTOR, released_at=NOW, decided_at=NOW, falls_due_at=None
    )
    pair = [absence.session, replacement]
    one, other = pair if first == "missed" else reversed(pair)
    book(one)
    assert refused(other, starts_at=SLOT + timedelta(minutes=45)) == "session"


def test_a3_the_database_has_the_last_word(absence, monkeypatch):
    """Whatever the picker says: an overlap is refused beside the field, and nothing else is lost."""
    make_session(SLOT, mentorship=make_mentorship(mentor=absence.session.mentor))
    monkeypatch.setattr(bookings, "_check_free", lambda offer, starts_at: None)
    assert refused(absence.session) == "starts_at"


@pytest.mark.parametrize("role", [Role.STUDENT_SUCCESS, Role.HEAD_OF_LEARNING])
def test_a3_staff_may_book_for_a_student(absence, role):
    assert book(absence.session, by=make_user(role))


def test_a3_a_learning_manager_books_on_their_own_path_only(absence):
    manager = make_user(Role.LEARNING_MANAGER)
    with pytest.raises(PermissionDenied):
        book(absence.session, by=manager)
    absence.enrolment.path.learning_manager = manager
    absence.enrolment.path.save()
    assert book(absence.session, by=manager)


def test_a11_the_mentor_who_took_over_may_book(absence):
    old = absence.session.mentorship
    old.ends_on = date(2026, 3, 3)
    old.save()
    newer = make_mentor(availability=[(4, time(9), time(12))])
    make_mentorship(mentor=newer, enrolment=old.enrolment, starts_on=date(2026, 3, 4))
    with pytest.raises(
        PermissionDenied
    ):  # the former one books nothing more, not even for a session of their own
        book(absence.session, by=absence.session.mentor.user, now=at("2026-03-04 08:00"))
    later = at("2026-03-12 08:00")  # with the time for a notice
    assert book(absence.session, later, by=newer.user, now=at("2026-03-04 08:00")).mentor == newer


def test_a3_the_mentor_may_book_for_a_student(absence):
    assert book(absence.session, by=absence.session.mentor.user)


@pytest.mark.parametrize("role", [Role.STUDENT, Role.MENTOR])
def test_a3_a_stranger_may_not(absence, role):
    with pytest.raises(PermissionDenied):
        book(absence.session, by=make_user(role))


# The duty (A8)


def reasons(absence):
    absence.reasons, absence.reasons_at = "The train stood still.", MISSED + timedelta(minutes=30)
    absence.save()


def test_a8_booking_and_reasons_in_time_meet_the_duty(absence):
    reasons(absence)
    book(absence.session)
    absence.refresh_from_db()
    assert (absence.rebooked_at, absence.rescheduling_state) == (NOW, ReschedulingState.MET)


def test_a8_booking_alone_leaves_the_duty_open(absence):
    book(absence.session)
    absence.refresh_from_db()
    assert (absence.rebooked_at, absence.rescheduling_state) == (NOW, ReschedulingState.OPEN)


@pytest.mark.parametrize(
    ("late_by", "state"), [(timedelta(0), ReschedulingState.MET), (TICK, ReschedulingState.BREACH)]
)
def test_a8_exactly_48_h_is_in_time_and_later_cures_nothing(absence, late_by, state):
    """No sweep has run: the booking itself first settles what fell due before it (A10)."""
    reasons(absence)
    now = MISSED + timedelta(hours=48) + late_by
    book(absence.session, SLOT + timedelta(days=7), now=now)
    absence.refresh_from_db()
    assert (absence.rebooked_at, absence.rescheduling_state) == (now, state)


def test_a8_a_duty_that_waits_can_be_met_in_any_week_with_room(absence):
    reasons(absence)
    absence.rescheduling_state = ReschedulingState.WAITS
    absence.save()
    now = at("2026-03-23 08:00")
    book(absence.session, at("2026-03-26 08:00"), now=now)
    absence.refresh_from_db()
    assert absence.rescheduling_state == ReschedulingState.MET


def test_a2_audio_only_where_an_accommodation_stands_on_that_day(absence):
    Accommodation.objects.create(
        enrolment=absence.enrolment,
        audio=True,
        lateness=timedelta(minutes=30),
        valid_from=date(2026, 3, 5),
        valid_until=date(2026, 3, 5),
        accepted_at=NOW,
    )
    booked = book(absence.session)
    assert (booked.medium, booked.falls_due_at) == ("audio", SLOT + timedelta(minutes=30))
    other = make_absence(
        at("2026-03-10 13:00"), mentorship=absence.session.mentorship, rescheduling_state="met"
    )
    assert book(other.session, at("2026-03-12 08:00"), now=at("2026-03-10 15:00")).medium == "video"


def test_a_booking_takes_a_constant_number_of_queries(absence, django_assert_max_num_queries):
    for hour in range(3):
        make_session(
            SLOT + timedelta(days=7, hours=hour), mentorship=make_mentorship(mentor=absence.session.mentor)
        )
    with django_assert_max_num_queries(32):
        book(absence.session)


@pytest.mark.parametrize("who", ["mentor", "staff"])
def test_a3_what_somebody_else_books_leaves_the_student_time_for_a_notice(absence, who):
    missed = absence.session
    by = missed.mentor.user if who == "mentor" else make_user(Role.STUDENT_SUCCESS)
    reach = timedelta(hours=24, minutes=15)
    with pytest.raises(RuleError) as caught:
        book(missed, by=by, now=SLOT - reach + TICK)
    assert (caught.value.field, caught.value.clause) == ("starts_at", "3.2")
    assert caught.value.message == bookings.TOO_NEAR
    assert book(missed, by=by, now=SLOT - reach).starts_at == SLOT


def test_a3_the_student_may_take_a_nearer_slot_themselves(absence):
    assert book(absence.session, now=SLOT - timedelta(minutes=4)).starts_at == SLOT


def test_a3_the_time_for_a_notice_is_the_students_own(absence):
    Accommodation.objects.create(
        enrolment=absence.session.enrolment,
        valid_from=date(2026, 3, 1),
        accepted_at=at("2026-03-01 08:00"),
        notice=timedelta(hours=2),
    )
    staff = make_user(Role.STUDENT_SUCCESS)
    assert book(absence.session, by=staff, now=SLOT - timedelta(hours=3)).starts_at == SLOT
