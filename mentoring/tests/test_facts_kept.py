"""What a verdict rests on stays what is known, and new facts are told even where they change no verdict (A5, R1)."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest

from accounts.models import Role
from enforcement.runner import run
from mentoring.models import (
    Absence,
    Participant,
    ReschedulingState,
    Session,
    SessionState,
    Streak,
    StreakAbsence,
)
from mentoring.services import (
    authorise_exception,
    book_replacement,
    give_reasons,
    record_join,
    state_presence,
)
from mentoring.services.facts import iso
from mentoring.services.joins import record_reported_joins
from mentoring.services.streaks import seal
from mentoring.sweeps import ATTENDANCE, RESCHEDULING_DEADLINES
from record.models import Entry
from rulebook.errors import RuleError
from tests.factories import at, make_absence, make_mentorship, make_session, make_user

pytestmark = pytest.mark.django_db
START = at("2026-03-03 13:00")
MINUTE = timedelta(minutes=1)


@pytest.fixture
def session() -> Session:
    return make_session(START)


def kinds(session: Session) -> list[str]:
    rows = Entry.objects.filter(about=f"mentoring.session:{session.pk}").order_by("seq")
    return list(rows.values_list("kind", flat=True))


def test_a5_a_corrected_arrival_is_the_one_that_the_verdict_tells(session: Session) -> None:
    mentor = session.mentor.user
    record_join(session_id=session.pk, participant=Participant.MENTOR, by=mentor, now=START)
    record_join(
        session_id=session.pk,
        participant=Participant.STUDENT,
        by=session.student.user,
        now=START + 20 * MINUTE,
    )
    arrived = START + 17 * MINUTE
    state_presence(
        session_id=session.pk, present=True, arrived_at=arrived, by=mentor, now=session.ends_at + MINUTE
    )

    session.refresh_from_db()
    assert session.state == SessionState.UNAUTHORISED_ABSENCE
    assert json.loads(session.facts)["student_joined_at"] == arrived.isoformat()


def test_r1_a_report_that_changes_no_verdict_is_told(session: Session) -> None:
    mentor = session.mentor.user
    record_join(session_id=session.pk, participant=Participant.MENTOR, by=mentor, now=START)
    record_join(session_id=session.pk, participant=Participant.STUDENT, by=session.student.user, now=START)
    over = session.ends_at + MINUTE
    run(ATTENDANCE, over)
    new = record_reported_joins(
        session_id=session.pk, student_joined_at=START, mentor_joined_at=START + MINUTE, by=mentor, now=over
    )

    assert new
    assert kinds(session) == ["session_held", "joins_reported"]
    entry = Entry.objects.get(kind="joins_reported")
    assert json.loads(entry.payload)["student_joined_at"] == iso(START)


def duty_met() -> Entry:
    return Entry.objects.get(kind="rescheduling_met")


def test_r1_a_duty_that_is_met_is_told() -> None:
    absence = make_absence(START)
    student = absence.session.student.user
    booked_at, reasoned_at = START + timedelta(hours=2), START + timedelta(hours=3)
    book_replacement(
        session_id=absence.session_id, starts_at=at("2026-03-05 08:00"), by=student, now=booked_at
    )
    assert not Entry.objects.filter(kind="rescheduling_met").exists()
    give_reasons(absence_id=absence.pk, reasons="Ill", by=student, now=reasoned_at)
    assert (duty_met().happened_at, duty_met().chain.subject) == (reasoned_at, student)


def test_a10_a_duty_that_the_deadline_finds_met_is_dated_by_when_it_was() -> None:
    absence = make_absence(START, reasons="Ill", reasons_at=START, rebooked_at=START + MINUTE)
    run(RESCHEDULING_DEADLINES, START + timedelta(days=5))
    absence.refresh_from_db()
    assert absence.rescheduling_state == ReschedulingState.MET
    assert duty_met().happened_at == START + MINUTE


def test_a4_who_is_excused_and_comes_late_is_let_in(session: Session) -> None:
    staff = make_user(Role.STUDENT_SUCCESS)
    authorise_exception(session_id=session.pk, reason="Storm", by=staff, now=START - timedelta(hours=1))
    record_join(session_id=session.pk, participant=Participant.MENTOR, by=session.mentor.user, now=START)
    late = START + 20 * MINUTE
    record_join(session_id=session.pk, participant=Participant.STUDENT, by=session.student.user, now=late)

    session.refresh_from_db()
    assert (session.state, session.student_joined_at) == (SessionState.AUTHORISED_ABSENCE, late)


def test_a3_who_gave_notice_is_told_so_and_not_that_nothing_takes_place() -> None:
    absence = make_absence(START, kind="authorised")
    with pytest.raises(RuleError, match="does not take place"):
        record_join(
            session_id=absence.session_id,
            participant=Participant.STUDENT,
            by=absence.session.student.user,
            now=START,
        )


def test_a9_an_absence_that_the_board_decided_on_is_not_counted_again_when_it_comes_back() -> None:
    """Corrected to held and back: it belongs to the sealed case as before, beside two later absences."""
    mentorship = make_mentorship()
    week = timedelta(weeks=1)
    rows = [
        make_absence(START + n * week, mentorship=mentorship, rescheduling_due_at=START + 52 * week)
        for n in range(5)
    ]
    streak = Streak.objects.create(
        enrolment=mentorship.enrolment, reached_at=START + 2 * week, policy_id="2026-01", taken_up_at=START
    )
    for position, row in enumerate(rows[:3], start=1):
        StreakAbsence.objects.create(streak=streak, absence=row, position=position)
    seal(streak.pk, START + 3 * week)
    third, mentor = rows[2].session, mentorship.mentor.user
    for present, minutes in ((True, 1), (False, 2)):
        state_presence(
            session_id=third.pk,
            present=present,
            arrived_at=None,
            by=mentor,
            now=third.ends_at + minutes * MINUTE,
        )
    third.refresh_from_db()
    assert third.state == SessionState.UNAUTHORISED_ABSENCE
    assert list(Streak.objects.all()) == [streak]
    assert Absence.objects.get(session=third).withdrawn_at is None
