"""At the lateness limit: a person's fact and the sweep, two people's facts, two sweeps (A4, A5, A6, A10)."""

from __future__ import annotations

from functools import partial

import pytest
from django.db import IntegrityError

from enforcement.runner import SweepFailed, run
from mentoring.models import Absence, Join, Participant, Session, SessionState
from mentoring.services import give_notice, joins, notices, record_join, verdicts
from mentoring.sweeps import ATTENDANCE
from record.models import Entry, Message
from record.verify import Verification
from tests.factories import make_session

from .conftest import END, LIMIT, START, TICK
from .meeting import all_at_once, meet

pytestmark = [pytest.mark.postgresql, pytest.mark.django_db(transaction=True)]

sweep_at_limit = partial(run, ATTENDANCE, LIMIT + TICK)


def notice_before_the_start(session):
    return partial(
        give_notice,
        session_id=session.pk,
        reason="The train stands",
        by=session.student.user,
        now=START - TICK,
    )


def join(session, who, now):
    person = session.student.user if who == Participant.STUDENT else session.mentor.user
    return partial(record_join, session_id=session.pk, participant=who, by=person, now=now)


def test_abuse_28_without_the_lock_a_notice_is_lost_to_the_sweep(session, unlock, monkeypatch):
    unlock(Session, Absence)
    notice, _ = meet(monkeypatch, notices, "change", notice_before_the_start(session), sweep_at_limit)
    assert isinstance(notice.error, IntegrityError)
    session.refresh_from_db()
    assert session.ground == "no_show"
    assert not Message.objects.filter(kind="notice_received").exists()


def test_abuse_28_notice_races_the_sweep_at_the_limit(session, monkeypatch):
    notice, sweep = meet(monkeypatch, notices, "change", notice_before_the_start(session), sweep_at_limit)
    assert notice.error is None
    assert (sweep.value, sweep.waited) == (0, False)  # a sweep leaves what somebody holds to its next run
    assert sweep_at_limit() == 0
    session.refresh_from_db()
    assert (session.ground, session.absence.happened_at) == ("late_notice", START - TICK)
    assert Entry.objects.filter(kind="absence_unauthorised").count() == 1
    assert Message.objects.filter(kind="notice_received").count() == 1
    assert list(Verification().findings()) == []


def test_abuse_28_the_sweep_is_first_and_the_notice_waits_for_it(session, monkeypatch):
    """Its clock was read before the start, but the sweep at the limit had the row: it is told, not lost in an error."""
    sweep, notice = meet(
        monkeypatch, verdicts, "save_batch", sweep_at_limit, notice_before_the_start(session)
    )
    assert sweep.value == 1
    assert notice.waited
    assert notice.error.field == "session"
    assert Absence.objects.count() == 1


def test_a5_without_the_lock_a_join_at_the_limit_is_lost_to_the_sweep(session, unlock, monkeypatch):
    unlock(Session, Absence)
    late, _ = meet(monkeypatch, joins, "reassess", join(session, Participant.STUDENT, LIMIT), sweep_at_limit)
    assert isinstance(late.error, IntegrityError)
    session.refresh_from_db()
    assert session.state == SessionState.UNAUTHORISED_ABSENCE
    assert not Join.objects.filter(participant=Participant.STUDENT).exists()


def test_a5_a_join_at_the_limit_races_the_sweep(session, monkeypatch):
    joined, sweep = meet(
        monkeypatch, joins, "reassess", join(session, Participant.STUDENT, LIMIT), sweep_at_limit
    )
    assert (joined.error, sweep.value) == (None, 0)
    assert run(ATTENDANCE, END + TICK) == 1
    session.refresh_from_db()
    assert session.state == SessionState.HELD
    assert not Absence.objects.exists()


def both_join(session, monkeypatch):
    """The student has read who is there and not written it yet when the mentor joins."""
    return meet(
        monkeypatch,
        joins,
        "falls_due_at",
        join(session, Participant.STUDENT, START),
        join(session, Participant.MENTOR, START),
    )


@pytest.fixture
def nobody_there(mentorship):
    return make_session(START, mentorship=mentorship)


def test_a6_without_the_lock_one_of_two_joins_is_lost(nobody_there, unlock, monkeypatch):
    unlock(Session, Absence)
    both_join(nobody_there, monkeypatch)
    run(ATTENDANCE, END + TICK)
    nobody_there.refresh_from_db()
    assert nobody_there.mentor_joined_at is None
    assert nobody_there.state == SessionState.MENTOR_ABSENT


def test_a6_student_and_mentor_join_at_once(nobody_there, monkeypatch):
    student, mentor = both_join(nobody_there, monkeypatch)
    assert (student.error, mentor.error, mentor.waited) == (None, None, True)
    run(ATTENDANCE, END + TICK)
    nobody_there.refresh_from_db()
    assert (nobody_there.student_joined_at, nobody_there.mentor_joined_at) == (START, START)
    assert nobody_there.state == SessionState.HELD


def test_a5_the_same_student_joins_in_ten_windows_at_once(session):
    found = all_at_once(*[join(session, Participant.STUDENT, START)] * 10)
    assert [each.error for each in found] == [None] * 10
    assert Join.objects.filter(participant=Participant.STUDENT).count() == 1


def test_a10_without_the_lock_a_second_sweep_judges_the_same_session(session, unlock, monkeypatch):
    unlock(Session, Absence)
    first, second = meet(monkeypatch, verdicts, "save_batch", sweep_at_limit, sweep_at_limit)
    assert first.value == 1
    # It had read the session as due; only the database kept it from a second absence.
    assert isinstance(second.error, SweepFailed)
    assert "mentoring_absence_session_id" in str(second.error)


def test_a10_two_sweeps_of_the_same_session(session, monkeypatch):
    first, second = meet(monkeypatch, verdicts, "save_batch", sweep_at_limit, sweep_at_limit)
    assert (first.value, second.value, second.waited) == (1, 0, False)
    assert Absence.objects.count() == 1
    assert Entry.objects.count() == 1
    assert Message.objects.filter(kind="absence_recorded").count() == 1
