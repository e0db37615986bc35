"""The student's home and joining through the portal."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.utils import timezone

from accounts.models import Role
from mentoring.models import Join, SessionState
from mentoring.tests.student_pages import START, WEEK, StudentPages, clock, sign_in
from record.models import Message
from tests.factories import make_absence, make_student, make_user

pytestmark = pytest.mark.django_db
HOME = "/portal/"
QUERIES = 8
"""Session with person and roles, trainings, sessions with their story, accommodations, messages."""


@pytest.fixture
def pages():
    return StudentPages()


def send(user, number, **fields):
    at = START - WEEK
    return Message.objects.create(
        recipient=user,
        kind="absence_recorded",
        occasion=f"test:{user.pk}:{number}",
        due_at=at,
        created_at=at,
        next_attempt_at=at,
        state="sent",
        sent_at=at,
        subject=f"Subject {number}",
        **fields,
    )


def test_it_shows_the_next_session_and_until_when_notice_can_be_given(pages):
    pages.session()
    page = pages.get(HOME, START - timedelta(days=2)).content.decode()
    assert f"Session with {pages.mentor.user.full_name}" in page
    assert "You can still give notice until" in page
    assert "Monday 2 March 2026, 14:00 Paris time" in page
    assert "in 1 day" in page


def test_after_the_limit_it_says_that_notice_comes_too_late(pages):
    pages.session()
    page = pages.get(HOME, START - timedelta(hours=2)).content.decode()
    assert "You can still give notice until" not in page
    assert "the absence will be unauthorised" in page


def test_the_video_link_is_shown_on_no_page_before_it_opens_or_after(pages):
    session = pages.session()
    for now in (START - WEEK, START, START + WEEK):
        for url in (HOME, "/portal/sessions/", f"/portal/sessions/{session.pk}/"):
            assert session.video_link not in pages.get(url, now).content.decode()


def test_joining_records_the_servers_clock_and_leads_on(pages):
    session = pages.session()
    now = START + timedelta(minutes=2, seconds=5)
    answer = pages.post(f"/portal/sessions/{session.pk}/join/", {"at": "2026-03-03T12:00Z"}, now)
    assert answer.status_code == 200
    assert answer["Refresh"] == f"0; url={session.video_link}"
    assert f'href="{session.video_link}"' in answer.content.decode()
    assert "form-action 'self';" in f"{answer['Content-Security-Policy']};"
    assert Join.objects.get().joined_at == now


def test_joining_twice_keeps_the_first_instant(pages):
    session = pages.session()
    for minutes in (1, 20):
        pages.post(f"/portal/sessions/{session.pk}/join/", now=START + timedelta(minutes=minutes))
    session.refresh_from_db()
    assert session.student_joined_at == START + timedelta(minutes=1)


def test_before_it_opens_the_link_leads_back_with_the_rule(pages):
    session = pages.session()
    answer = pages.post(f"/portal/sessions/{session.pk}/join/", now=START - timedelta(minutes=16))
    assert answer.status_code == 302
    assert (
        "The video link is not open yet." in pages.get(HOME, START - timedelta(minutes=16)).content.decode()
    )
    assert not Join.objects.exists()


def test_joining_is_a_post(pages):
    session = pages.session()
    assert pages.get(f"/portal/sessions/{session.pk}/join/", START).status_code == 405
    assert not Join.objects.exists()


def test_abuse_1_nobody_joins_the_session_of_another(pages):
    other = StudentPages()
    session = other.session()
    assert pages.post(f"/portal/sessions/{session.pk}/join/", now=START).status_code == 404
    assert not Join.objects.exists()


@pytest.mark.parametrize("rows", [1, 3])
def test_queries_do_not_grow_with_what_is_there(pages, rows, django_assert_num_queries):
    for number in range(rows):
        pages.session(START + number * WEEK)
        make_absence(START - (number + 1) * WEEK, mentorship=pages.mentorship)
        send(pages.user, number)
    with clock(START - timedelta(days=2)):
        pages.client.get(HOME)  # notes once in five minutes that this browser is in use
        with django_assert_num_queries(QUERIES):
            pages.client.get(HOME)


def test_a9_the_streak_says_how_many_remain(pages):
    for weeks in (2, 1):
        make_absence(START - weeks * WEEK, mentorship=pages.mentorship)
    pages.session()
    page = pages.get(HOME, START - timedelta(days=3)).content.decode()
    assert "You have 2 unauthorised absences in a row." in page
    assert "1 more without a session held in between opens a case" in page
    assert 'class="bracket"' in page


def test_a8_duties_stand_with_their_deadline(pages):
    absence = make_absence(START, mentorship=pages.mentorship)
    page = pages.get(HOME, START + timedelta(hours=1)).content.decode()
    assert f"/portal/absences/{absence.pk}/reasons/" in page
    assert f"/portal/sessions/{absence.session_id}/book/" in page
    assert "Thursday 5 March 2026, 14:00 Paris time" in page


def test_a_session_that_the_mentor_cancelled_asks_for_a_new_slot(pages):
    session = pages.session(state=SessionState.CANCELLED_BY_MENTOR, decided_at=START - WEEK)
    page = pages.get(HOME, START - timedelta(days=2)).content.decode()
    assert "Your mentor cancelled: pick a new slot" in page
    assert f"/portal/sessions/{session.pk}/book/" in page


def test_without_a_training_it_says_what_would_appear(pages):
    newcomer = make_student(make_user(Role.STUDENT))
    client = sign_in(newcomer.user)
    assert "You are not in a training yet" in client.get(HOME).content.decode()


def test_without_a_session_it_says_what_would_appear(pages):
    page = pages.get(HOME, START).content.decode()
    assert "No session ahead" in page


def test_after_the_training_it_says_so(pages):
    pages.enrolment.state = "ended"
    pages.enrolment.ended_on = date(2026, 2, 1)
    pages.enrolment.save()
    assert "Your training has ended" in pages.get(HOME, START).content.decode()


def test_it_reads_well_in_another_zone(pages):
    pages.user.time_zone = "Asia/Kathmandu"
    pages.user.save()
    pages.session()
    page = pages.get(HOME, START - timedelta(days=2)).content.decode()
    assert "Tuesday 3 March 2026, 18:45 Kathmandu time" in page


def test_the_door_leads_a_student_home(pages):
    assert pages.client.get("/")["Location"] == HOME
    assert timezone.get_current_timezone_name() == "UTC"
