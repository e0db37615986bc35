"""What the races share: locks that can be taken away, and people to race."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db.models import Model, QuerySet

from mentoring.models import Join, JoinSource, Mentorship, Participant, Session
from tests.factories import at, make_mentorship, make_session

START = at("2026-03-03 13:00")
LIMIT = START + timedelta(minutes=15)
END = START + timedelta(minutes=45)
TICK = timedelta(microseconds=1)
WEEK = timedelta(weeks=1)


@pytest.fixture
def unlock(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """``unlock(Session, …)``: rows of these models are read without being locked, by everybody."""
    lock = QuerySet.select_for_update

    def take_away(*models: type[Model]) -> None:
        def maybe(rows: QuerySet, *arguments: Any, **named: Any) -> QuerySet:
            return rows.all() if rows.model in models else lock(rows, *arguments, **named)

        monkeypatch.setattr(QuerySet, "select_for_update", maybe)

    return take_away


@pytest.fixture
def mentorship() -> Mentorship:
    return make_mentorship()


def with_mentor(session: Session) -> Session:
    """The mentor is there from the start: a student who is not is an unauthorised absence."""
    Join.objects.create(
        session=session,
        participant=Participant.MENTOR,
        source=JoinSource.PORTAL,
        joined_at=session.starts_at,
        recorded_at=session.starts_at,
        recorded_by=session.mentor.user,
    )
    Session.objects.filter(pk=session.pk).update(mentor_joined_at=session.starts_at)
    session.refresh_from_db()
    return session


@pytest.fixture
def session(mentorship: Mentorship) -> Session:
    """A session at START with the mentor there."""
    return with_mentor(make_session(START, mentorship=mentorship))
