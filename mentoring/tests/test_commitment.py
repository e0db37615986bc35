"""T3 over the database: one alert a spell, whenever the sweep runs; over when work resumes; never a penalty."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection

from accounts.models import Role
from enforcement.runner import run
from mentoring.models import CommitmentAlert, Followup, SessionState
from mentoring.services import mark_alert
from mentoring.services.followups import follow
from mentoring.sweeps import COMMITMENT, WORK_RESUMED
from record.models import Entry, Message
from rulebook.errors import RuleError
from students.models import Interruption
from tests.factories import (
    at,
    make_deliverable,
    make_enrolment,
    make_mentorship,
    make_path,
    make_session,
    make_user,
    make_work,
)

pytestmark = pytest.mark.django_db

WEEK, MICRO = timedelta(weeks=1), timedelta(microseconds=1)
# The record is written in one statement on PostgreSQL and in three elsewhere.
COST = 11 if connection.vendor == "postgresql" else 13
BEGINS = at("2026-01-05 00:00+01:00")
DUE = BEGINS + 4 * WEEK


@pytest.fixture
def manager():
    return make_user(Role.LEARNING_MANAGER)


@pytest.fixture
def mentorship(manager):
    enrolment = make_enrolment(path=make_path(learning_manager=manager), starts_on=date(2026, 1, 5))
    follow([enrolment])
    return make_mentorship(enrolment=enrolment, starts_on=date(2026, 1, 5))


def hold(mentorship, starts_at):
    return make_session(starts_at, mentorship=mentorship, state=SessionState.HELD)


def pause(mentorship, first, last, kind="leave"):
    Interruption.objects.create(
        enrolment=mentorship.enrolment, kind=kind, starts_on=first, ends_on=last, recorded_at=BEGINS
    )


def sweep(now):
    for each in (COMMITMENT, WORK_RESUMED):
        run(each, now)


def test_t3_four_weeks_without_work_tell_mentor_and_learning_manager_once(mentorship, manager):
    sweep(DUE)
    assert not CommitmentAlert.objects.exists()
    for late in (MICRO, timedelta(days=3), timedelta(weeks=30)):
        sweep(DUE + late)
    alert = CommitmentAlert.objects.get()
    assert (alert.silent_since, alert.raised_at, alert.ended_at) == (BEGINS, DUE, None)
    told = {message.recipient for message in Message.objects.filter(kind="commitment_alert")}
    assert told == {mentorship.mentor.user, manager}
    entry = Entry.objects.get(kind="commitment_alert")
    assert entry.happened_at == DUE and entry.chain.subject == mentorship.enrolment.student.user


def test_t3_a_session_held_or_a_deliverable_counts_as_work(mentorship):
    session = hold(mentorship, BEGINS + WEEK)
    sweep(DUE + MICRO)
    assert not CommitmentAlert.objects.exists()
    assert Followup.objects.get().alert_at == session.ends_at + 4 * WEEK
    handed_in = session.ends_at + 4 * WEEK - MICRO
    make_deliverable(make_work(mentorship.enrolment), submitted_at=handed_in)
    sweep(handed_in + 4 * WEEK)
    assert not CommitmentAlert.objects.exists()
    sweep(handed_in + 4 * WEEK + MICRO)
    assert CommitmentAlert.objects.get().silent_since == handed_in


def test_t3_an_absence_is_no_work(mentorship):
    make_session(BEGINS + WEEK, mentorship=mentorship, state=SessionState.UNAUTHORISED_ABSENCE)
    sweep(DUE + MICRO)
    assert CommitmentAlert.objects.count() == 1


@pytest.mark.parametrize("kind", ["leave", "suspension"])
def test_t3_never_inside_a_leave_or_a_suspension(mentorship, kind):
    pause(mentorship, date(2026, 1, 26), date(2026, 2, 22), kind)
    sweep(at("2026-02-22 23:59+01:00"))
    sweep(at("2026-02-23 00:00+01:00") + WEEK)
    assert not CommitmentAlert.objects.exists()
    sweep(at("2026-02-23 00:00+01:00") + WEEK + MICRO)
    assert CommitmentAlert.objects.get().raised_at == at("2026-02-23 00:00+01:00") + WEEK


def test_t3_a_leave_that_ends_early_lets_the_silence_run_on(mentorship):
    pause(mentorship, date(2026, 1, 26), date(2026, 5, 31))
    sweep(DUE + MICRO)
    back = at("2026-02-09 00:00+01:00")
    Interruption.objects.update(lifted_at=back)
    sweep(back + WEEK + timedelta(hours=30))
    assert CommitmentAlert.objects.get().raised_at == back + WEEK


def test_t3_not_before_the_training_and_not_after_it(mentorship):
    assert run(COMMITMENT, BEGINS - WEEK) == 0
    mentorship.enrolment.ends_on = date(2026, 1, 31)
    mentorship.enrolment.save()
    sweep(DUE + 10 * WEEK)
    assert not CommitmentAlert.objects.exists()
    assert Followup.objects.get().alert_at is None


def test_t3_work_ends_the_alert_and_a_new_silence_raises_another(mentorship):
    sweep(DUE + MICRO)
    session = hold(mentorship, DUE + WEEK)
    sweep(session.ends_at)
    assert CommitmentAlert.objects.get().ended_at == session.ends_at
    assert Entry.objects.get(kind="commitment_resumed").happened_at == session.ends_at
    sweep(session.ends_at + 4 * WEEK)
    assert CommitmentAlert.objects.count() == 1
    sweep(session.ends_at + 4 * WEEK + MICRO)
    assert CommitmentAlert.objects.count() == 2


def test_a10_a_sweep_that_runs_months_late_gives_the_same_alerts(mentorship):
    first, second = hold(mentorship, DUE + WEEK), hold(mentorship, DUE + 7 * WEEK)
    sweep(DUE + 20 * WEEK)
    rows = list(CommitmentAlert.objects.order_by("raised_at").values_list("raised_at", "ended_at"))
    assert rows == [
        (DUE, first.ends_at),
        (first.ends_at + 4 * WEEK, second.ends_at),
        (second.ends_at + 4 * WEEK, None),
    ]
    assert Message.objects.filter(kind="commitment_alert").count() == 6


def test_t3_an_alert_is_over_when_the_training_is(mentorship):
    sweep(DUE + MICRO)
    mentorship.enrolment.ends_on = date(2026, 2, 10)
    mentorship.enrolment.save()
    sweep(at("2026-02-20 00:00"))
    assert CommitmentAlert.objects.get().ended_at == at("2026-02-11 00:00+01:00")


def test_t3_it_can_be_marked_for_the_board_and_opens_nothing_by_itself(mentorship, manager):
    sweep(DUE + MICRO)
    alert = CommitmentAlert.objects.get()
    now = DUE + timedelta(days=1)
    for stranger in (make_user(Role.LEARNING_MANAGER), make_user(Role.MENTOR)):
        with pytest.raises(PermissionDenied):
            mark_alert(alert_id=alert.pk, reasons="Silent.", by=stranger, now=now)
    with pytest.raises(RuleError) as refused:
        mark_alert(alert_id=alert.pk, reasons=" ", by=manager, now=now)
    assert refused.value.field == "reasons"
    marked = mark_alert(alert_id=alert.pk, reasons="No answer.", by=mentorship.mentor.user, now=now)
    assert (marked.marked_at, marked.marked_by) == (now, mentorship.mentor.user)
    with pytest.raises(RuleError):
        mark_alert(alert_id=alert.pk, reasons="Again.", by=manager, now=now)


def test_t3_an_alert_that_is_over_is_not_marked(mentorship, manager):
    sweep(DUE + MICRO)
    hold(mentorship, DUE + WEEK)
    sweep(DUE + 2 * WEEK)
    with pytest.raises(RuleError):
        mark_alert(alert_id=CommitmentAlert.objects.get().pk, reasons="Late.", by=manager, now=DUE + 2 * WEEK)


@pytest.mark.parametrize("rows", [1, 3])
def test_a_batch_takes_a_constant_number_of_statements(rows, manager, django_assert_num_queries):
    path = make_path(learning_manager=manager)
    enrolments = [make_enrolment(path=path, starts_on=date(2026, 1, 5)) for _ in range(rows)]
    follow(enrolments)
    for enrolment in enrolments:
        make_mentorship(enrolment=enrolment)
    pks = list(Followup.objects.values_list("pk", flat=True))
    with django_assert_num_queries(COST):
        COMMITMENT.settle(pks, DUE + MICRO)
    assert CommitmentAlert.objects.count() == rows
