"""A mentor at their pages: one student, and a browser that is signed in."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from accounts.models import User
from mentoring.models import Mentor, Mentorship, Session
from mentoring.tests.student_pages import START, WEEK, clock, sign_in
from tests.factories import make_enrolment, make_mentor, make_mentorship, make_session


class MentorPages:
    """A mentor, one student of theirs, and the pages that they open at given instants."""

    def __init__(self, mentor: Mentor | None = None, **enrolment: Any) -> None:
        self.mentor = mentor or make_mentor()
        self.user: User = self.mentor.user
        self.enrolment = make_enrolment(**enrolment)
        self.student = self.enrolment.student
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

    def at(self, now: datetime):
        return clock(now)

    def text(self, url: str, now: datetime = START - 2 * WEEK) -> str:
        answer = self.get(url, now)
        assert answer.status_code == 200, (url, answer.status_code)
        return answer.content.decode()


__all__ = ["START", "WEEK", "MentorPages", "clock", "sign_in"]
