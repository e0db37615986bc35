"""The mentor's home, and joining through the portal."""

from __future__ import annotations

from datetime import timedelta

import pytest

from accounts.models import Role
from mentoring.models import Join, Notice, ReschedulingState, SessionState
from mentoring.tests.mentor_pages import START, WEEK, MentorPages, clock, sign_in
from record.models import Message
from tests.factories import make_absence, make_enrolment, make_mentorship, make_session, make_user

pytestmark = pytest.mark.django_db
HOME = "/mentor/"
QUERIES = 10
"""Session with person and roles, sessions, accommodations, messages, students, their streaks, duties that wait."""

MINUTE = timedelta(minutes=1)


@pytest.fixture
def pages():
    return MentorPages()


def test_it_shows_who_is_expected_next(pages):
    pages.session()
    page = pages.text(HOME, START - timedelta(hours=3))
    assert f"Session with {pages.student.user.full_name}" in page
    assert "1 session today" in page
    assert "Tuesday 3 March 2026, 14:00 Paris time" in page


def test_a_student_who_has_not_joined_is_shown_with_the_limit(pages):
    pages.session()
    page = pages.text(HOME, START + 4 * MINUTE)
    assert "has not joined." in page
    assert "In time until" in page
    assert "Tuesday 3 March 2026, 14:15 Paris time" in page
    late = pages.text(HOME, START + 16 * MINUTE)
    assert "In time was possible until" in late


def test_joining_records_the_servers_clock_and_leads_on(pages):
    session = pages.session()
    now = START + timedelta(minutes=2, seconds=5)
    answer = pages.post(f"/mentor/sessions/{session.pk}/join/", {"at": "2026-03-03T12:00Z"}, now)
    assert answer.status_code == 200
    assert answer["Refresh"] == f"0; url={session.video_link}"
    assert f'href="{session.video_link}"' in answer.content.decode()
    assert "form-action 'self';" in f"{answer['Content-Security-Policy']};"
    join = Join.objects.get()
    assert (join.participant, join.joined_at) == ("mentor", now)


def test_before_it_opens_the_link_leads_back_with_the_rule(pages):
    session = pages.session()
    answer = pages.post(f"/mentor/sessions/{session.pk}/join/", now=START - 16 * MINUTE)
    assert answer.status_code == 302
    assert not Join.objects.exists()


def test_joining_is_a_post(pages):
    session = pages.session()
    assert pages.get(f"/mentor/sessions/{session.pk}/join/", START).status_code == 405


def test_the_video_link_is_shown_on_no_page(pages):
    session = pages.session()
    for url in (HOME, "/mentor/sessions/", f"/mentor/sessions/{session.pk}/"):
        assert session.video_link not in pages.text(url, START)


def test_a6_a_session_that_nobody_attended_needs_a_word(pages):
    session = pages.session(state=SessionState.UNATTENDED)
    page = pages.text(HOME, START + timedelta(hours=2))
    assert f"Say whether {pages.student.user.full_name} was there" in page
    assert f"/mentor/sessions/{session.pk}/presence/" in page
    assert "Say whether" not in pages.text(HOME, START + timedelta(hours=49))


def test_notices_and_reasons_are_shown(pages):
    session = pages.session(
        START + timedelta(days=2), state=SessionState.AUTHORISED_ABSENCE, ground="timely_notice"
    )
    Notice.objects.create(session=session, reason="A dentist <b>visit</b>", received_at=START)
    make_absence(START, mentorship=pages.mentorship, reasons="My train stood still", reasons_at=START)
    page = pages.text(HOME, START + timedelta(hours=1))
    assert "A dentist &lt;b&gt;visit&lt;/b&gt;" in page
    assert "My train stood still" in page


def test_a8_a_duty_that_waits_asks_the_mentor_for_a_time(pages):
    absence = make_absence(
        START - 3 * WEEK, mentorship=pages.mentorship, rescheduling_state=ReschedulingState.WAITS
    )
    page = pages.text(HOME, START)
    assert f"Offer {pages.student.user.full_name} a time" in page
    assert f"/mentor/sessions/{absence.session_id}/book/" in page


def test_a9_absences_in_a_row_are_named(pages):
    for weeks in (2, 1):
        make_absence(START - weeks * WEEK, mentorship=pages.mentorship)
    page = pages.text(HOME, START)
    assert "2 unauthorised absences" in page
    assert "1 more opens a case" in page


def test_reports_are_asked_for_while_they_are_taken(pages):
    pages.session(state=SessionState.HELD, mentor_joined_at=START)
    assert "Upload the video report of 1 session" in pages.text(HOME, START + timedelta(hours=2))
    assert "Upload the video report" not in pages.text(HOME, START + timedelta(hours=50))


def test_times_are_those_of_the_mentors_zone(pages):
    pages.user.time_zone = "Asia/Kathmandu"
    pages.user.save()
    pages.session()
    assert "Tuesday 3 March 2026, 18:45 Kathmandu time" in pages.text(HOME, START - timedelta(hours=3))


def test_without_sessions_it_says_what_would_appear(pages):
    assert "No session ahead this week or next" in pages.text(HOME, START)


def test_the_door_leads_a_mentor_home(pages):
    assert pages.client.get("/")["Location"] == HOME


def test_a_mentor_who_is_not_set_up_yet_finds_an_empty_home():
    assert sign_in(make_user(Role.MENTOR)).get(HOME).status_code == 200


@pytest.mark.parametrize("rows", [1, 3])
def test_queries_do_not_grow_with_what_is_there(pages, rows, django_assert_num_queries):
    for number in range(rows):
        mentorship = make_mentorship(mentor=pages.mentor, enrolment=make_enrolment())
        hour = timedelta(hours=number)
        make_session(START + hour, mentorship=mentorship)
        make_session(START + timedelta(days=7) + hour, mentorship=mentorship)
        make_session(START - timedelta(days=1) + hour, mentorship=mentorship, state=SessionState.UNATTENDED)
        make_session(
            START - timedelta(days=2) + hour, mentorship=mentorship, state=SessionState.CANCELLED_BY_MENTOR
        )
        make_absence(START - timedelta(days=3) + hour, mentorship=mentorship, reasons="x", reasons_at=START)
        make_absence(START - timedelta(days=9) + hour, mentorship=mentorship, rescheduling_state="waits")
        Message.objects.create(
            recipient=pages.user,
            kind="absence_recorded",
            occasion=f"test:{number}",
            due_at=START,
            created_at=START,
            next_attempt_at=START,
            state="sent",
            sent_at=START,
            subject="Subject",
        )
    with clock(START + 5 * MINUTE):
        pages.client.get(HOME)
        with django_assert_num_queries(QUERIES):
            pages.client.get(HOME)
