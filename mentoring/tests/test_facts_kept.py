"""What a verdict rests on stays what is known, and new facts are told even where they change no verdict (A5, R1)."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest

from enforcement.runner import run
from mentoring.models import Participant, Session, SessionState
from mentoring.services import record_join, state_presence
from mentoring.services.facts import iso
from mentoring.services.joins import record_reported_joins
from mentoring.sweeps import ATTENDANCE
from record.models import Entry
from tests.factories import at, make_session

pytestmark = pytest.mark.django_db
START = at("2026-03-03 13:00")
MINUTE = timedelta(minutes=1)


@pytest.fixture
def session() -> Session:
    return make_session(START)


def kinds(session: Session) -> list[str]:
    rows = Entry.objects.filter(about=f"mentoring.session:{session.pk}").order_by("seq")
    return list(rows.values_list("kind", flat=True))


def test_a5_a_corrected_arrival_is_the_one_that_the_verdict_tells(session: Session) -> None:
    mentor = session.mentor.user
    record_join(session_id=session.pk, participant=Participant.MENTOR, by=mentor, now=START)
    record_join(
        session_id=session.pk,
        participant=Participant.STUDENT,
        by=session.student.user,
        now=START + 20 * MINUTE,
    )
    arrived = START + 17 * MINUTE
    state_presence(
        session_id=session.pk, present=True, arrived_at=arrived, by=mentor, now=session.ends_at + MINUTE
    )

    session.refresh_from_db()
    assert session.state == SessionState.UNAUTHORISED_ABSENCE
    assert json.loads(session.facts)["student_joined_at"] == arrived.isoformat()


def test_r1_a_report_that_changes_no_verdict_is_told(session: Session) -> None:
    mentor = session.mentor.user
    record_join(session_id=session.pk, participant=Participant.MENTOR, by=mentor, now=START)
    record_join(session_id=session.pk, participant=Participant.STUDENT, by=session.student.user, now=START)
    over = session.ends_at + MINUTE
    run(ATTENDANCE, over)
    new = record_reported_joins(
        session_id=session.pk, student_joined_at=START, mentor_joined_at=START + MINUTE, by=mentor, now=over
    )

    assert new
    assert kinds(session) == ["session_held", "joins_reported"]
    entry = Entry.objects.get(kind="joins_reported")
    assert json.loads(entry.payload)["student_joined_at"] == iso(START)
