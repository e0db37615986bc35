"""One order of locks everywhere: nobody waits in a circle (services.desk), proved on PostgreSQL."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import OperationalError, connection, connections, transaction

from accounts.models import Role
from discipline.sweeps import OPEN_CASES
from enforcement.runner import run
from mentoring.models import Session, SessionState, Streak
from mentoring.services import (
    accept_accommodation,
    changes,
    end_mentorship,
    locks,
    mentor_leaves,
    replace_mentor,
    state_presence,
    withdraw_accommodation,
)
from mentoring.services.adaptations import change_training_dates, end_trainings
from mentoring.sweeps import ATTENDANCE
from record.services import lock_chains
from students.services import NewDates
from tests.factories import at, make_enrolment, make_mentor, make_mentorship, make_session, make_user

pytestmark = [pytest.mark.postgresql, pytest.mark.django_db(transaction=True)]

NOW = at("2026-03-04 09:00")
PAST, AHEAD = at("2026-03-03 13:00"), at("2026-03-24 13:00")


class Apart:
    """Something done on a connection of its own."""

    def __init__(self, work: Callable[[], object]) -> None:
        self.error: BaseException | None = None
        self.pid = 0

        def done() -> None:
            try:
                with connection.cursor() as cursor:
                    cursor.execute("SELECT pg_backend_pid()")
                    (self.pid,) = cursor.fetchone()
                work()
            except BaseException as error:
                self.error = error
            finally:
                connections.close_all()

        self.thread = threading.Thread(target=done)
        self.thread.start()

    def wait_until_it_waits(self) -> None:
        """Until it stands behind somebody's lock."""
        for _ in range(500):
            with connection.cursor() as cursor:
                cursor.execute("SELECT 1 FROM pg_locks WHERE pid = %s AND NOT granted", [self.pid])
                if cursor.fetchone():
                    return
            assert self.thread.is_alive(), self.error or "it waited for nobody"
            time.sleep(0.01)
        raise AssertionError("it waited for nobody")

    def join(self) -> BaseException | None:
        self.thread.join(20)
        return self.error


def dates_change(mentorship: Any, by: Any) -> None:
    enrolment = mentorship.enrolment
    change_training_dates(
        changes=[NewDates(enrolment, enrolment.starts_on, date(2026, 3, 20))], by=by, now=NOW
    )


def measure(mentorship: Any, by: Any) -> Any:
    return accept_accommodation(
        enrolment=mentorship.enrolment,
        lateness=timedelta(minutes=30),
        valid_from=date(2026, 1, 1),
        by=by,
        now=NOW - timedelta(days=30) if by is None else NOW,
    )


DOORS: dict[str, Callable[[Any, Any], object]] = {
    "end_trainings": lambda row, by: end_trainings(
        enrolments=[row.enrolment], ended_on=date(2026, 3, 20), reason="Moved", by=by, now=NOW
    ),
    "change_training_dates": dates_change,
    "accept_accommodation": measure,
    "mentor_leaves": lambda row, by: mentor_leaves(
        mentor=row.mentor, left_on=date(2026, 3, 20), by=by, now=NOW
    ),
    "end_mentorship": lambda row, by: end_mentorship(
        mentorship_id=row.pk, ends_on=date(2026, 3, 20), by=by, now=NOW
    ),
    "replace_mentor": lambda row, by: replace_mentor(
        mentorship_id=row.pk, mentor=make_mentor(), starts_on=date(2026, 3, 20), by=by, now=NOW
    ),
}


@pytest.mark.parametrize("door", DOORS)
def test_whoever_waits_for_an_earlier_session_holds_no_later_one(door: str) -> None:
    """``desk.take`` of a session to come locks what fell due before first, and so does everybody else."""
    mentorship = make_mentorship()
    earlier = make_session(PAST, mentorship=mentorship)
    later = make_session(AHEAD, mentorship=mentorship)
    staff = make_user(Role.STUDENT_SUCCESS)
    with transaction.atomic():
        Session.objects.select_for_update(no_key=True).get(pk=earlier.pk)
        other = Apart(lambda: DOORS[door](mentorship, staff))
        other.wait_until_it_waits()
        Session.objects.select_for_update(nowait=True).get(pk=later.pk)
    assert other.join() is None
    earlier.refresh_from_db()
    assert earlier.state == SessionState.UNATTENDED  # what fell due before was settled first


def test_a_withdrawn_measure_stands_in_the_same_line() -> None:
    mentorship = make_mentorship()
    accepted = measure(mentorship, None)
    earlier = make_session(PAST, mentorship=mentorship)
    later = make_session(AHEAD, mentorship=mentorship)
    with transaction.atomic():
        Session.objects.select_for_update(no_key=True).get(pk=earlier.pk)
        other = Apart(lambda: withdraw_accommodation(accommodation_id=accepted.pk, by=None, now=NOW))
        other.wait_until_it_waits()
        Session.objects.select_for_update(nowait=True).get(pk=later.pk)
    assert other.join() is None


def correct_while_a_case_opens(monkeypatch: pytest.MonkeyPatch) -> list[BaseException | None]:
    """A correction has locked the streaks that stand: none. Then the third absence makes one, and while its case
    is being opened the correction goes on."""
    mentorship = make_mentorship(enrolment=make_enrolment())
    rows = [
        make_session(PAST - timedelta(weeks=back), mentorship=mentorship, mentor_joined_at=PAST)
        for back in (2, 1, 0)
    ]
    for row in rows:
        Session.objects.filter(pk=row.pk).update(mentor_joined_at=row.starts_at)
    first, last = rows[0], rows[-1]
    run(ATTENDANCE, last.starts_at)
    looked, reached, opening = threading.Event(), threading.Event(), threading.Event()
    stand = locks.lock_standing

    def slowly(enrolments: Any) -> Any:
        found = stand(enrolments)
        if threading.current_thread() is correcting.thread and not looked.is_set():
            looked.set()
            assert reached.wait(10)
            assert opening.wait(10)
        return found

    def opens(users: Any) -> Any:
        opening.set()
        # The streak is locked. The correction gets the chain first.
        time.sleep(0.3)
        return lock_chains(users)

    monkeypatch.setattr(locks, "lock_standing", slowly)
    monkeypatch.setattr("discipline.services.opening.lock_chains", opens)

    def correct() -> None:
        state_presence(
            session_id=first.pk,
            present=True,
            arrived_at=None,
            by=mentorship.mentor.user,
            now=first.ends_at + timedelta(hours=1),
        )

    correcting = Apart(correct)
    assert looked.wait(10)
    # Settled by the plain order, in another worker: the correction holds the first session, not the third.
    run(ATTENDANCE, last.ends_at)
    assert Streak.objects.count() == 1
    reached.set()
    case = Apart(lambda: run(OPEN_CASES, last.ends_at, heartbeat=False))
    return [correcting.join(), case.join()]


def test_without_the_second_look_a_correction_and_its_case_wait_in_a_circle(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def once(enrolments: Any, users: Any) -> Any:
        locks.lock_standing(enrolments)
        return lock_chains(users)

    monkeypatch.setattr(changes, "lock_counts", once)
    monkeypatch.setattr("enforcement.runner.MAX_RETRIES", 0)
    errors = [error for error in correct_while_a_case_opens(monkeypatch) if error]
    assert [type(error) for error in errors] == [OperationalError]


def test_a7_a_correction_gives_way_to_the_case_that_opens_meanwhile(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("enforcement.runner.MAX_RETRIES", 0)
    assert correct_while_a_case_opens(monkeypatch) == [None, None]
    assert Streak.objects.get().undone_at is not None
