"""The third absence: two workers at one student, and a correction while the case opens (A7, A9)."""

from __future__ import annotations

import json
from datetime import timedelta
from functools import partial

import pytest
from django.db import OperationalError

from accounts.models import Role
from discipline.models import Case, CaseState
from discipline.services import opening as discipline
from discipline.sweeps import OPEN_CASES, WITHDRAW_CASES
from enforcement.runner import SweepFailed, run
from mentoring.models import Absence, Contest, ContestOutcome, Session, SessionState, Streak
from mentoring.services import changes, corrections, decide_contest, give_reasons, rescheduling, verdicts
from mentoring.services.streaks import Tally
from mentoring.sweeps import ATTENDANCE, RESCHEDULING_DEADLINES
from record.models import Chain, Entry, Message
from record.services import lock_chains
from record.verify import Verification
from tests.factories import make_absence, make_session, make_user

from .conftest import LIMIT, START, TICK, WEEK, with_mentor
from .meeting import meet

pytestmark = [pytest.mark.postgresql, pytest.mark.django_db(transaction=True)]


# --- Two due sessions of one student ------------------------------------------------------------------------


@pytest.fixture
def two_due(mentorship):
    """One absence, and two sessions that both fell due while no worker ran."""
    make_absence(START - 2 * WEEK, mentorship=mentorship)
    Chain.objects.create(subject=mentorship.enrolment.student.user)
    return [with_mentor(make_session(START - weeks * WEEK, mentorship=mentorship)) for weeks in (1, 0)]


def one_each(monkeypatch):
    """The first worker has counted, and not written, when the second takes the next session."""
    work = partial(run, ATTENDANCE, LIMIT + TICK, 1, max_batches=1)
    return meet(monkeypatch, verdicts, "save_batch", work, work)


def test_a9_without_chain_lock_and_order_the_third_absence_is_missed(two_due, unlock, monkeypatch):
    unlock(Chain)
    monkeypatch.setattr(Tally, "waits_for_earlier", lambda *_: False)
    first, second = one_each(monkeypatch)
    assert second.value == 1
    # Both counted two. The record saw that its chain had moved, which is all that stopped the first.
    assert isinstance(first.error, SweepFailed)
    assert "record_entry_place" in str(first.error)
    assert not Streak.objects.exists()


def test_a9_the_order_alone_makes_the_second_worker_wait_its_turn(two_due, unlock, monkeypatch):
    unlock(Chain)
    first, second = one_each(monkeypatch)
    assert (first.value, second.value) == (1, 0)
    run(ATTENDANCE, LIMIT + TICK)
    assert Streak.objects.count() == 1


def test_a9_two_workers_at_one_student_count_to_three_once(two_due, monkeypatch):
    first, second = one_each(monkeypatch)
    assert (first.value, second.value, second.waited) == (1, 1, True)
    assert run(OPEN_CASES, LIMIT + TICK) == 1
    case = Case.objects.get()
    assert case.opened_at == LIMIT
    assert [member.absence.starts_at for member in case.streak.members.all()] == [
        START - 2 * WEEK,
        START - WEEK,
        START,
    ]
    assert Entry.objects.filter(kind="three_absences").count() == 1
    told = Message.objects.filter(kind="absence_recorded").order_by("due_at")
    assert [json.loads(message.context).get("count") for message in told] == [2, None]
    assert list(Verification().findings()) == []


# --- A correction while the case opens ------------------------------------------------------------------------


@pytest.fixture
def contested(mentorship):
    """Three absences whose streak no case was opened for yet, and a contest of the last."""
    for weeks in (2, 1):
        make_absence(START - weeks * WEEK, mentorship=mentorship, rescheduling_state="breach")
    with_mentor(make_session(START, mentorship=mentorship))
    assert run(ATTENDANCE, LIMIT + TICK) == 1
    last = Absence.objects.latest("starts_at")
    return Contest.objects.create(absence=last, statement="I was there", made_at=LIMIT + timedelta(minutes=5))


DECIDED = LIMIT + timedelta(hours=1)


def decide(contest, outcome=ContestOutcome.PRESENT):
    return partial(
        decide_contest,
        contest_id=contest.pk,
        outcome=outcome,
        reasons="The log shows it",
        by=make_user(Role.STUDENT_SUCCESS),
        now=DECIDED,
    )


open_cases = partial(run, OPEN_CASES, DECIDED)


def assert_opened_and_withdrawn():
    """As on time, whoever was first: a case that opened with the third absence and fell with the correction (A10)."""
    run(OPEN_CASES, DECIDED + TICK)
    run(WITHDRAW_CASES, DECIDED + TICK)
    case = Case.objects.get()
    assert (case.state, case.opened_at, case.withdrawn_at) == (CaseState.WITHDRAWN, LIMIT, DECIDED)
    kinds = list(
        Entry.objects.filter(kind__startswith="case_").order_by("seq").values_list("kind", flat=True)
    )
    assert kinds == ["case_opened", "case_withdrawn"]
    assert Message.objects.filter(kind="case_opened").count() == 1
    assert Message.objects.filter(kind="case_withdrawn").count() == 1
    assert Entry.objects.filter(kind="streak_undone").count() == 1
    assert list(Verification().findings()) == []


def test_a7_without_locks_the_correction_is_lost_to_the_opening(contested, unlock, monkeypatch):
    unlock(Chain, Streak, Session, Absence)
    correction, opening = meet(monkeypatch, verdicts, "undo_broken", decide(contested), open_cases)
    assert opening.value == 1
    assert "record_entry_place" in str(correction.error)  # which the record's own constraint noticed
    assert not Contest.objects.filter(decided_at__isnull=False).exists()


def test_a7_without_its_lock_on_the_streak_a_correction_and_the_opening_wait_in_a_circle(
    contested, monkeypatch
):
    monkeypatch.setattr(changes, "lock_counts", lambda enrolments, users: lock_chains(users))
    circles = []
    lock = discipline.lock_chains

    def lock_and_tell(ids):
        try:
            return lock(ids)
        except OperationalError as error:
            circles.append(error)
            raise

    monkeypatch.setattr(discipline, "lock_chains", lock_and_tell)
    correction, opening = meet(monkeypatch, verdicts, "undo_broken", decide(contested), open_cases)
    assert opening.waited
    # PostgreSQL ends one of the two: a batch, which the runner tries again, or a page, with an error.
    assert "deadlock" in str(correction.error or circles)


def test_a7_a_correction_while_the_case_opens(contested, monkeypatch):
    correction, opening = meet(monkeypatch, verdicts, "undo_broken", decide(contested), open_cases)
    assert correction.error is None
    assert (opening.value, opening.waited) == (0, False)
    assert_opened_and_withdrawn()


def test_a7_the_case_opens_while_a_correction_waits(contested, monkeypatch):
    opening, correction = meet(monkeypatch, discipline, "take_up", open_cases, decide(contested))
    assert (opening.value, correction.error, correction.waited) == (1, None, True)
    assert_opened_and_withdrawn()


def test_a9_without_the_lock_two_workers_open_the_same_case(contested, unlock, monkeypatch):
    unlock(Streak, Chain)
    first, second = meet(monkeypatch, discipline, "take_up", open_cases, open_cases)
    # Stopped by the database alone: one case a streak.
    assert first.value == 1
    assert isinstance(second.error, SweepFailed)
    assert "streak_id" in str(second.error)


def test_a9_two_workers_open_one_case(contested, monkeypatch):
    first, second = meet(monkeypatch, discipline, "take_up", open_cases, open_cases)
    assert (first.value, second.value, second.waited) == (1, 0, False)
    assert Case.objects.count() == 1


# --- Two decisions -------------------------------------------------------------------------------------------


def test_a7_without_the_lock_a_contest_is_decided_twice(contested, unlock, monkeypatch):
    unlock(Session, Absence, Contest)
    first, second = meet(
        monkeypatch, corrections, "write", decide(contested, ContestOutcome.REJECTED), decide(contested)
    )
    assert (first.error, second.error) == (None, None)
    assert Entry.objects.filter(kind="contest_decided").count() == 2


def test_a7_two_decisions_of_one_contest(contested, monkeypatch):
    first, second = meet(
        monkeypatch, corrections, "write", decide(contested, ContestOutcome.REJECTED), decide(contested)
    )
    assert first.error is None
    assert (second.error.field, second.waited) == ("contest", True)
    assert Entry.objects.filter(kind="contest_decided").count() == 1
    assert Session.objects.latest("starts_at").state == SessionState.UNAUTHORISED_ABSENCE


# --- The third absence while an earlier one's 48 hours end ------------------------------------------------------


@pytest.fixture
def third_due(mentorship):
    """Two absences, and a third session that is due; the duty after the second one is due too."""
    make_absence(START - 2 * WEEK, mentorship=mentorship, rescheduling_state="breach")
    second = make_absence(START - WEEK, mentorship=mentorship, rescheduling_due_at=LIMIT)
    with_mentor(make_session(START, mentorship=mentorship))
    return second


sweep = partial(run, ATTENDANCE, LIMIT + TICK)
deadlines = partial(run, RESCHEDULING_DEADLINES, LIMIT + TICK)


def test_a10_a_deadline_and_a_third_absence_do_not_wait_in_a_circle(third_due, monkeypatch):
    """The one holds the absence and wants the chain; the other holds the chain and refers to the absence."""
    breach, third = meet(monkeypatch, rescheduling, "lock_chains", deadlines, sweep)
    assert (breach.value, third.value, third.waited) == (1, 1, False)
    assert Streak.objects.count() == 1


def test_a10_reasons_and_a_third_absence_do_not_wait_in_a_circle(third_due, monkeypatch):
    reasons, third = meet(
        monkeypatch,
        rescheduling,
        "write",
        partial(
            give_reasons,
            absence_id=third_due.pk,
            reasons="I was ill",
            by=third_due.session.student.user,
            now=LIMIT,
        ),
        sweep,
    )
    assert (reasons.error, third.value, third.waited) == (None, 1, False)
    assert Streak.objects.count() == 1
    assert list(Verification().findings()) == []
