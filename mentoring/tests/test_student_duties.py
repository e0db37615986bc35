"""Reasons, another session, and objections on the pages (A7, A8)."""

from __future__ import annotations

from datetime import timedelta

import pytest

from enforcement.runner import run
from mentoring.models import Absence, Contest, ReschedulingState, Session, SessionState
from mentoring.sweeps import SWEEPS
from mentoring.tests.student_pages import START, StudentPages
from record.models import Message
from tests.factories import make_absence

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


@pytest.fixture
def pages():
    return StudentPages()


@pytest.fixture
def absence(pages):
    return make_absence(START, mentorship=pages.mentorship)


def book_url(absence):
    return f"/portal/sessions/{absence.session_id}/book/"


def free(hours):
    """A Wednesday morning of the mentor's: 9:00 in Paris and later, in lengths of 45 minutes."""
    return (START + timedelta(hours=19) + hours * timedelta(minutes=45)).isoformat()


def test_the_slots_are_shown_and_one_is_booked(pages, absence):
    page = pages.get(book_url(absence), START + HOUR).content.decode()
    assert free(0) in page
    answer = pages.post(book_url(absence), {"starts_at": free(0)}, START + HOUR)
    booked = Session.objects.get(replaces=absence.session)
    assert answer["Location"] == f"/portal/sessions/{booked.pk}/"
    absence.refresh_from_db()
    assert absence.rebooked_at == START + HOUR


def test_a_slot_sent_twice_is_booked_once(pages, absence):
    for _again in range(2):
        assert pages.post(book_url(absence), {"starts_at": free(0)}, START + HOUR).status_code == 302
    assert Session.objects.filter(replaces=absence.session).count() == 1
    refused = pages.post(book_url(absence), {"starts_at": free(1)}, START + HOUR)
    assert refused.status_code == 409
    assert "Another session is booked for this one already." in refused.content.decode()


@pytest.mark.parametrize("value", ["", "tomorrow", "2026-03-04T08:00:00", "2026-03-04T03:00:00+00:00"])
def test_what_is_no_free_slot_is_refused_and_the_slots_stay(pages, absence, value):
    answer = pages.post(book_url(absence), {"starts_at": value}, START + HOUR)
    assert answer.status_code == 422
    assert free(0) in answer.content.decode()
    assert Session.objects.count() == 1


def test_abuse_33_booking_past_48h_by_retry_cures_nothing(pages, absence):
    late = START + timedelta(hours=48, microseconds=1)
    pages.post(f"/portal/absences/{absence.pk}/reasons/", {"reasons": "Ill"}, START + HOUR)
    for _again in range(2):
        pages.post(book_url(absence), {"starts_at": free(33)}, late)
        pages.post(book_url(absence), {"starts_at": (START + timedelta(days=2, hours=20)).isoformat()}, late)
    for sweep in SWEEPS:
        run(sweep, late + HOUR)
    absence.refresh_from_db()
    assert absence.rescheduling_state == ReschedulingState.BREACH
    assert Message.objects.filter(kind="rescheduling_breach").count() == 1


def test_the_mentors_zone_stands_beside_ones_own(pages, absence):
    pages.user.time_zone = "America/New_York"
    pages.user.save()
    page = pages.get(book_url(absence), START + HOUR).content.decode()
    assert "Times are in New York time." in page
    assert "In small: the time for" in page


def test_nothing_is_booked_for_a_session_that_is_still_to_come(pages):
    session = pages.session()
    page = pages.get(f"/portal/sessions/{session.pk}/book/", START - HOUR).content.decode()
    assert "Only a missed or cancelled session can be booked again." in page


def test_reasons_reach_the_mentor_and_lead_on_to_the_slots(pages, absence):
    url = f"/portal/absences/{absence.pk}/reasons/"
    answer = pages.post(url, {"reasons": "My train stood still"}, START + HOUR)
    assert answer["Location"] == book_url(absence)
    absence.refresh_from_db()
    assert (absence.reasons, absence.reasons_at) == ("My train stood still", START + HOUR)
    assert Message.objects.filter(kind="reasons_given", recipient=pages.mentor.user).count() == 1


def test_reasons_sent_twice_are_told_once(pages, absence):
    url = f"/portal/absences/{absence.pk}/reasons/"
    for _again in range(2):
        pages.post(url, {"reasons": "My train stood still"}, START + HOUR)
    assert Absence.objects.get().reasons == "My train stood still"
    assert Message.objects.filter(kind="reasons_given").count() == 1


def test_a_refused_form_keeps_what_was_typed(pages, absence):
    url = f"/portal/absences/{absence.pk}/contest/"
    words = "I was there. " * 400
    answer = pages.post(url, {"statement": words}, START + HOUR)
    assert answer.status_code == 422
    assert "I was there. I was there." in answer.content.decode()
    assert not Contest.objects.exists()


def test_a_contest_is_made_once_and_shown_with_the_absence(pages, absence):
    url = f"/portal/absences/{absence.pk}/contest/"
    for statement in ("I was there", "I was there"):
        assert pages.post(url, {"statement": statement}, START + HOUR).status_code == 302
    contest = Contest.objects.get()
    assert contest.made_at == START + HOUR
    page = pages.get(f"/portal/sessions/{absence.session_id}/", START + HOUR).content.decode()
    assert "You contested this: Student Success decides" in page
    assert "I was there" in page


def test_a_withdrawn_absence_owes_nothing(pages, absence):
    Absence.objects.update(withdrawn_at=START + HOUR)
    url = f"/portal/absences/{absence.pk}"
    for page, words in (("reasons", {"reasons": "x"}), ("contest", {"statement": "x"})):
        answer = pages.post(f"{url}/{page}/", words, START + 2 * HOUR)
        assert answer.status_code == 422
        assert "This absence was withdrawn" in answer.content.decode()


def test_the_history_keeps_the_first_verdict_after_a_correction(pages):
    from mentoring import services

    session = pages.session()
    services.record_join(session_id=session.pk, participant="mentor", by=pages.mentor.user, now=START)
    late = START + timedelta(minutes=21)
    pages.post(f"/portal/sessions/{session.pk}/join/", now=late)
    page = pages.get(f"/portal/sessions/{session.pk}/", late).content.decode()
    assert "because you joined 21 min after the start" in page
    assert "Before, it stood as: Unauthorised absence: no-show." in page
    assert page.count("Unauthorised absence: no-show") == 2
    session.refresh_from_db()
    assert session.state == SessionState.UNAUTHORISED_ABSENCE


def test_sessions_are_filtered_by_the_address(pages, absence):
    held = pages.session(START + timedelta(days=7), state=SessionState.HELD)
    page = pages.get("/portal/sessions/?state=held", START + timedelta(days=9)).content.decode()
    assert f"/portal/sessions/{held.pk}/" in page
    assert f"/portal/sessions/{absence.session_id}/" not in page
    page = pages.get("/portal/sessions/?last=2026-03-03", START + timedelta(days=9)).content.decode()
    assert f"/portal/sessions/{absence.session_id}/" in page
    assert f"/portal/sessions/{held.pk}/" not in page
    assert pages.get("/portal/sessions/?state=x&first=nonsense&page=99", START).status_code == 200
