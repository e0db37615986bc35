"""A write that is sent twice is made once (Idempotency-Key)."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection

from accounts.models import IdempotentRequest, Role, RoleGrant
from mentoring.models import Join, Notice
from tests.api import Caller
from tests.factories import make_mentorship, make_session

START = datetime(2026, 3, 3, 13, 0, tzinfo=UTC)
EARLY = START - timedelta(days=3)


@pytest.fixture
def session(db):
    return make_session(START, mentorship=make_mentorship())


@pytest.fixture
def student(session):
    return Caller(session.student.user, EARLY)


def test_the_same_key_gives_the_same_answer_and_writes_once(student, session) -> None:
    path = f"sessions/{session.pk}/notice/"
    first = student.post(path, {"reason": "Ill"}, Idempotency_Key="a")
    again = student.post(path, {"reason": "Ill"}, Idempotency_Key="a", now=EARLY + timedelta(hours=1))
    assert first.status_code == again.status_code == 201
    assert again.content == first.content
    assert again["ETag"] == first["ETag"]
    assert again["Idempotency-Replayed"] == "true"
    assert "Idempotency-Replayed" not in first
    assert Notice.objects.count() == 1


def test_the_same_key_with_another_request_is_refused(student, session) -> None:
    path = f"sessions/{session.pk}/notice/"
    student.post(path, {"reason": "Ill"}, Idempotency_Key="a")
    other = student.post(path, {"reason": "Very ill"}, Idempotency_Key="a")
    assert other.status_code == 422
    assert other.json()["type"].endswith("key-reused")
    elsewhere = student.post(f"sessions/{session.pk}/join/", Idempotency_Key="a")
    assert elsewhere.status_code == 422


def test_a_kept_answer_is_not_given_to_who_may_no_longer_do_it(student, session) -> None:
    path = f"sessions/{session.pk}/notice/"
    student.post(path, {"reason": "Ill"}, Idempotency_Key="a")
    RoleGrant.objects.filter(user=session.student.user).update(role=Role.MENTOR)
    again = student.post(path, {"reason": "Ill"}, Idempotency_Key="a")
    assert again.status_code == 404
    assert "Idempotency-Replayed" not in again
    RoleGrant.objects.filter(user=session.student.user).update(role=Role.STUDENT_SUCCESS)
    assert student.post(path, {"reason": "Ill"}, Idempotency_Key="a").status_code == 403
    assert Notice.objects.count() == 1


def test_asking_again_writes_nothing(student, session) -> None:
    path = f"sessions/{session.pk}/join/"
    assert student.post(path, Idempotency_Key="a", now=START).status_code == 200
    Join.objects.all().delete()
    assert student.post(path, Idempotency_Key="a", now=START)["Idempotency-Replayed"] == "true"
    assert not Join.objects.exists()


@pytest.mark.parametrize(("tag", "status"), [('"0-0"', 412), ("*", 200)])
def test_if_match_is_honoured_where_it_is_optional(student, session, tag, status) -> None:
    assert student.post(f"sessions/{session.pk}/join/", now=START, If_Match=tag).status_code == status


def test_a_key_is_its_persons_alone(student, session) -> None:
    mentor = Caller(session.mentor.user, EARLY)
    student.post(f"sessions/{session.pk}/notice/", {"reason": "Ill"}, Idempotency_Key="a")
    answer = mentor.post(f"sessions/{session.pk}/notice/", {"reason": "Ill"}, Idempotency_Key="a")
    assert answer.status_code == 403


def test_a_refusal_is_not_kept(student, session) -> None:
    path = f"sessions/{session.pk}/notice/"
    assert student.post(path, {"reason": " "}, Idempotency_Key="a").status_code == 422
    assert not IdempotentRequest.objects.exists()
    assert student.post(path, {"reason": "Ill"}, Idempotency_Key="a").status_code == 201


def test_a_key_is_forgotten_after_its_time(student, session) -> None:
    path = f"sessions/{session.pk}/notice/"
    student.post(path, {"reason": "Ill"}, Idempotency_Key="a", now=EARLY - timedelta(days=10))
    # Made anew, and refused for what is there by now: no answer of ten days ago.
    assert student.post(path, {"reason": "Ill"}, Idempotency_Key="a").status_code == 409


@pytest.mark.parametrize("key", ["", "x" * 256, "é"])
def test_a_key_that_is_none_is_refused(student, session, key) -> None:
    answer = student.post(f"sessions/{session.pk}/notice/", {"reason": "Ill"}, Idempotency_Key=key)
    assert answer.status_code == 400


def test_answer_and_write_stand_or_fall_together(student, session, monkeypatch) -> None:
    def broken(*args, **kwargs):
        raise RuntimeError("the disk is full")

    monkeypatch.setattr(IdempotentRequest.objects, "create", broken)
    student.client.raise_request_exception = False
    answer = student.post(f"sessions/{session.pk}/notice/", {"reason": "Ill"}, Idempotency_Key="a")
    assert answer.status_code == 500
    assert answer["Content-Type"] == "application/problem+json"
    assert "disk" not in answer.content.decode()
    assert not Notice.objects.exists()


def test_ten_at_once_write_once(many_connections) -> None:
    session = make_session(datetime(2126, 3, 5, 13, 0, tzinfo=UTC))
    student = Caller(session.student.user)
    gate = threading.Barrier(10)
    answers = []

    def send() -> None:
        gate.wait()
        try:
            answers.append(
                student.post(f"sessions/{session.pk}/notice/", {"reason": "Ill"}, Idempotency_Key="a")
            )
        finally:
            connection.close()

    threads = [threading.Thread(target=send) for _ in range(10)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert Notice.objects.count() == 1
    made = [answer for answer in answers if answer.status_code == 201]
    assert made and len({answer.content for answer in made}) == 1
    assert sum("Idempotency-Replayed" not in answer for answer in made) == 1
    assert {answer.status_code for answer in answers} <= {201, 409}
