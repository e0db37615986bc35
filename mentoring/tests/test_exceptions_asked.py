"""Asking Student Success for an exception before a session, and its answer (A4)."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction
from django.urls import reverse

from accounts.models import Role, User
from enforcement.runner import run
from mentoring.models import ExceptionRequest, Session, SessionState
from mentoring.services import authorise_exception, give_notice
from mentoring.services.exception_requests import ask_exception, decline_exception
from mentoring.sweeps import ATTENDANCE
from mentoring.tests.student_pages import START, StudentPages, clock, sign_in
from record.models import Entry, Message
from record.outbox import send
from rulebook.errors import RuleError
from tests.api import Caller
from tests.factories import make_session, make_user

pytestmark = pytest.mark.django_db

BEFORE = START - timedelta(hours=5)  # too late for a notice in time
TICK = timedelta(microseconds=1)


@pytest.fixture
def team() -> User:
    return make_user(Role.STUDENT_SUCCESS)


@pytest.fixture
def pages(team: User) -> StudentPages:
    return StudentPages()


@pytest.fixture
def session(pages: StudentPages) -> Session:
    return pages.session()


def ask(session: Session, by: User | None = None, **given: object) -> ExceptionRequest:
    return ask_exception(
        session_id=session.pk,
        reason=str(given.get("reason", "A summons by a court")),
        by=by or session.student.user,
        now=given.get("now", BEFORE),  # type: ignore[arg-type]  # an instant
    )


def told(kind: str) -> list[str]:
    rows = Message.objects.filter(kind=kind).order_by("recipient_id")
    return list(rows.values_list("recipient__email", flat=True))


def test_a4_the_student_asks_and_student_success_is_told(session: Session, team: User) -> None:
    ask(session)

    assert told("exception_asked") == [session.student.user.email]
    assert told("exception_to_decide") == [team.email]
    facts = json.loads(Entry.objects.get(kind="exception_asked").payload)
    assert (facts["reason"], facts["asked_by_mentor"]) == ("A summons by a court", False)
    session.refresh_from_db()
    assert session.state == SessionState.SCHEDULED


def test_a4_granted_before_a_late_notice_the_absence_is_authorised(session: Session, team: User) -> None:
    ask(session)
    authorise_exception(session_id=session.pk, reason="Seen", by=team, now=BEFORE + TICK)
    row = ExceptionRequest.objects.get()
    assert (row.granted, row.decided_by, row.decided_at) == (True, team, BEFORE + TICK)
    given = give_notice(session_id=session.pk, reason="Court", by=session.student.user, now=START - TICK)
    assert given.state == SessionState.AUTHORISED_ABSENCE


def test_a4_granted_after_a_late_notice_the_absence_becomes_authorised(session: Session, team: User) -> None:
    give_notice(session_id=session.pk, reason="Court", by=session.student.user, now=BEFORE)
    ask(session, now=BEFORE + TICK)
    authorised = authorise_exception(session_id=session.pk, reason="Seen", by=team, now=START + TICK)
    assert authorised.state == SessionState.AUTHORISED_ABSENCE
    assert ExceptionRequest.objects.get().granted is True


def test_a4_declined_with_reasons_the_session_counts(session: Session, team: User) -> None:
    ask(session)
    decline_exception(session_id=session.pk, reasons="Another day was offered", by=team, now=BEFORE + TICK)
    row = ExceptionRequest.objects.get()
    assert (row.granted, row.answer) == (False, "Another day was offered")
    assert told("exception_declined") == [session.student.user.email]
    assert Entry.objects.filter(kind="exception_declined", actor=team).count() == 1
    Session.objects.filter(pk=session.pk).update(mentor_joined_at=START)
    run(ATTENDANCE, START + timedelta(hours=1))
    session.refresh_from_db()
    assert session.state == SessionState.UNAUTHORISED_ABSENCE
    with pytest.raises(RuleError):  # answered once
        decline_exception(session_id=session.pk, reasons="Again", by=team, now=BEFORE + 2 * TICK)


def test_a4_the_mentor_asks_for_the_student(session: Session, team: User) -> None:
    mentor = session.mentor.user
    ask(session, by=mentor)
    assert told("exception_asked") == [session.student.user.email]
    decline_exception(session_id=session.pk, reasons="No", by=team, now=BEFORE + TICK)
    assert set(told("exception_declined")) == {session.student.user.email, mentor.email}


@pytest.mark.parametrize("now", [START, START + TICK])
def test_a4_from_the_start_on_nothing_is_asked_for(session: Session, now: object) -> None:
    with pytest.raises(RuleError) as refused:
        ask(session, now=now)
    assert refused.value.field == "session"


def test_a4_once_a_session_and_with_words(session: Session, team: User) -> None:
    with pytest.raises(RuleError) as refused:
        ask(session, reason="  ")
    assert refused.value.field == "reason"
    ask(session)
    with pytest.raises(RuleError):
        ask(session)
    with pytest.raises(IntegrityError), transaction.atomic():
        ExceptionRequest.objects.create(session=session, reason="x", asked_at=BEFORE, asked_by=team)


def test_only_its_people_ask_and_nobody_answers_their_own(session: Session, team: User) -> None:
    for person in (make_user(Role.STUDENT), make_user(Role.MENTOR), team):
        with pytest.raises(PermissionDenied):
            ask(session, by=person)
    ask(session)
    for person in (session.student.user, session.mentor.user, make_user(Role.HEAD_OF_LEARNING)):
        with pytest.raises(PermissionDenied):
            decline_exception(session_id=session.pk, reasons="No", by=person, now=BEFORE)


def test_every_message_can_be_written(session: Session, team: User) -> None:
    ask(session, by=session.mentor.user)
    decline_exception(session_id=session.pk, reasons="No", by=team, now=BEFORE + TICK)
    send(list(Message.objects.values_list("pk", flat=True)), BEFORE + timedelta(minutes=1))
    assert set(Message.objects.values_list("state", flat=True)) == {"sent"}
    assert "A summons by a court" in Message.objects.get(kind="exception_to_decide").body_text


# Pages ------------------------------------------------------------------------------------------


def test_the_notice_page_leads_to_it_and_the_page_sends_it(pages: StudentPages, session: Session) -> None:
    url = reverse("student-exception", args=[session.pk])
    assert url in pages.get(reverse("student-notice", args=[session.pk]), BEFORE).content.decode()
    assert url in pages.get(reverse("student-session", args=[session.pk]), BEFORE).content.decode()
    assert pages.post(url, {"reason": ""}, BEFORE).status_code == 422
    assert pages.post(url, {"reason": "A summons"}, BEFORE).status_code == 302
    assert pages.post(url, {"reason": "A summons"}, BEFORE).status_code == 302  # sent twice
    shown = pages.get(reverse("student-session", args=[session.pk]), BEFORE).content.decode()
    assert "Student Success has not answered yet." in shown
    assert url not in shown


def test_the_mentors_page_sends_it_and_shows_no_other_ones_reason(session: Session) -> None:
    client = sign_in(session.mentor.user)
    url, page = (reverse(name, args=[session.pk]) for name in ("mentor-exception", "mentor-session"))
    other = make_session(START + timedelta(weeks=1), mentorship=session.mentorship)
    ask(other, reason="A private matter")
    with clock(BEFORE):
        assert url in client.get(page).content.decode()
        assert client.post(url, {"reason": "He told me so"}).status_code == 302
        assert "He told me so" in client.get(page).content.decode()
        theirs = client.get(reverse("mentor-session", args=[other.pk])).content.decode()
    assert "A private matter" not in theirs


def test_the_worklist_holds_it_by_the_start_and_staff_decline_it(session: Session, team: User) -> None:
    ask(session)
    client = sign_in(team)
    decline = reverse("staff-exception-decline", args=[session.pk])
    with clock(BEFORE):
        listed = client.get(reverse("staff-home")).content.decode()
        assert "A summons by a court" in listed
        assert "The session starts" in listed
        assert decline in client.get(reverse("staff-session", args=[session.pk])).content.decode()
        asked = client.post(decline, {"reasons": "No proof"})
        assert "It takes place, and counts as the policy says." in asked.content.decode()
        assert client.post(decline, {"reasons": "No proof", "confirmed": "1"}).status_code == 302
        assert "A summons by a court" not in client.get(reverse("staff-home")).content.decode()
        assert client.get(decline).status_code == 404
    assert ExceptionRequest.objects.get().granted is False


# API --------------------------------------------------------------------------------------------


def test_over_the_api(session: Session, team: User) -> None:
    path = f"sessions/{session.pk}/"
    student, mentor, staff = (
        Caller(each, BEFORE) for each in (session.student.user, session.mentor.user, team)
    )
    sent = student.post(f"{path}ask-exception/", {"reason": "A summons"})
    assert sent.status_code == 201
    assert sent.json()["exception_request"]["reason"] == "A summons"
    assert student.post(f"{path}ask-exception/", {"reason": "A summons"}).status_code == 409
    assert (
        mentor.get(path).json()["exception_request"] is None
    )  # stays between the student and Student Success
    assert staff.post(f"{path}decline-exception/", {"reasons": "No"}).status_code == 428
    answer = staff.post(f"{path}decline-exception/", {"reasons": "No"}, If_Match=staff.etag(path))
    assert answer.json()["exception_request"]["granted"] is False
    assert student.get(path).json()["exception_request"]["answer"] == "No"
