"""People's words about a session, before and after it (A4, A7, A8)."""

from __future__ import annotations

from datetime import timedelta

import pytest

from accounts.models import Role
from mentoring import services
from mentoring.models import (
    Absence,
    AbsenceKind,
    ContestOutcome,
    Join,
    JoinSource,
    Participant,
    ReschedulingState,
    SessionState,
)
from mentoring.services.desk import catch_up
from rulebook.errors import RuleError
from students.models import Accommodation
from tests.factories import at, make_absence, make_session, make_user

pytestmark = pytest.mark.django_db
START = at("2026-03-03 14:00")
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
END = START + 45 * MINUTE


@pytest.fixture
def team():
    return make_user(Role.STUDENT_SUCCESS)


@pytest.fixture
def session():
    return make_session(START)


def mentor_came(session):
    services.record_join(
        session_id=session.pk, participant=Participant.MENTOR, by=session.mentor.user, now=session.starts_at
    )


def state(session, now, *, present=True, arrived_at=None):
    return services.state_presence(
        session_id=session.pk, present=present, arrived_at=arrived_at, by=session.mentor.user, now=now
    )


@pytest.mark.parametrize("before", [True, False])
def test_a8_what_student_success_heard_counts_as_the_reasons_before_or_after(session, team, before):
    mentor_came(session)
    heard_at = START + MINUTE if before else START + HOUR
    services.authorise_exception(session_id=session.pk, reason="A birth", by=team, now=heard_at)
    catch_up(session.enrolment_id, START + 2 * HOUR)
    absence = Absence.objects.get()
    assert (absence.kind, absence.reasons, absence.reasons_at) == (
        AbsenceKind.AUTHORISED,
        "",  # the words stay between the student and Student Success
        heard_at,
    )


def test_a8_an_excused_student_owes_no_other_reasons_when_an_unattended_session_is_resolved(session, team):
    services.authorise_exception(session_id=session.pk, reason="A birth", by=team, now=START - HOUR)
    services.resolve_unattended(
        session_id=session.pk, outcome="unauthorised_absence", reasons="Mentor was there", by=team, now=END
    )
    absence = Absence.objects.get()
    assert (absence.kind, absence.reasons_at) == (AbsenceKind.AUTHORISED, START - HOUR)


def test_a7_the_mentor_may_state_a_presence_after_a_late_notice(session):
    services.give_notice(session_id=session.pk, reason="Ill", by=session.student.user, now=START - HOUR)
    session.refresh_from_db()
    told = services.preview_presence(session=session, present=True, arrived_at=None, now=END + HOUR)
    assert told.outcome == SessionState.HELD
    assert state(session, END + HOUR).state == SessionState.HELD
    assert Absence.objects.get().withdrawn_at == END + HOUR
    again = state(session, END + 2 * HOUR, present=False)
    assert (again.state, again.ground) == (SessionState.UNAUTHORISED_ABSENCE, "late_notice")


def test_a7_no_presence_is_stated_of_a_session_called_off_in_time(session):
    services.give_notice(session_id=session.pk, reason="Ill", by=session.student.user, now=START - 2 * DAY)
    with pytest.raises(RuleError) as refused:
        state(session, END + HOUR)
    assert refused.value.field == "present"


def test_a8_an_absence_that_a_report_brings_to_light_later_has_its_own_48_hours(session, team):
    told_at = START + 5 * DAY
    catch_up(session.enrolment_id, told_at)
    session.refresh_from_db()
    assert session.state == SessionState.UNATTENDED
    services.record_reported_joins(
        session_id=session.pk, student_joined_at=None, mentor_joined_at=START, by=team, now=told_at
    )
    catch_up(session.enrolment_id, told_at + HOUR)
    absence = Absence.objects.get()
    assert absence.rescheduling_due_at == told_at + 48 * HOUR
    assert absence.rescheduling_state == ReschedulingState.OPEN


@pytest.mark.parametrize("outcome", [ContestOutcome.REJECTED, ContestOutcome.AUTHORISED])
def test_a7_a_contest_of_an_absence_withdrawn_meanwhile_is_decided_for_the_student(team, outcome):
    session = make_absence(START).session
    student = session.student.user
    contest = services.contest_absence(
        absence_id=session.absence.pk, statement="I was there", by=student, now=END + HOUR
    )
    state(session, END + 2 * HOUR)

    def decide(outcome):
        return services.decide_contest(
            contest_id=contest.pk, outcome=outcome, reasons="Seen", by=team, now=END + DAY
        )

    with pytest.raises(RuleError) as refused:
        decide(outcome)
    assert refused.value.field == "outcome"
    session.refresh_from_db()
    assert (session.state, session.decided_by) == (SessionState.HELD, None)
    assert decide(ContestOutcome.PRESENT).decided_at == END + DAY


def test_refusals_name_the_lengths_of_the_terms_in_force(session):
    """2.4: an accommodation gives this student 30 minutes."""
    Accommodation.objects.create(
        enrolment=session.enrolment,
        lateness=30 * MINUTE,
        valid_from=START.date(),
        accepted_at=START - DAY,
    )
    with pytest.raises(RuleError, match="wait until 30 min are over"):
        state(session, START + 20 * MINUTE, present=False)
    with pytest.raises(RuleError, match="until 48 h after the session"):
        state(session, END + 3 * DAY)
    assert not Join.objects.filter(source=JoinSource.STATEMENT).exists()
