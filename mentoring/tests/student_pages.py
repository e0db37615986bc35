"""A student at their pages: one training with its mentor, and a browser that is signed in."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import time_machine
from django.test import Client

from accounts.models import Role, User
from mentoring.models import Mentorship, Session
from tests.factories import (
    accept_rules,
    make_enrolment,
    make_mentor,
    make_mentorship,
    make_session,
    make_student,
    make_user,
)

START = datetime(2026, 3, 3, 13, 0, tzinfo=UTC)
"""A Tuesday, 14:00 in Paris: the weekly session of the tests."""

WEEK = timedelta(weeks=1)


class StudentPages:
    """A student, their training, and the pages that they open at given instants."""

    def __init__(self, **enrolment: Any) -> None:
        self.user: User = make_user(Role.STUDENT)
        self.student = make_student(self.user)
        accept_rules(self.student)  # else they come first, once, after sign-in
        self.enrolment = make_enrolment(student=self.student, **enrolment)
        self.mentor = make_mentor()
        self.mentorship: Mentorship = make_mentorship(mentor=self.mentor, enrolment=self.enrolment)
        self.client = sign_in(self.user)

    def session(self, starts_at: datetime = START, **fields: Any) -> Session:
        return make_session(starts_at, mentorship=self.mentorship, **fields)

    def get(self, url: str, now: datetime = START - 2 * WEEK):
        with clock(now):
            return self.client.get(url)

    def post(self, url: str, data: dict[str, object] | None = None, now: datetime = START - 2 * WEEK):
        with clock(now):
            return self.client.post(url, data or {})


def sign_in(user: User) -> Client:
    client = Client()
    client.force_login(user, backend="accounts.backends.PrefetchingBackend")
    return client


@contextmanager
def clock(now: datetime) -> Iterator[None]:
    """The server's clock stands at an instant; sessions of browsers do not end meanwhile."""
    with time_machine.travel(now, tick=False):
        yield
