"""Requests for an adaptation: Student Success alone reads the proof, everybody else the measure (A2; abuse 7, 12)."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
import time_machine
from django.core.exceptions import PermissionDenied
from django.test import Client

from accounts.models import Role
from mentoring import services
from mentoring.models import Medium, Session
from record.documents.purposes import purpose
from record.models import Document, Entry, Message
from students.models import AccommodationState
from tests.factories import at, make_mentorship, make_user
from tests.papers import pdf

from .leaves.cast import NOW, Cast, refused

pytestmark = pytest.mark.django_db

WISH = "I cannot sit in front of a camera for long."


class AskedCast(Cast):
    """A student who asked for audio conferences."""

    def __init__(self) -> None:
        super().__init__()
        self.request = services.request_adaptation(
            enrolment_id=self.enrolment.pk, audio=True, wishes=WISH, proof=pdf(), by=self.student, now=NOW
        )

    def accept(self, by=None):
        return services.accept_adaptation(
            request_id=self.request.pk,
            audio=True,
            notice=timedelta(hours=2),
            lateness=None,
            rescheduling=None,
            valid_from=date(2026, 3, 2),
            valid_until=None,
            by=by or self.success,
            now=NOW,
        )


@pytest.fixture
def cast() -> AskedCast:
    return AskedCast()


def test_abuse_7_12_only_student_success_and_the_student_open_the_proof(cast):
    proof = Document.objects.get()
    may_read = purpose(proof.purpose).may_read
    others = [
        cast.mentor,
        cast.manager,
        make_user(Role.HEAD_OF_LEARNING),
        make_user(Role.ADMINISTRATOR),
        make_user(Role.MENTOR, Role.LEARNING_MANAGER),
        make_mentorship().enrolment.student.user,
    ]
    assert [may_read(person, proof) for person in others] == [False] * len(others)
    assert may_read(cast.student, proof) and may_read(cast.success, proof)
    http = Client()
    with time_machine.travel(NOW, tick=False):
        for person, status in [(cast.mentor, 404), (cast.manager, 404), (cast.success, 200)]:
            http.force_login(person, backend="accounts.backends.PrefetchingBackend")
            assert http.get(proof.get_absolute_url()).status_code == status
    # Each opening is logged.
    assert proof.viewings.get().viewer == cast.success


def test_abuse_12_neither_record_nor_messages_nor_pages_of_others_hold_the_wish(cast):
    cast.accept()
    for entry in Entry.objects.filter(chain__subject=cast.student):
        assert WISH not in entry.payload
    for message in Message.objects.all():
        assert WISH not in message.context
    http = Client()
    with time_machine.travel(NOW, tick=False):
        for person, page in [
            (cast.mentor, f"/mentor/students/{cast.enrolment.pk}/"),
            (cast.manager, f"/staff/people/{cast.enrolment.student_id}/"),
            (cast.manager, "/staff/"),
        ]:
            http.force_login(person, backend="accounts.backends.PrefetchingBackend")
            answer = http.get(page)
            assert answer.status_code == 200
            assert WISH not in answer.content.decode() and "approval.pdf" not in answer.content.decode()


def test_nobody_but_student_success_decides(cast):
    for person in (cast.mentor, cast.manager, cast.student, make_user(Role.ADMINISTRATOR)):
        with pytest.raises(PermissionDenied):
            cast.accept(by=person)
        with pytest.raises(PermissionDenied):
            services.refuse_adaptation(request_id=cast.request.pk, decision="No", by=person, now=NOW)


def test_a2_an_accepted_request_adapts_the_sessions_to_come(cast):
    session = Session.objects.get(starts_at=at("2026-03-10 13:00"))
    assert session.medium == Medium.VIDEO
    row = cast.accept()
    session.refresh_from_db()
    assert (row.state, session.medium) == (AccommodationState.ACCEPTED, Medium.AUDIO)
    with refused("request"):
        cast.accept()


def test_one_request_at_a_time_and_never_an_empty_one(cast):
    asked = {"enrolment_id": cast.enrolment.pk, "by": cast.student, "now": NOW}
    with refused("wishes"):
        services.request_adaptation(audio=True, wishes="", proof=pdf(), **asked)
    services.withdraw_request(request_id=cast.request.pk, by=cast.student, now=NOW)
    with refused("wishes"):
        services.request_adaptation(audio=False, wishes=" ", proof=pdf(), **asked)
    assert Document.objects.count() == 1


def test_a_refusal_says_why_to_the_student_alone(cast):
    with refused("decision"):
        services.refuse_adaptation(request_id=cast.request.pk, decision="", by=cast.success, now=NOW)
    services.refuse_adaptation(
        request_id=cast.request.pk, decision="It is out of date.", by=cast.success, now=NOW
    )
    told = Message.objects.get(kind="adaptation", recipient=cast.student)
    assert "out of date" in told.context
    assert "out of date" not in Entry.objects.get(kind="adaptation_refused").payload
