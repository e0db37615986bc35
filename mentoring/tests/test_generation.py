"""Weekly sessions on a rolling horizon (A1), the same whoever lays them out and when (A10)."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from accounts.models import Role
from enforcement.runner import run
from mentoring.models import Mentorship, Session, TimeOff
from mentoring.services import calendars, mentorships
from mentoring.services.generation import horizon, settle
from mentoring.sweeps.generation import GENERATION
from record.models import Message
from students.models import Accommodation, Interruption, InterruptionKind
from tests.factories import (
    at,
    make_enrolment,
    make_mentor,
    make_path,
    make_session,
    make_user,
)

pytestmark = pytest.mark.django_db

NOW = at("2026-03-02 08:00")  # a Monday; the horizon is the week of 30 March


def start(enrolment=None, mentor=None, *, now=NOW, weekday=2, local_time=time(14), starts_on=None, **fields):
    return mentorships.start_mentorship(
        enrolment=enrolment or make_enrolment(),
        mentor=mentor or make_mentor(),
        weekday=weekday,
        local_time=local_time,
        starts_on=starts_on or now.date(),
        by=None,
        now=now,
        **fields,
    )


def starts(mentorship=None):
    rows = Session.objects.filter(mentorship=mentorship) if mentorship else Session.objects.all()
    return list(rows.order_by("starts_at", "pk").values_list("starts_at", flat=True))


def facts():
    """What generation made, without primary keys of sessions."""
    rows = Session.objects.order_by("mentorship", "starts_at").values_list(
        "mentorship", "starts_at", "ends_at", "for_week", "booked_at", "falls_due_at", "medium", "state"
    )
    told = Message.objects.order_by("occasion").values_list("occasion", "kind", "due_at", "context")
    return list(rows), list(told)


def test_a1_a_mentorship_yields_a_session_a_week_up_to_the_horizon():
    mentorship = start()
    assert horizon(NOW) == date(2026, 3, 30)
    assert [
        s.astimezone(ZoneInfo("Europe/Paris")).strftime("%a %d %b %H:%M") for s in starts(mentorship)
    ] == [
        "Tue 03 Mar 14:00",
        "Tue 10 Mar 14:00",
        "Tue 17 Mar 14:00",
        "Tue 24 Mar 14:00",
        "Tue 31 Mar 14:00",
    ]
    session = Session.objects.order_by("starts_at")[0]
    assert session.ends_at - session.starts_at == timedelta(minutes=45)
    assert session.falls_due_at == session.starts_at + timedelta(minutes=15)
    assert session.booked_at == NOW
    assert session.video_link == mentorship.mentor.video_link


@pytest.mark.parametrize(
    ("zone", "now", "changes_on"),
    [
        ("Europe/Paris", "2026-03-16 08:00", date(2026, 3, 29)),
        ("America/New_York", "2026-02-23 08:00", date(2026, 3, 8)),
        ("America/New_York", "2026-10-19 08:00", date(2026, 11, 1)),
        ("Asia/Kathmandu", "2026-03-16 08:00", None),
    ],
)
def test_a1_local_time_survives_clock_changes(zone, now, changes_on):
    mentorship = start(make_enrolment(time_zone=zone), now=at(now))
    local = [instant.astimezone(ZoneInfo(zone)) for instant in starts(mentorship)]
    assert {(each.isoweekday(), each.time()) for each in local} == {(2, time(14))}
    offsets = {each.utcoffset() for each in local}
    assert len(offsets) == (2 if changes_on else 1)


def test_a1_a_time_that_the_clocks_skip_moves_on_and_one_shown_twice_is_the_first():
    enrolment = make_enrolment(time_zone="Europe/Paris")
    mentorship = start(enrolment, weekday=7, local_time=time(2, 30), now=at("2026-03-16 08:00"))
    assert at("2026-03-29 01:30") in starts(mentorship)  # 03:30 summer time
    autumn = start(make_enrolment(), weekday=7, local_time=time(2, 30), now=at("2026-10-12 08:00"))
    assert at("2026-10-25 00:30") in starts(autumn)  # 02:30, still summer time


def test_a1_nothing_too_near_for_a_notice_and_nothing_before_the_first_day():
    assert starts(start(now=at("2026-03-03 13:00")))[0] == at("2026-03-10 13:00")
    assert starts(start(now=at("2026-03-02 12:45:00.000001")))[0] == at("2026-03-10 13:00")
    assert starts(start(now=at("2026-03-02 12:45")))[0] == at("2026-03-03 13:00")
    assert starts(start(starts_on=date(2026, 3, 11)))[0] == at("2026-03-17 13:00")


def test_a1_nothing_after_the_enrolments_last_day():
    assert starts(start(make_enrolment(ends_on=date(2026, 3, 17))))[-1] == at("2026-03-17 13:00")
    assert starts(start(make_enrolment(ends_on=date(2026, 3, 16))))[-1] == at("2026-03-10 13:00")


def test_a1_nothing_inside_an_interruption():
    enrolment = make_enrolment()
    Interruption.objects.create(
        enrolment=enrolment,
        kind=InterruptionKind.LEAVE,
        starts_on=date(2026, 3, 10),
        ends_on=date(2026, 3, 17),
        recorded_at=NOW,
    )
    days = [instant.date() for instant in starts(start(enrolment))]
    assert days == [date(2026, 3, 3), date(2026, 3, 24), date(2026, 3, 31)]


@pytest.mark.parametrize(
    ("begins", "ends", "held"),
    [
        ("2026-03-10 13:00", "2026-03-10 13:45", False),
        ("2026-03-10 12:00", "2026-03-10 13:00", True),
        ("2026-03-10 13:45", "2026-03-10 15:00", True),
        ("2026-03-10 12:00", "2026-03-10 13:00:00.000001", False),
        ("2026-03-10 13:44:59.999999", "2026-03-10 15:00", False),
    ],
)
def test_a1_nothing_over_the_mentors_time_off(begins, ends, held):
    mentor = make_mentor()
    TimeOff.objects.create(mentor=mentor, starts_at=at(begins), ends_at=at(ends), recorded_at=NOW)
    assert (at("2026-03-10 13:00") in starts(start(mentor=mentor))) is held
    assert not Message.objects.filter(kind="week_skipped").exists()  # nobody needs to be told


def test_a1_the_horizon_moves_on_with_the_weeks():
    mentorship = start()
    assert run(GENERATION, at("2026-03-08 23:59:59.999999")) == 0
    assert run(GENERATION, at("2026-03-09 00:00")) == 1
    assert starts(mentorship)[-1] == at("2026-04-07 12:00")
    assert Session.objects.order_by("-starts_at")[0].booked_at == at("2026-03-09 00:00")
    assert run(GENERATION, at("2026-03-09 00:00")) == 0


def test_a1_generating_twice_changes_nothing():
    mentorship = start()
    before = facts()
    Mentorship.objects.update(generated_through=date(2026, 2, 23), generates_at=NOW)
    for _ in range(6):
        settle([mentorship.pk], NOW)
    assert facts() == before


def test_a1_a_skipped_week_is_told_once_to_mentor_and_learning_manager():
    manager = make_user(Role.LEARNING_MANAGER)
    mentor = make_mentor()
    start(mentor=mentor)
    second = start(make_enrolment(path=make_path(learning_manager=manager)), mentor, local_time=time(14, 30))
    assert starts(second) == []
    told = Message.objects.filter(kind="week_skipped")
    assert set(told.values_list("recipient", flat=True)) == {manager.pk, mentor.user_id}
    assert told.count() == 2 * 5
    run(GENERATION, at("2026-03-09 00:00"))
    assert told.count() == 2 * 6


def test_a1_a_week_that_is_full_is_skipped():
    mentorship = start()
    week = Session.objects.get(for_week=date(2026, 3, 30))
    Session.objects.filter(pk=week.pk).delete()
    for hour in (8, 10):
        make_session(at(f"2026-04-01 {hour:02}:00"), mentorship=mentorship)
    Mentorship.objects.update(generated_through=date(2026, 3, 23), generates_at=NOW)
    run(GENERATION, NOW)
    assert not Session.objects.filter(for_week=date(2026, 3, 30)).exists()
    assert Message.objects.filter(kind="week_skipped").exists()


def test_a2_sessions_are_adapted_when_they_are_laid_out():
    enrolment = make_enrolment()
    Accommodation.objects.create(
        enrolment=enrolment,
        audio=True,
        lateness=timedelta(minutes=25),
        valid_from=date(2026, 3, 10),
        valid_until=date(2026, 3, 10),
        accepted_at=NOW,
    )
    start(enrolment)
    first, second = Session.objects.order_by("starts_at")[:2]
    assert (first.medium, first.falls_due_at) == ("video", first.starts_at + timedelta(minutes=15))
    assert (second.medium, second.falls_due_at) == ("audio", second.starts_at + timedelta(minutes=25))


def test_a1_a_mentorship_that_ended_is_never_due_again():
    mentorship = start()
    staff = make_user(Role.STUDENT_SUCCESS)
    mentorships.end_mentorship(mentorship_id=mentorship.pk, ends_on=date(2026, 4, 7), by=staff, now=NOW)
    assert run(GENERATION, at("2026-03-09 00:00")) == 1
    assert starts(mentorship)[-1] == at("2026-04-07 12:00")
    mentorship.refresh_from_db()
    assert mentorship.generates_at is None


# A10


def crowd():
    """Mentors and students whose weeks collide across zones when clocks change."""
    first, second = make_mentor(), make_mentor(time_zone="America/New_York")
    student = make_enrolment()
    start(student, first, local_time=time(14))
    start(make_enrolment(time_zone="America/New_York"), first, local_time=time(9))  # collides at times
    start(make_enrolment(time_zone="Asia/Kathmandu"), first, weekday=1, local_time=time(1))
    start(make_enrolment(student=student.student), second, local_time=time(14, 15))  # always collides
    start(make_enrolment(time_zone="America/New_York"), second, weekday=7, local_time=time(15, 30))


END = datetime(2026, 4, 20, 9, tzinfo=UTC)


@pytest.fixture
def on_time(request):
    """What a sweep every hour gives, undone afterwards."""
    from django.db import transaction

    crowd()
    saved = {row.pk: (row.generated_through, row.generates_at) for row in Mentorship.objects.all()}
    kept = set(Session.objects.values_list("pk", flat=True))
    with transaction.atomic():
        now = NOW
        while now <= END:
            run(GENERATION, now)
            now += timedelta(hours=12)
        expected = facts()
        transaction.set_rollback(True)
    assert {row.pk: (row.generated_through, row.generates_at) for row in Mentorship.objects.all()} == saved
    assert set(Session.objects.values_list("pk", flat=True)) == kept
    assert len(expected[0]) > len(kept) + 10
    return expected


@pytest.mark.parametrize("batch_size", [1, 2, 500])
def test_a10_a_late_sweep_lays_out_the_same_sessions(on_time, batch_size):
    run(GENERATION, END, batch_size)
    assert facts() == on_time


def test_a10_whoever_changes_a_calendar_catches_up_first(on_time):
    mentor = Mentorship.objects.order_by("pk")[0].mentor
    calendars.add_time_off(
        mentor=mentor, starts_at=END, ends_at=END + timedelta(hours=1), by=mentor.user, now=END
    )
    run(GENERATION, END)
    assert facts() == on_time


@pytest.mark.parametrize("count", [1, 3])
def test_a_batch_takes_a_constant_number_of_queries(count, django_assert_num_queries):
    for _ in range(count):
        start()
    pks = list(Mentorship.objects.values_list("pk", flat=True))
    with django_assert_num_queries(9):
        assert settle(pks, at("2026-03-09 00:00")) == count
