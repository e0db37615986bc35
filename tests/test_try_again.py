"""Who is ended as one of two that waited for each other is asked once more; a full house is said as such (503)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.db import OperationalError
from django.urls import reverse

from mentoring.models import Notice
from mentoring.services import give_notice
from mentoring.tests.student_pages import START, StudentPages
from tests.api import Caller

pytestmark = pytest.mark.django_db

EARLY = START - timedelta(hours=24)  # the last instant of a notice in time


class DatabaseSaid(Exception):
    """What the driver raised, with PostgreSQL's own code."""

    def __init__(self, pgcode: str) -> None:
        super().__init__(pgcode)
        self.pgcode = pgcode


DEADLOCK, LOCK_TIMEOUT, DISK_FULL = "40P01", "55P03", "53100"


class Victim:
    """A service that the database ends a few times before it lets it through."""

    def __init__(self, times: int, code: str = DEADLOCK) -> None:
        self.times, self.calls = times, 0
        self.cause = DatabaseSaid(code)

    def __call__(self, **given: Any) -> Any:
        self.calls += 1
        if self.calls <= self.times:
            raise OperationalError("ended") from self.cause
        return give_notice(**given)


def by_page(pages: StudentPages, session: Any) -> Any:
    url = reverse("student-notice", args=[session.pk])
    return pages.post(url, {"reason": "Ill", "confirmed": "yes", "confirm": "on"}, EARLY)


def by_api(pages: StudentPages, session: Any) -> Any:
    return Caller(pages.user, EARLY).post(f"sessions/{session.pk}/notice/", {"reason": "Ill"})


DOORS = {
    "mentoring.views.student.notices.give_notice": by_page,
    "mentoring.services.give_notice": by_api,
}


@pytest.fixture(params=DOORS)
def door(request: Any) -> str:
    return str(request.param)


def send(door: str, service: Victim, monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.setattr(door, service)
    pages = StudentPages()
    return DOORS[door](pages, pages.session())


def test_one_that_was_ended_is_done_again_as_of_its_arrival(door: str, monkeypatch: Any) -> None:
    service = Victim(1)
    assert send(door, service, monkeypatch).status_code in (200, 201, 302)
    assert (service.calls, Notice.objects.get().received_at) == (2, EARLY)


def test_one_that_is_ended_twice_is_told_that_nothing_was_done(door: str, monkeypatch: Any) -> None:
    service = Victim(2)
    answer = send(door, service, monkeypatch)
    assert (answer.status_code, answer["Retry-After"], service.calls) == (503, "2", 2)
    assert not Notice.objects.exists()


def test_a_lock_that_is_not_to_be_had_is_told_at_once(door: str, monkeypatch: Any) -> None:
    service = Victim(2, LOCK_TIMEOUT)
    assert (send(door, service, monkeypatch).status_code, service.calls) == (503, 1)


def test_another_failure_of_the_database_stays_one(monkeypatch: Any) -> None:
    service = Victim(2, DISK_FULL)
    with pytest.raises(OperationalError):  # the test's client raises what is answered with 500
        send("mentoring.services.give_notice", service, monkeypatch)
    assert service.calls == 1


class Waits:
    """A service that waits for another's lock until the database ends it, once; it keeps the instants given."""

    def __init__(self, clock: Any) -> None:
        self.clock = clock
        self.instants: list[Any] = []

    def __call__(self, *, now: Any, **given: Any) -> None:
        self.instants.append(now)
        if len(self.instants) == 1:
            self.clock.shift(timedelta(seconds=3))
            raise OperationalError("ended") from DatabaseSaid(DEADLOCK)


ACTS = {
    "record.views.note_all_read": ("messages-read", {}),
    "students.views.beginning.accept_terms": (
        "terms",
        {
            "policy": "2026-01",
            "conduct": "2026-01",
            "accept_policy": "on",
            "accept_conduct": "on",
            "accept_licence": "on",
        },
    ),
}


@pytest.mark.parametrize("service", ACTS)
def test_a10_the_instant_stays_that_of_arrival_while_the_clock_goes_on(
    service: str, monkeypatch: Any
) -> None:
    pages = StudentPages()
    name, sent = ACTS[service]
    with time_machine.travel(EARLY, tick=False) as clock:
        waits = Waits(clock)
        monkeypatch.setattr(service, waits)
        answer = pages.client.post(reverse(name), sent)
    assert (answer.status_code, waits.instants) == (302, [EARLY, EARLY])
