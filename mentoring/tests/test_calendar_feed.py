"""The calendar feed: one person's appointments under a secret address; and invitations beside e-mails."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.core import mail
from icalendar import Calendar

from accounts.models import Role
from enforcement.runner import run
from mentoring import services
from mentoring.models import CalendarFeed, SessionState
from mentoring.services.feeds import close_feed, open_feed
from mentoring.tests.student_pages import START, WEEK, StudentPages, clock, sign_in
from record.models import Message
from record.sweeps import SWEEPS
from students.models import Interruption, Membership, StudyGroup, StudySession
from tests.api import Caller
from tests.factories import (
    make_absence,
    make_assessor,
    make_defence,
    make_enrolment,
    make_session,
    make_user,
    make_work,
)

pytestmark = pytest.mark.django_db

NOW = START - WEEK
DAY = timedelta(days=1)


@pytest.fixture
def pages():
    return StudentPages()


def events(client, secret, now=NOW, **headers):
    with clock(now):
        answer = client.get(f"/calendar/{secret}.ics", headers=headers)
    assert answer.status_code == 200 and answer["Content-Type"] == "text/calendar; charset=utf-8"
    return {
        str(each["uid"]).partition("@")[0]: each for each in Calendar.from_ical(answer.content).walk("VEVENT")
    }


def test_a_student_and_their_mentor_each_read_their_own(pages, client):
    session = pages.session()
    stranger = make_session(START)
    own = events(client, open_feed(by=pages.user, now=NOW))
    assert set(own) == {f"session-{session.pk}"}
    event = own[f"session-{session.pk}"]
    assert event.start == START and event.end == session.ends_at
    assert pages.mentor.user.full_name in event["summary"]
    assert session.video_link not in event.to_ical().decode()
    theirs = events(client, open_feed(by=pages.mentor.user, now=NOW))
    assert set(theirs) == {f"session-{session.pk}"} and pages.user.full_name in str(theirs.popitem()[1])
    assert f"session-{stranger.pk}" not in theirs


def test_no_cookie_is_needed_or_set_and_the_answer_is_nobodys_else(pages, client):
    pages.session()
    with clock(NOW):
        answer = client.get(f"/calendar/{open_feed(by=pages.user, now=NOW)}.ics")
    assert not answer.cookies
    assert answer["Cache-Control"] == "private, no-cache"


def test_an_etag_spares_what_has_not_changed(pages, client):
    session = pages.session()
    secret = open_feed(by=pages.user, now=NOW)
    with clock(NOW):
        tag = client.get(f"/calendar/{secret}.ics")["ETag"]
    with clock(NOW + timedelta(hours=3)):
        assert client.get(f"/calendar/{secret}.ics", headers={"If-None-Match": tag}).status_code == 304
        services.cancel_session(
            session_id=session.pk, reason="Ill.", by=pages.mentor.user, now=NOW + timedelta(hours=3)
        )
        assert client.get(f"/calendar/{secret}.ics", headers={"If-None-Match": tag}).status_code == 200


def test_only_the_digest_is_kept_and_another_address_closes_the_first(pages, client):
    first = open_feed(by=pages.user, now=NOW)
    assert first not in CalendarFeed.objects.get().digest
    second = open_feed(by=pages.user, now=NOW)
    with clock(NOW):
        assert client.get(f"/calendar/{first}.ics").status_code == 404
        assert client.get(f"/calendar/{second}.ics").status_code == 200
        close_feed(by=pages.user, now=NOW)
        assert client.get(f"/calendar/{second}.ics").status_code == 404


def test_it_ends_with_the_account_and_empties_with_the_role(pages, client):
    pages.session()
    secret = open_feed(by=pages.user, now=NOW)
    pages.user.role_grants.all().delete()
    assert events(client, secret) == {}
    pages.user.is_active = False
    pages.user.save()
    with clock(NOW):
        assert client.get(f"/calendar/{secret}.ics").status_code == 404


def test_a_suspension_takes_its_sessions_out(pages, client):
    pages.session()
    make_session(START + 8 * WEEK, mentorship=pages.mentorship)
    secret = open_feed(by=pages.user, now=NOW)
    assert len(events(client, secret)) == 2
    Interruption.objects.create(
        enrolment=pages.enrolment,
        kind="suspension",
        starts_on=NOW.date(),
        ends_on=NOW.date() + timedelta(days=30),
        recorded_at=NOW,
    )
    assert events(client, secret) == {}
    assert len(events(client, secret, NOW + 32 * DAY)) == 2


def test_deadlines_and_study_sessions_stand_in_it_and_cancelled_sessions_do_not(pages, client):
    absence = make_absence(NOW - DAY, mentorship=pages.mentorship, rescheduling_due_at=NOW + DAY)
    make_session(START, mentorship=pages.mentorship, state=SessionState.CANCELLED_BY_MENTOR)
    group = StudyGroup.objects.create(
        title="SQL", cohort=date(2026, 1, 1), made_at=NOW, made_by=pages.student
    )
    study = StudySession.objects.create(
        group=group,
        title="Joins",
        starts_at=START,
        ends_at=START + timedelta(hours=1),
        made_at=NOW,
        made_by=pages.student,
    )
    secret = open_feed(by=pages.user, now=NOW)
    assert f"study-session-{study.pk}" not in events(client, secret)
    Membership.objects.create(group=group, student=pages.student, joined_at=NOW)
    found = events(client, secret)
    assert set(found) == {
        f"rescheduling-{absence.pk}",
        f"session-{absence.session_id}",
        f"study-session-{study.pk}",
    }
    assert found[f"rescheduling-{absence.pk}"]["transp"] == "TRANSPARENT"


def test_the_page_shows_the_address_once(pages):
    with clock(NOW):
        made = pages.client.post("/calendar/").content.decode()
        assert ".ics" in made
        again = pages.client.get("/calendar/").content.decode()
        assert ".ics" not in again and "There is an address" in again
        pages.client.post("/calendar/close/")
        assert "There is no address yet." in pages.client.get("/calendar/").content.decode()


@pytest.mark.parametrize("rows", [1, 3])
def test_the_feed_costs_the_same_for_one_and_for_three(pages, client, rows, django_assert_max_num_queries):
    for number in range(rows):
        pages.session(START + number * WEEK)
        make_absence(START - (number + 2) * WEEK, mentorship=pages.mentorship)
    secret = open_feed(by=pages.user, now=NOW)
    with clock(NOW), django_assert_max_num_queries(16):
        assert client.get(f"/calendar/{secret}.ics").status_code == 200


# Invitations.


def send(now):
    for sweep in SWEEPS:
        if sweep.name == "record.outbox" or "message" in sweep.name or "send" in sweep.name:
            run(sweep, now)


def invitations(message):
    parts = [part for part in message.message().walk() if part.get_content_type() == "text/calendar"]
    return [(part.get_param("method"), Calendar.from_ical(part.get_payload(decode=True))) for part in parts]


def test_a_cancelled_session_is_withdrawn_and_another_is_invited_to(pages):
    session = pages.session()
    services.cancel_session(session_id=session.pk, reason="Ill.", by=pages.mentor.user, now=NOW)
    send(NOW)
    (method, calendar), *_ = invitations(next(m for m in mail.outbox if m.to == [pages.user.email]))
    event = calendar.walk("VEVENT")[0]
    assert (method, calendar["method"], event["status"]) == ("CANCEL", "CANCEL", "CANCELLED")
    assert str(event["uid"]).startswith(f"session-{session.pk}@") and int(event["sequence"]) == 1
    mail.outbox.clear()
    booked = services.book_replacement(
        session_id=session.pk, starts_at=START + timedelta(hours=1), by=pages.user, now=NOW
    )
    send(NOW)
    for person in (pages.user, pages.mentor.user):
        (method, calendar), *_ = invitations(next(m for m in mail.outbox if m.to == [person.email]))
        event = calendar.walk("VEVENT")[0]
        assert method == "REQUEST" and int(event["sequence"]) == 0
        assert str(event["uid"]).startswith(f"session-{booked.pk}@")
        assert str(event["attendee"]) == f"mailto:{person.email}"


def test_r2_the_message_keeps_what_was_attached_as_it_was_sent(pages):
    session = pages.session()
    services.cancel_session(session_id=session.pk, reason="Ill.", by=pages.mentor.user, now=NOW)
    send(NOW)
    message = Message.objects.get(kind="sessions_cancelled", recipient=pages.user)
    sent = invitations(next(m for m in mail.outbox if m.to == [pages.user.email]))[0][1]
    with clock(NOW):
        kept = pages.client.get(f"/messages/{message.pk}/attachments/1/")
        page = pages.client.get(f"/messages/{message.pk}/").content.decode()
        assert pages.client.get(f"/messages/{message.pk}/attachments/2/").status_code == 404
        stranger = sign_in(make_user(Role.STUDENT))
        assert stranger.get(f"/messages/{message.pk}/attachments/1/").status_code == 404
    assert Calendar.from_ical(kept.content) == sent
    assert kept["Content-Disposition"].startswith("attachment") and "cancelled.ics" in page


@pytest.mark.parametrize(("hours", "state"), [(25, "authorised_absence"), (2, "unauthorised_absence")])
def test_a_notice_in_time_or_late_takes_the_hour_out_of_both_calendars(pages, client, hours, state):
    session = pages.session()
    at = START - timedelta(hours=hours)
    services.give_notice(session_id=session.pk, reason="Ill.", by=pages.user, now=at)
    send(at)
    session.refresh_from_db()
    assert session.state == state
    for person in (pages.user, pages.mentor.user):
        ((method, calendar),) = invitations(next(m for m in mail.outbox if m.to == [person.email]))
        event = calendar.walk("VEVENT")[0]
        assert (method, event["status"], int(event["sequence"])) == ("CANCEL", "CANCELLED", 1)
        assert str(event["uid"]).startswith(f"session-{session.pk}@")
        assert f"session-{session.pk}" not in events(client, open_feed(by=person, now=at), at)


def test_a_mentor_who_cancels_what_they_were_invited_to_gets_its_withdrawal(pages):
    session = pages.session(origin="rescheduled")
    services.cancel_session(session_id=session.pk, reason="Ill.", by=pages.mentor.user, now=NOW)
    send(NOW)
    ((method, _calendar),) = invitations(next(m for m in mail.outbox if m.to == [pages.mentor.user.email]))
    assert method == "CANCEL"


def test_an_assessor_who_mentors_nobody_reads_the_defences_that_they_hold(client):
    assessor = make_assessor()
    defence = make_defence(make_work(make_enrolment(), in_depth=True), START, assessor=assessor)
    found = events(client, open_feed(by=assessor.user, now=NOW))
    assert set(found) == {f"defence-{defence.pk}"}


def test_a_feed_is_made_and_closed_over_the_api_and_its_address_told_once(pages, client):
    session = pages.session()
    caller = Caller(pages.user, NOW)
    assert caller.get("calendar-feed/").status_code == 404
    made = caller.send("PUT", "calendar-feed/")
    secret = made.json()["url"].rpartition("/")[2].removesuffix(".ics")
    assert made.status_code == 201 and f"session-{session.pk}" in events(client, secret)
    assert caller.get("calendar-feed/").json()["url"] == ""
    assert caller.send("DELETE", "calendar-feed/").status_code == 204
    with clock(NOW):
        assert client.get(f"/calendar/{secret}.ics").status_code == 404
