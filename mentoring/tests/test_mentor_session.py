"""One session on its mentor's pages: presence, cancelling, booking another (A6, A7, A8)."""

from __future__ import annotations

from datetime import timedelta

import pytest

from mentoring.models import Absence, Contest, Join, Notice, Session, SessionState
from mentoring.tests.mentor_pages import START, WEEK, MentorPages
from record.models import Entry, Message
from tests.factories import make_absence

pytestmark = pytest.mark.django_db
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
END = START + 45 * MINUTE


@pytest.fixture
def pages():
    return MentorPages()


@pytest.fixture
def session(pages):
    return pages.session()


def url(session, action="presence"):
    return f"/mentor/sessions/{session.pk}/{action}/"


def state(pages, session, now, was="absent", at="", confirm=True):
    data = {"was": was, "arrived_at": at} | ({"confirm": "yes"} if confirm else {})
    return pages.post(url(session), data, now)


def test_what_follows_is_shown_before_anything_is_stated(pages, session):
    answer = state(pages, session, START + HOUR, confirm=False)
    page = answer.content.decode()
    assert answer.status_code == 200
    assert "What follows if you state this" in page
    assert "Unauthorised absence: no-show" in page
    assert "1 unauthorised absence in a row (a case opens at 3)" in page
    assert not Join.objects.exists()
    assert not Entry.objects.exists()


def test_a7_a_stated_no_show_is_an_unauthorised_absence(pages, session):
    answer = state(pages, session, START + HOUR)
    assert answer["Location"] == f"/mentor/sessions/{session.pk}/"
    session.refresh_from_db()
    assert (session.state, session.ground) == ("unauthorised_absence", "no_show")


@pytest.mark.parametrize(("at", "expected"), [("14:15", "held"), ("14:16", "unauthorised_absence")])
def test_a5_an_arrival_is_stated_in_the_mentors_zone(pages, session, at, expected):
    state(pages, session, END + MINUTE, was="later", at=at)
    session.refresh_from_db()
    assert session.state == expected


def test_the_preview_tells_what_then_happens(pages, session):
    for was, at, foretold, becomes in (
        ("later", "14:16", "Unauthorised absence: late arrival", "unauthorised_absence"),
        ("present", "", "Held", "held"),
    ):
        page = state(pages, session, END + HOUR, was, at, confirm=False).content.decode()
        assert foretold in page
        state(pages, session, END + HOUR, was, at)
        session.refresh_from_db()
        assert session.state == becomes


def test_while_it_is_on_presence_waits_for_the_end(pages, session):
    page = state(pages, session, START + 5 * MINUTE, "later", "14:04", confirm=False).content.decode()
    assert "It counts as held once it is over" in page
    state(pages, session, START + 5 * MINUTE, "later", "14:04")
    session.refresh_from_db()
    assert session.state == "scheduled"
    assert session.student_joined_at == START + 4 * MINUTE


@pytest.mark.parametrize("mentor_joined_at", [None, START])
def test_a7_while_it_is_on_a_statement_corrects_what_the_limit_decided(pages, mentor_joined_at):
    session = pages.session(mentor_joined_at=mentor_joined_at)
    now = START + 20 * MINUTE
    page = state(pages, session, now, "later", "14:04", confirm=False).content.decode()
    assert "Held" in page
    state(pages, session, now, "later", "14:04")
    session.refresh_from_db()
    assert (session.state, session.decided_at) == ("held", now)
    assert not Absence.objects.filter(withdrawn_at__isnull=True).exists()


def test_an_arrival_outside_of_the_session_is_refused(pages, session):
    for at in ("13:44", "14:46"):
        answer = state(pages, session, END + HOUR, was="later", at=at)
        assert answer.status_code == 422
        assert "The arrival must lie within the session" in answer.content.decode()
    assert not Join.objects.exists()


def test_a_later_arrival_needs_its_time(pages, session):
    answer = state(pages, session, END + HOUR, was="later")
    assert answer.status_code == 422
    assert "Say when the student arrived." in answer.content.decode()


def test_the_same_statement_sent_twice_stands_once(pages, session):
    for _ in range(2):
        state(pages, session, END + HOUR, was="present")
    assert Entry.objects.filter(kind="presence_stated").count() == 1


def test_abuse_31_nobody_is_marked_absent_before_15_minutes_are_over(pages, session):
    answer = state(pages, session, START + 15 * MINUTE)
    assert answer.status_code == 422
    assert "wait until 15 min are over" in answer.content.decode()
    session.refresh_from_db()
    assert session.state == "scheduled"
    state(pages, session, START + 15 * MINUTE + timedelta(microseconds=1))
    session.refresh_from_db()
    assert session.state == "unauthorised_absence"


def test_a7_no_statement_is_taken_after_48_hours(pages, session):
    late = END + 48 * HOUR + timedelta(microseconds=1)
    assert "No statement is taken" in pages.text(url(session), late)
    answer = state(pages, session, late, was="present")
    assert answer.status_code == 422
    assert not Join.objects.filter(source="statement").exists()
    session.refresh_from_db()
    assert session.state != "held"


def test_a7_exactly_48_hours_after_it_is_taken(pages, session):
    state(pages, session, END + 48 * HOUR, was="present")
    session.refresh_from_db()
    assert session.state == "held"


def test_a_correction_withdraws_the_absence_and_says_so_before(pages):
    absence = make_absence(START, mentorship=pages.mentorship)
    page = state(pages, absence.session, END + HOUR, "present", confirm=False).content.decode()
    assert "The absence is withdrawn" in page
    state(pages, absence.session, END + HOUR, "present")
    absence.refresh_from_db()
    assert absence.withdrawn_at == END + HOUR


def test_abuse_29_no_page_of_the_mentor_changes_when_a_notice_came(pages):
    session = pages.session(state=SessionState.AUTHORISED_ABSENCE, ground="timely_notice")
    notice = Notice.objects.create(session=session, reason="Ill", received_at=START - 25 * HOUR)
    typed = {"received_at": START.isoformat(), "notice_at": START.isoformat(), "reason": "x"}
    for action in ("presence", "cancel", "book", "note", "join"):
        pages.post(url(session, action), typed | {"was": "absent", "confirm": "yes"}, END + HOUR)
    notice.refresh_from_db()
    session.refresh_from_db()
    assert (notice.received_at, notice.reason) == (START - 25 * HOUR, "Ill")
    assert session.state == "authorised_absence"


def test_abuse_30_no_page_of_the_mentor_moves_a_session(pages, session):
    typed = {"starts_at": (START + HOUR).isoformat(), "ends_at": (END + HOUR).isoformat(), "reason": ""}
    for action in ("presence", "cancel", "book", "note", "join"):
        pages.post(url(session, action), typed, START - HOUR)
    session.refresh_from_db()
    assert (session.starts_at, session.ends_at, session.state) == (START, END, "scheduled")
    assert Session.objects.count() == 1


def test_cancelling_says_what_follows_and_tells_the_student(pages, session):
    page = pages.text(url(session, "cancel"), START - HOUR)
    assert f"Nothing: it does not count against {pages.student.user.full_name}" in page
    answer = pages.post(url(session, "cancel"), {"reason": "A fever"}, START - HOUR)
    assert answer["Location"] == f"/mentor/sessions/{session.pk}/"
    session.refresh_from_db()
    assert session.state == "cancelled_by_mentor"
    assert Message.objects.get().recipient_id == pages.student.user_id


def test_cancelling_needs_a_reason_and_keeps_nothing_without(pages, session):
    for reason in ("", "   "):
        answer = pages.post(url(session, "cancel"), {"reason": reason}, START - HOUR)
        assert answer.status_code == 422
    session.refresh_from_db()
    assert session.state == "scheduled"


def test_abuse_32_a_cancelled_session_never_counts_against_the_student(pages, session):
    pages.post(url(session, "cancel"), {"reason": "A fever"}, START - MINUTE)
    assert not Absence.objects.exists()
    assert "No unauthorised absence in a row" in pages.text(f"/mentor/students/{pages.enrolment.pk}/", END)


def test_once_it_has_started_it_cannot_be_cancelled(pages, session):
    assert "cannot be cancelled any more" in pages.text(url(session, "cancel"), START)
    answer = pages.post(url(session, "cancel"), {"reason": "A fever"}, START)
    assert answer.status_code == 422
    session.refresh_from_db()
    assert session.state == "scheduled"


def test_the_mentor_books_another_session(pages):
    absence = make_absence(START, mentorship=pages.mentorship)
    slot = START + timedelta(hours=43)  # Thursday 9:00 in Paris: the student can still give notice in time
    assert slot.isoformat() in pages.text(url(absence.session, "book"), START + HOUR)
    answer = pages.post(url(absence.session, "book"), {"starts_at": slot.isoformat()}, START + HOUR)
    booked = Session.objects.get(replaces=absence.session)
    assert answer["Location"] == f"/mentor/sessions/{booked.pk}/"
    assert booked.starts_at == slot


def test_a_slot_that_is_not_free_is_refused(pages):
    absence = make_absence(START, mentorship=pages.mentorship)
    slot = START + timedelta(hours=12)  # at night
    answer = pages.post(url(absence.session, "book"), {"starts_at": slot.isoformat()}, START + HOUR)
    assert answer.status_code == 422
    assert not Session.objects.filter(replaces=absence.session).exists()


def test_it_shows_the_verdict_the_reasons_the_contest_and_what_was_recorded(pages, session):
    state(pages, session, START + HOUR)
    absence = Absence.objects.get()
    Absence.objects.update(reasons="My train", reasons_at=START + HOUR)
    Contest.objects.create(absence=absence, statement="I was there", made_at=START + 2 * HOUR)
    page = pages.text(f"/mentor/sessions/{session.pk}/", START + 3 * HOUR)
    assert "because the student did not join" in page
    assert "My train" in page
    assert "The student contested it on" in page
    assert "I was there" not in page
    assert "The mentor said that the student was not there" in page


def test_facts_speak_of_the_student_and_not_to_them(pages, session):
    state(pages, session, END + HOUR, was="later", at="14:20")
    page = pages.text(f"/mentor/sessions/{session.pk}/", END + HOUR)
    assert "The student joined" in page
    assert "You joined" not in page


@pytest.mark.parametrize("rows", [1, 3])
def test_lists_cost_the_same_for_one_row_and_for_three(pages, rows, django_assert_num_queries):
    for number in range(rows):
        make_absence(START - (number + 1) * WEEK, mentorship=pages.mentorship)
    with pages.at(START):
        pages.client.get("/mentor/sessions/")
        with django_assert_num_queries(4):
            pages.client.get("/mentor/sessions/")


def test_the_list_is_filtered_by_student_and_outcome(pages, session):
    name = pages.student.user.given_name
    assert f"/mentor/sessions/{session.pk}/" in pages.text(f"/mentor/sessions/?when=all&student={name}")
    assert "No session here" in pages.text("/mentor/sessions/?when=all&student=nobody")
    assert "No session here" in pages.text("/mentor/sessions/?when=all&state=held")
    assert "No session here" in pages.text("/mentor/sessions/")
