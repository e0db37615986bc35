"""Giving notice on the pages: the verdict goes by when the notice reached the server (A3, A4)."""

from __future__ import annotations

from datetime import timedelta

import pytest

from mentoring.models import Absence, Ground, Notice, Session, SessionState
from mentoring.tests.student_pages import START, StudentPages
from record.models import Entry, Message

pytestmark = pytest.mark.django_db
DAY = timedelta(hours=24)
MICROSECOND = timedelta(microseconds=1)


@pytest.fixture
def pages():
    return StudentPages()


def url(session, what="notice"):
    return f"/portal/sessions/{session.pk}/{what}/"


def test_the_page_says_before_sending_that_it_will_be_authorised(pages):
    page = pages.get(url(pages.session()), START - DAY).content.decode()
    assert "It will be an authorised absence" in page
    assert "the absence will be authorised: it is 24 h before the start" in page
    assert "Send notice (authorised)" in page
    assert not Notice.objects.exists()


def test_the_page_says_before_sending_that_it_will_be_unauthorised_and_what_it_counts(pages):
    page = pages.get(url(pages.session()), START - DAY + timedelta(minutes=20)).content.decode()
    assert "It will be an unauthorised absence" in page
    assert "it is 23 h 40 min before the start" in page
    assert "1 unauthorised absence in a row (a case opens at 3)" in page


@pytest.mark.parametrize(
    ("now", "ground"),
    [
        (START - DAY - MICROSECOND, Ground.TIMELY_NOTICE),
        (START - DAY, Ground.TIMELY_NOTICE),
        (START - DAY + MICROSECOND, Ground.LATE_NOTICE),
        (START - MICROSECOND, Ground.LATE_NOTICE),
    ],
)
def test_abuse_26_notice_at_exactly_24h_through_the_page(pages, now, ground):
    session = pages.session()
    assert pages.post(url(session), {"reason": "A job interview"}, now).status_code == 302
    session.refresh_from_db()
    assert session.ground == ground
    assert session.notice.received_at == now


def test_a4_at_the_start_no_notice_is_taken_and_the_words_stay(pages):
    session = pages.session()
    answer = pages.post(url(session), {"reason": "A job interview"}, START)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "The session has started, so no notice is taken" in page
    assert "clause 3.2" in page
    assert not Notice.objects.exists()


@pytest.mark.parametrize("field", ["received_at", "notice_at", "now", "at", "date", "when"])
def test_abuse_24_a_clients_clock_cannot_back_date_a_notice(pages, field):
    session = pages.session()
    early = (START - timedelta(days=3)).isoformat()
    with_header = {"reason": "Ill", field: early}
    pages.client.defaults["HTTP_DATE"] = "Sat, 28 Feb 2026 13:00:00 GMT"
    pages.post(url(session), with_header, START - timedelta(hours=1))
    session.refresh_from_db()
    assert session.notice.received_at == START - timedelta(hours=1)
    assert session.state == SessionState.UNAUTHORISED_ABSENCE


def test_abuse_43_what_else_is_posted_changes_nothing(pages):
    session, other = pages.session(), StudentPages()
    pages.post(
        url(session),
        {
            "reason": "Ill",
            "state": "held",
            "ground": "timely_notice",
            "decided_at": "2026-01-01T00:00:00Z",
            "student": other.student.pk,
            "session": 1,
            "foretold": "timely_notice",
            "released_at": "2026-01-01T00:00:00Z",
        },
        START - timedelta(hours=3),
    )
    session.refresh_from_db()
    assert (session.state, session.ground) == ("unauthorised_absence", "late_notice")
    assert session.student == pages.student
    assert session.decided_at == START - timedelta(hours=3)
    assert session.released_at is None


def test_the_limit_passes_between_preview_and_sending(pages):
    session = pages.session()
    before = pages.get(url(session), START - DAY).content.decode()
    assert "It will be an authorised absence" in before
    received = START - DAY + timedelta(seconds=3)
    pages.post(url(session), {"reason": "Ill"}, received)
    after = pages.get(url(session), received).content.decode()
    assert "Unauthorised absence" in after
    assert "It reached us at 14:00:03, 3 s after the limit" in after
    assert "the limit passed while you were writing" in after


def test_afterwards_the_page_tells_the_verdict_what_the_mentor_was_told_and_leads_to_a_slot(pages):
    session = pages.session()
    pages.post(url(session), {"reason": "A job <b>interview</b>"}, START - 2 * DAY)
    page = pages.get(url(session), START - 2 * DAY).content.decode()
    assert "This absence is authorised because your notice came 48 h before the start" in page
    assert f"What {pages.mentor.user.full_name} was told" in page
    assert "A job &lt;b&gt;interview&lt;/b&gt;" in page
    assert url(session, "book") in page
    assert 'href="/policy/2026-01/#3.2"' in page


def test_sent_twice_the_first_one_stands(pages):
    session = pages.session()
    for reason in ("First", "Second"):
        assert pages.post(url(session), {"reason": reason}, START - 2 * DAY).status_code == 302
    assert Notice.objects.get().reason == "First"
    assert Absence.objects.count() == 1
    assert Entry.objects.count() == 1
    assert Message.objects.filter(kind="notice_received").count() == 1


def test_an_empty_reason_is_refused_beside_its_field(pages):
    session = pages.session()
    answer = pages.post(url(session), {"reason": "   "}, START - 2 * DAY)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert 'href="#id_reason"' in page
    assert "Say why: 3.2 asks for the reasons of an absence." in page
    assert not Notice.objects.exists()


def test_a_notice_needs_a_token_of_the_form(pages):
    session = pages.session()
    from django.test import Client

    strict = Client(enforce_csrf_checks=True)
    strict.force_login(pages.user, backend="accounts.backends.PrefetchingBackend")
    assert strict.post(url(session), {"reason": "Ill"}).status_code == 403


def test_an_accommodation_is_named_in_the_preview(pages):
    from datetime import date

    from students.models import Accommodation

    Accommodation.objects.create(
        enrolment=pages.enrolment,
        notice=timedelta(hours=2),
        valid_from=date(2026, 1, 1),
        accepted_at=START - timedelta(days=30),
    )
    page = pages.get(url(pages.session()), START - timedelta(hours=3)).content.decode()
    assert "It will be an authorised absence" in page
    assert "the rule asks for 2 h" in page


def test_a_session_that_was_cancelled_takes_no_notice(pages):
    session = pages.session(state=SessionState.CANCELLED_BY_MENTOR)
    page = pages.get(url(session), START - 2 * DAY).content.decode()
    assert "No notice is taken for this session" in page
    assert pages.post(url(session), {"reason": "Ill"}, START - 2 * DAY).status_code == 422
    assert Session.objects.get().state == SessionState.CANCELLED_BY_MENTOR
