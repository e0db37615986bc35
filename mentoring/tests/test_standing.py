"""Penalties and sessions: closed from the instant of effect, and neutral, also where that came to light late (A9)."""

from __future__ import annotations

from datetime import date, time, timedelta

import pytest

from accounts.models import Role
from enforcement.runner import run
from mentoring.models import Absence, DefenceState, Mentorship, ReschedulingState, Session, SessionState
from mentoring.services import start_mentorship
from mentoring.services.standing import end_trainings_for_good, settle_identity, suspend_training
from mentoring.sweeps import SWEEPS
from record.models import Message
from students.models import (
    Ban,
    ChangeOfPath,
    Consultation,
    Enrolment,
    EnrolmentState,
    IdentityFlag,
    LeaveRequest,
    Membership,
    StudyGroup,
)
from tests.factories import (
    at,
    make_absence,
    make_approved_work,
    make_defence,
    make_enrolment,
    make_mentor,
    make_path,
    make_student,
    make_user,
)

pytestmark = pytest.mark.django_db

NOW = at("2026-03-02 08:00")  # Monday
FIRST, LAST = date(2026, 3, 2), date(2026, 4, 1)
PENALTY = "discipline.penalty:1"


@pytest.fixture
def mentorship():
    """Tuesdays at 14:00 in Paris, laid out up to 31 March."""
    return start_mentorship(
        enrolment=make_enrolment(),
        mentor=make_mentor(),
        weekday=2,
        local_time=time(14),
        starts_on=FIRST,
        by=make_user(Role.STUDENT_SUCCESS),
        now=NOW,
    )


def suspend(enrolment, now=NOW, effective_at=None, **days):
    days = {"starts_on": FIRST, "ends_on": LAST} | days
    return suspend_training(
        enrolment=enrolment, **days, about=PENALTY, effective_at=effective_at, by=None, now=now
    )


def exclude(enrolment, now=NOW, effective_at=None):
    return end_trainings_for_good(
        student=enrolment.student,
        on=(effective_at or now).date(),
        cause="exclusion",
        about=PENALTY,
        effective_at=effective_at,
        by=None,
        now=now,
        starting_with=enrolment,
    )


def states(mentorship):
    rows = Session.objects.filter(mentorship=mentorship).order_by("starts_at")
    return {row.starts_at.strftime("%d %b"): str(row.state) for row in rows}


def sweep(now):
    for each in SWEEPS:
        run(each, now)


def test_a9_sessions_of_the_month_are_cancelled_neutrally_and_both_sides_are_told(mentorship):
    suspend(mentorship.enrolment)
    assert states(mentorship) == dict.fromkeys(
        ("03 Mar", "10 Mar", "17 Mar", "24 Mar", "31 Mar"), "cancelled_by_school"
    )
    assert set(Session.objects.values_list("clause", flat=True)) == {"4.2"}
    assert not Absence.objects.exists()
    assert Message.objects.filter(kind="sessions_cancelled").count() == 1
    assert Message.objects.filter(kind="sessions_cancelled_mentor").count() == 1


def test_b7_generation_pauses_for_the_month_and_goes_on_by_itself(mentorship):
    suspend(mentorship.enrolment)
    sweep(at("2026-03-16 08:00"))
    assert states(mentorship)["07 Apr"] == "scheduled"
    assert Session.objects.filter(state=SessionState.SCHEDULED).count() == 2
    mentorship.enrolment.refresh_from_db()
    assert mentorship.enrolment.ends_on == date(2026, 12, 31)  # it means nothing for the end


def test_abuse_40_the_same_penalty_suspends_once(mentorship):
    row = suspend(mentorship.enrolment)
    assert suspend(mentorship.enrolment, now=NOW + timedelta(days=2)) == row


def test_a10_a_receipt_that_comes_in_late_closes_what_was_judged_meanwhile(mentorship):
    """Delivered on the 9th, known on the 18th: two absences count no more, the first still does."""
    known = at("2026-03-18 08:00")
    for starts in ("2026-03-03", "2026-03-10", "2026-03-17"):
        Session.objects.filter(starts_at__date=starts).update(mentor_joined_at=at(f"{starts} 13:00"))
    sweep(known)
    assert list(states(mentorship).values())[:3] == ["unauthorised_absence"] * 3
    suspend(
        mentorship.enrolment,
        now=known,
        effective_at=at("2026-03-09 10:00"),
        starts_on=date(2026, 3, 9),
        ends_on=date(2026, 4, 8),
    )
    assert states(mentorship)["03 Mar"] == "unauthorised_absence"
    assert states(mentorship)["10 Mar"] == states(mentorship)["17 Mar"] == "cancelled_by_school"
    withdrawn = Absence.objects.filter(withdrawn_at__isnull=False)
    assert withdrawn.count() == 2
    streak = mentorship.enrolment.streaks.get()
    assert streak.undone_at == known


def test_a10_what_fell_due_before_the_effect_is_judged_and_what_came_after_it_is_not(mentorship):
    """The worker had not run: the result is the same."""
    for starts in ("2026-03-03", "2026-03-10"):
        Session.objects.filter(starts_at__date=starts).update(mentor_joined_at=at(f"{starts} 13:00"))
    suspend(
        mentorship.enrolment,
        now=at("2026-03-18 08:00"),
        effective_at=at("2026-03-10 10:00"),
        starts_on=date(2026, 3, 10),
        ends_on=date(2026, 4, 9),
    )
    assert list(states(mentorship).values())[:2] == ["unauthorised_absence", "cancelled_by_school"]
    assert Absence.objects.get().withdrawn_at is None


def test_a8_a_duty_that_runs_out_during_the_suspension_waits(mentorship):
    absence = make_absence(at("2026-02-27 13:00"), mentorship=mentorship)
    assert absence.rescheduling_due_at > NOW - timedelta(days=1)
    suspend(mentorship.enrolment, effective_at=at("2026-03-01 09:00"), starts_on=date(2026, 3, 1))
    absence.refresh_from_db()
    assert absence.rescheduling_state == ReschedulingState.WAITS
    sweep(at("2026-03-05 08:00"))
    assert not Message.objects.filter(kind="rescheduling_breach").exists()


def test_b7_a_session_that_had_begun_goes_on(mentorship):
    started = at("2026-03-03 13:05")
    suspend(mentorship.enrolment, now=started, effective_at=started, starts_on=date(2026, 3, 3))
    assert states(mentorship)["03 Mar"] == "scheduled"


def test_b7_defences_of_the_month_are_called_off(mentorship):
    work = make_approved_work(mentorship.mentor.user, mentorship.enrolment, in_depth=True)
    inside, outside = make_defence(work, at("2026-03-20 09:00")), None
    suspend(mentorship.enrolment)
    inside.refresh_from_db()
    assert (inside.state, outside) == (DefenceState.CANCELLED, None)


def test_b7_an_exclusion_ends_every_training_and_all_that_is_open_of_it(mentorship):
    enrolment = mentorship.enrolment
    student = enrolment.student
    second = make_enrolment(student=student)
    LeaveRequest.objects.create(
        enrolment=enrolment, starts_on=LAST, ends_on=LAST, asked_until=LAST, state="requested",
        approver="mentor", requested_at=NOW, complete_at=NOW, policy_id="2026-01",
    )  # fmt: skip
    to_path = make_path()
    said = Consultation.objects.create(
        enrolment=enrolment, to_path=to_path, advice="Go", recorded_at=NOW, recorded_by=mentorship.mentor.user
    )
    ChangeOfPath.objects.create(
        enrolment=enrolment, from_path=enrolment.path, to_path=to_path, consultation=said, reason="So",
        requested_at=NOW, policy_id="2026-01", state="waiting",
    )  # fmt: skip
    group = StudyGroup.objects.create(title="SQL", path=enrolment.path, made_at=NOW, made_by=student)
    Membership.objects.create(group=group, student=student, owner=True, joined_at=NOW)

    now = at("2026-03-03 11:00")
    closed = exclude(enrolment, now=now)
    assert {row.pk for row in closed} == {enrolment.pk, second.pk}
    assert set(Enrolment.objects.values_list("state", "closed_at")) == {(EnrolmentState.ENDED, now)}
    assert set(states(mentorship).values()) == {"cancelled_by_school"}  # the one of the same day, too
    assert Mentorship.objects.get(pk=mentorship.pk).ends_on == now.date()
    assert LeaveRequest.objects.get().state == "lapsed"
    assert ChangeOfPath.objects.get().state == "withdrawn"
    assert Membership.objects.get().left_at == now
    sweep(at("2026-04-20 08:00"))
    assert not Session.objects.filter(starts_at__gt=at("2026-04-01 00:00")).exists()


def test_b7_a_training_that_had_ended_is_closed_by_its_own_penalty_as_well():
    enrolment = make_enrolment(state=EnrolmentState.ENDED, ended_on=date(2026, 2, 1))
    assert [row.closed_at for row in exclude(enrolment)] == [NOW]
    enrolment.refresh_from_db()
    assert enrolment.ended_on == date(2026, 2, 1)


def test_abuse_42_whoever_is_found_to_be_the_banned_person_leaves_the_training(mentorship):
    ban = Ban.objects.create(
        student=make_student(), starts_on=FIRST, until=date(2027, 3, 1), clause="4.2", policy_id="2026-01",
        about=PENALTY, imposed_at=NOW, recorded_at=NOW,
    )  # fmt: skip
    flag = IdentityFlag.objects.create(
        student=mentorship.enrolment.student,
        ban=ban,
        enrolment=mentorship.enrolment,
        matched="name",
        raised_at=NOW,
    )
    by = make_user(Role.HEAD_OF_LEARNING)
    settle_identity(flag_id=flag.pk, same=True, reasons="The same passport", by=by, now=NOW)
    row = Enrolment.objects.get(pk=mentorship.enrolment_id)
    assert (row.state, row.closed_at) == (EnrolmentState.ENDED, NOW)
    assert Ban.objects.filter(student=row.student, until=ban.until).exists()
    assert set(states(mentorship).values()) == {"cancelled_by_school"}
