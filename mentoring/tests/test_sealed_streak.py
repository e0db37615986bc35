"""The Board has decided a case, and a correction comes after it (A7, A9)."""

from __future__ import annotations

from datetime import timedelta

import pytest

from mentoring.models import Session, SessionState, Streak, StreakAbsence
from mentoring.services.streaks import seal, tally_of
from tests.factories import at, make_absence, make_mentorship

pytestmark = pytest.mark.django_db
FIRST = at("2026-03-03 14:00")
WEEK = timedelta(days=7)


def test_a9_a_session_held_after_all_starts_again_although_its_case_stands():
    mentorship = make_mentorship()
    earlier, *members, later = (make_absence(FIRST + n * WEEK, mentorship=mentorship) for n in range(5))
    streak = Streak.objects.create(
        enrolment=mentorship.enrolment, reached_at=FIRST + 3 * WEEK, policy_id="2026-01"
    )
    for position, absence in enumerate(members, start=1):
        StreakAbsence.objects.create(streak=streak, absence=absence, position=position)
    seal(streak.pk, FIRST + 4 * WEEK)
    tally = tally_of(mentorship.enrolment_id, FIRST + 5 * WEEK)
    assert tally.view(3).current == (earlier.session_id, later.session_id)
    corrected = members[1].session
    tally.put(corrected.pk, corrected.starts_at, SessionState.HELD, "", "{}")
    assert tally.view(3).current == (later.session_id,)
    Session.objects.filter(pk=corrected.pk).update(state=SessionState.HELD, ground="")
    assert tally_of(mentorship.enrolment_id, FIRST + 5 * WEEK).view(3).current == (later.session_id,)
