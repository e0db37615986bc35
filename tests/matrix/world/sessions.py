"""Sessions and absences, and what was said and decided of them."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from mentoring.models import (
    Contest,
    ExceptionalCircumstance,
    ExceptionRequest,
    FilmingConsent,
    Hold,
    Join,
    Note,
    Notice,
    Recording,
    SessionState,
    Streak,
    StreakAbsence,
    TimeOff,
    WeeklySlot,
)
from students.models import Accommodation, Interruption
from tests.factories import make_absence, make_mentor, make_session
from tests.matrix.people import DAY, NOW, WEEK

from .school import World


def rows(world: World) -> dict[str, Any]:
    enrolment, mentor, mentorship = world.enrolment, world.mentor, world.mentorship
    session = make_session(NOW + WEEK, mentorship=mentorship)
    absence = make_absence(NOW - timedelta(hours=20), mentorship=mentorship)
    contested = make_absence(NOW - WEEK, mentorship=mentorship)
    streak = Streak.objects.create(enrolment=enrolment, reached_at=NOW, policy_id="2026-01", taken_up_at=NOW)
    StreakAbsence.objects.create(streak=streak, absence=absence, position=1)
    return {
        "session": session,
        "unattended": make_session(NOW - 2 * WEEK, mentorship=mentorship, state=SessionState.UNATTENDED),
        "absence": absence,
        "missed": absence.session,
        "new_mentor": make_mentor(),
        "contest": Contest.objects.create(absence=contested, statement="I was there", made_at=NOW - WEEK),
        "streak": streak,
        "notice": Notice.objects.create(session=absence.session, reason="Ill", received_at=NOW - WEEK),
        "join": Join.objects.create(
            session=absence.session,
            participant="mentor",
            joined_at=NOW - DAY,
            source="portal",
            recorded_at=NOW,
        ),
        "exceptionalcircumstance": ExceptionalCircumstance.objects.create(
            session=contested.session,
            reason="Storm",
            authorised_at=NOW,
            authorised_by=world.people["student_success"],
            retroactive=True,
        ),
        "exceptionrequest": ExceptionRequest.objects.create(
            session=session, reason="A summons", asked_at=NOW, asked_by=world.student.user
        ),
        "note": Note.objects.create(
            enrolment=enrolment, author=mentor.user, shared=True, text="Well done", written_at=NOW
        ),
        "weeklyslot": WeeklySlot.objects.filter(mentor=mentor).first(),
        "timeoff": TimeOff.objects.create(
            mentor=mentor, starts_at=NOW + 5 * WEEK, ends_at=NOW + 6 * WEEK, recorded_at=NOW
        ),
        "interruption": Interruption.objects.create(
            enrolment=enrolment,
            kind="leave",
            starts_on=date(2026, 6, 1),
            ends_on=date(2026, 6, 2),
            recorded_at=NOW,
        ),
        "accommodation": Accommodation.objects.create(
            enrolment=enrolment, audio=True, valid_from=date(2026, 1, 1), accepted_at=NOW
        ),
    }


def recordings(world: World) -> dict[str, Any]:
    """What was filmed: needs a session and a file."""
    return {
        "recording": Recording.objects.create(
            session=world.rows["unattended"],
            enrolment=world.enrolment,
            document=world.rows["document"],
            kept_until=NOW + WEEK,
            policy_id="2026-01",
        ),
        "hold": Hold.objects.create(
            student=world.student,
            reason="legal",
            about="students.student:0:legal",
            grounds="Proceedings",
            placed_at=NOW - WEEK,
            placed_by=world.student.user,
            ends_at=NOW + WEEK,
        ),
        "filmingconsent": FilmingConsent.objects.create(
            student=world.student, agreed=True, said_at=NOW, policy_id="2026-01"
        ),
    }
