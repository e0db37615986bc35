"""A late notice is judged before an earlier session has taken place: the row follows the scheduled starts (A9)."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from discipline.models import Case
from discipline.sweeps import SWEEPS as DISCIPLINE
from enforcement.runner import run
from mentoring import services
from mentoring.models import Participant, Session
from mentoring.services.streaks import tally_of
from mentoring.sweeps import SWEEPS as MENTORING
from record.models import Entry, Message
from tests.factories import at, make_mentorship, make_session

pytestmark = pytest.mark.django_db
FIRST = at("2026-03-03 10:00")
HOUR, WEEK, DAY = timedelta(hours=1), timedelta(days=7), timedelta(days=1)


def sweep(now: datetime) -> None:
    for each in (*MENTORING, *DISCIPLINE):
        run(each, now)


def join(session: Session, who: Participant, now: datetime) -> None:
    person = session.mentor.user if who == Participant.MENTOR else session.student.user
    services.record_join(session_id=session.pk, participant=who, by=person, now=now)


@pytest.fixture
def day():
    """Two absences in a row, then two sessions on one day, of which the second is called off too late."""
    mentorship = make_mentorship(generates_at=None)
    sessions = [
        make_session(starts_at, mentorship=mentorship)
        for starts_at in (FIRST, FIRST + WEEK, FIRST + 2 * WEEK, FIRST + 2 * WEEK + 6 * HOUR)
    ]
    for session in sessions[:2]:
        join(session, Participant.MENTOR, session.starts_at)
        sweep(session.starts_at + DAY)
    earlier, later = sessions[2:]
    services.give_notice(
        session_id=later.pk, reason="Work", by=later.student.user, now=earlier.starts_at - HOUR
    )
    return sessions


@pytest.mark.parametrize("on_time", [True, False])
def test_a9_a_session_held_in_between_undoes_the_case(day, on_time):
    earlier, later = day[2:]
    if on_time:
        sweep(earlier.starts_at - HOUR + timedelta(seconds=1))
        assert Case.objects.get().state == "open"
    join(earlier, Participant.MENTOR, earlier.starts_at)
    join(earlier, Participant.STUDENT, earlier.starts_at)
    if on_time:
        sweep(earlier.ends_at + timedelta(seconds=1))
    sweep(later.starts_at + 9 * DAY)
    case = Case.objects.get()
    assert (case.opened_at, case.withdrawn_at) == (earlier.starts_at - HOUR, earlier.ends_at)
    assert tally_of(later.enrolment_id, later.starts_at + 9 * DAY).view(3).current == (later.pk,)
    kinds = list(Entry.objects.filter(about__startswith="students.enrolment").values_list("kind", flat=True))
    assert kinds == ["three_absences", "streak_undone"]
    assert Message.objects.filter(kind="case_withdrawn").count() == 1


def test_a9_a_session_missed_in_between_leaves_the_case(day):
    earlier, later = day[2:]
    join(earlier, Participant.MENTOR, earlier.starts_at)
    sweep(later.starts_at + 9 * DAY)
    assert Case.objects.get().state == "open"
    assert tally_of(later.enrolment_id, later.starts_at + 9 * DAY).view(3).current == (earlier.pk,)
