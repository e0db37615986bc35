"""Double booking: proved with the locks off, gone with them on, on PostgreSQL (A3, "Must hold" 2)."""

from __future__ import annotations

import threading
from datetime import date, time

import pytest
from django.db import connection, connections

from enforcement.runner import run
from mentoring.migrations._overlaps import _POSTGRESQL, _POSTGRESQL_BACK
from mentoring.models import Mentor, Mentorship, Session
from mentoring.services import book_replacement, bookings, generation, mentorships
from mentoring.sweeps.generation import GENERATION
from rulebook.errors import RuleError
from tests.factories import at, make_absence, make_enrolment, make_mentor, make_mentorship

pytestmark = [pytest.mark.postgresql, pytest.mark.django_db(transaction=True)]

NOW = at("2026-03-03 18:00")
SLOT = at("2026-03-05 08:00")


@pytest.fixture
def missed():
    """Two students of one mentor who both missed a session."""
    mentor = make_mentor(availability=[(4, time(9), time(9, 45))])
    return [
        make_absence(at(start), mentorship=make_mentorship(mentor=mentor)).session
        for start in ("2026-03-03 13:00", "2026-03-03 14:00")
    ]


def book_at_once(missed, monkeypatch):
    """Both ask for the same slot; the first to have seen it free waits until the other has looked, if it can."""
    together = threading.Barrier(2, timeout=2)
    look = bookings._check_free

    def look_and_wait(*arguments):
        look(*arguments)
        # With the lock on the other one never gets here: the wait runs out.
        try:
            together.wait()
        except threading.BrokenBarrierError:
            return

    monkeypatch.setattr(bookings, "_check_free", look_and_wait)
    answers = []

    def book(session):
        try:
            book_replacement(session_id=session.pk, starts_at=SLOT, by=session.student.user, now=NOW)
            answers.append("booked")
        except RuleError as refusal:
            answers.append(refusal.field)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=book, args=[session]) for session in missed]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sorted(answers)


@pytest.fixture
def without_the_lock(monkeypatch):
    monkeypatch.setattr(
        bookings.calendars, "lock_mentors", lambda ids: list(Mentor.objects.filter(pk__in=ids))
    )


@pytest.fixture
def without_the_constraint():
    with connection.cursor() as cursor:
        for statement in _POSTGRESQL_BACK:
            cursor.execute(statement)
    yield
    Session.objects.filter(starts_at=SLOT).delete()
    with connection.cursor() as cursor:
        for statement in _POSTGRESQL:
            cursor.execute(statement)


@pytest.mark.usefixtures("without_the_constraint", "without_the_lock")
def test_without_lock_and_constraint_a_slot_is_booked_twice(missed, monkeypatch):
    assert book_at_once(missed, monkeypatch) == ["booked", "booked"]
    assert Session.objects.filter(starts_at=SLOT).count() == 2


@pytest.mark.usefixtures("without_the_constraint")
def test_a3_the_lock_alone_prevents_double_booking(missed, monkeypatch):
    assert book_at_once(missed, monkeypatch) == ["booked", "starts_at"]
    assert Session.objects.filter(starts_at=SLOT).count() == 1


@pytest.mark.usefixtures("without_the_lock")
def test_a3_the_constraint_alone_prevents_double_booking(missed, monkeypatch):
    assert book_at_once(missed, monkeypatch) == ["booked", "starts_at"]
    assert Session.objects.filter(starts_at=SLOT).count() == 1


def test_a10_ten_workers_lay_out_the_same_weeks_as_one():
    """Mentees of one mentor who want overlapping hours: the first is served first, however many work."""
    now = at("2026-03-02 08:00")
    mentor = make_mentor()
    for minutes in (0, 30, 45, 60, 90):
        mentorships.start_mentorship(
            enrolment=make_enrolment(),
            mentor=mentor,
            weekday=2,
            local_time=time(14 + minutes // 60, minutes % 60),
            starts_on=date(2026, 4, 6),  # beyond the horizon: all weeks are left to the sweep
            by=None,
            now=now,
        )
    late = at("2026-04-13 09:00")

    def laid_out():
        rows = Session.objects.order_by("mentorship_id", "starts_at")
        return list(rows.values_list("mentorship_id", "starts_at", "booked_at"))

    run(GENERATION, late)
    alone = laid_out()
    assert len({row[0] for row in alone}) == 3  # 14:00, 14:45 and 15:30
    Session.objects.all().delete()
    for mentorship in Mentorship.objects.all():
        generation.begin(mentorship, now)
        mentorship.save()

    def work():
        try:
            run(GENERATION, late, 2)
        finally:
            connections.close_all()

    workers = [threading.Thread(target=work) for _ in range(10)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    run(GENERATION, late)
    assert laid_out() == alone
    assert not Mentorship.objects.filter(generates_at__lte=late).exists()
