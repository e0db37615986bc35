"""The 48 hours, contests and bookings: people's facts against the sweep and against each other (A3, A7, A8)."""

from __future__ import annotations

from datetime import date, time, timedelta
from functools import partial

import pytest
from django.db import IntegrityError

from accounts.models import Role
from enforcement.runner import run
from mentoring.models import Absence, Contest, ReschedulingState, Session
from mentoring.services import (
    book_replacement,
    bookings,
    contest_absence,
    corrections,
    give_reasons,
    rescheduling,
    start_mentorship,
)
from mentoring.sweeps import RESCHEDULING_DEADLINES
from record.models import Entry, Message
from record.verify import Verification
from tests.factories import at, make_absence, make_enrolment, make_user

from .conftest import START, TICK
from .meeting import meet

pytestmark = [pytest.mark.postgresql, pytest.mark.django_db(transaction=True)]

DUE = START + timedelta(hours=48)


@pytest.fixture
def absence(mentorship):
    return make_absence(START, mentorship=mentorship, rebooked_at=DUE - timedelta(hours=1))


def reasons_at_the_deadline(absence):
    return partial(
        give_reasons, absence_id=absence.pk, reasons="I was ill", by=absence.session.student.user, now=DUE
    )


sweep_at_deadline = partial(run, RESCHEDULING_DEADLINES, DUE + TICK)


def test_a8_without_the_lock_a_duty_that_was_met_becomes_a_breach(absence, unlock, monkeypatch):
    unlock(Absence, Session)
    _, reasons = meet(
        monkeypatch, rescheduling, "lock_chains", sweep_at_deadline, reasons_at_the_deadline(absence)
    )
    assert reasons.value.rescheduling_state == ReschedulingState.MET
    absence.refresh_from_db()
    assert absence.reasons_at == DUE
    assert absence.rescheduling_state != ReschedulingState.MET
    assert Entry.objects.filter(kind__in=["rescheduling_breach", "rescheduling_waits"]).count() == 1


def test_a8_reasons_at_the_deadline_race_the_sweep(absence, monkeypatch):
    reasons, sweep = meet(
        monkeypatch, rescheduling, "write", reasons_at_the_deadline(absence), sweep_at_deadline
    )
    assert (reasons.error, sweep.value, sweep.waited) == (None, 0, False)
    assert sweep_at_deadline() == 0
    absence.refresh_from_db()
    assert absence.rescheduling_state == ReschedulingState.MET
    assert list(Entry.objects.values_list("kind", flat=True)) == ["reasons_given", "rescheduling_met"]
    assert not Message.objects.filter(kind__contains="breach").exists()


def contest(absence):
    return partial(
        contest_absence,
        absence_id=absence.pk,
        statement="I was there",
        by=absence.session.student.user,
        now=START + timedelta(hours=1),
    )


def test_a7_without_the_lock_the_second_contest_ends_in_an_error(absence, unlock, monkeypatch):
    unlock(Absence, Session)
    first, second = meet(monkeypatch, corrections, "write", contest(absence), contest(absence))
    assert first.error is None
    assert isinstance(second.error, IntegrityError)  # the database has the last word, and a page would fail


def test_a7_two_contests_of_one_absence(absence, monkeypatch):
    first, second = meet(monkeypatch, corrections, "write", contest(absence), contest(absence))
    assert first.error is None
    assert (second.error.field, second.waited) == ("absence", True)
    assert Contest.objects.count() == 1
    assert Message.objects.filter(kind="contest_received").count() == 1
    assert list(Verification().findings()) == []


def test_a1_a_mentorship_that_begins_races_a_booking_of_the_same_hour(mentorship, monkeypatch):
    """The booking has seen the hour free; the new weekly appointment wants it too."""
    now = at("2026-03-03 18:00")
    slot = at("2026-03-05 08:00")  # Thursday, 9:00 in Paris
    missed = make_absence(START, mentorship=mentorship).session
    booking, beginning = meet(
        monkeypatch,
        bookings,
        "_book",
        partial(book_replacement, session_id=missed.pk, starts_at=slot, by=missed.student.user, now=now),
        partial(
            start_mentorship,
            enrolment=make_enrolment(),
            mentor=mentorship.mentor,
            weekday=4,
            local_time=time(9),
            starts_on=date(2026, 3, 4),
            by=make_user(Role.ADMINISTRATOR),
            now=now,
        ),
    )
    assert (booking.error, beginning.error, beginning.waited) == (None, None, True)
    assert Session.objects.get(starts_at=slot).replaces_id == missed.pk
    # The new student's weekly session of that week is left out, and people are told; the next ones are there.
    assert Session.objects.filter(mentorship=beginning.value, starts_at=slot + timedelta(weeks=1)).exists()
    assert Message.objects.filter(kind__startswith="week_skipped").exists()
