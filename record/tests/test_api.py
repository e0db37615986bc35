"""The record and the messages over the API: one's own, and others' for those who may read them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from accounts.models import Role
from record.models import Entry, Message
from record.services import write
from record.types import NewEntry
from tests.api import Caller
from tests.factories import make_user

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 3, 4, 9, 0, tzinfo=UTC)


def enter(subject, count=1, **fields):
    write(
        entries=[
            NewEntry(
                subject_id=subject.pk if subject else None,
                kind="reasons_given",
                clause="3.2",
                policy_id="2026-01",
                happened_at=NOW,
                about=f"mentoring.session:{number}",
                facts={"reasons": "My train", "starts_at": "2026-03-03T13:00:00+00:00"},
            )
            for number in range(count)
        ],
        now=NOW,
    )


def tell(recipient, state="sent"):
    return Message.objects.create(
        recipient=recipient,
        kind="notice_received",
        occasion=f"test:{Message.objects.count()}",
        subject="Your notice",
        body_text="We have it.",
        due_at=NOW,
        created_at=NOW,
        next_attempt_at=NOW,
        state=state,
        sent_at=NOW if state == "sent" else None,
    )


@pytest.fixture
def student(db):
    return Caller(make_user(Role.STUDENT), NOW)


def test_r1_a_student_reads_their_own_record(student) -> None:
    enter(student.user)
    enter(make_user(Role.STUDENT))
    rows = student.get("record/").json()["results"]
    assert [row["subject"] for row in rows] == [student.user.pk]
    assert rows[0]["facts"]["reasons"] == "My train"
    assert rows[0]["hash"] == Entry.objects.get(chain__subject=student.user).hash
    shown = student.get(f"record/{rows[0]['id']}/").json()
    assert shown["told"]["title"]


def test_abuse_1_nobody_elses(student) -> None:
    other = make_user(Role.STUDENT)
    enter(other)
    enter(None)
    for subject in (other.pk, 10**9, "school", "x", 10**30):
        assert student.get(f"record/?subject={subject}").status_code == 404
    for entry in Entry.objects.all():
        assert student.get(f"record/{entry.pk}/").status_code == 404


@pytest.mark.parametrize(
    ("role", "others", "school"),
    [
        (Role.MENTOR, 404, 404),
        (Role.STUDENT_SUCCESS, 200, 404),
        (Role.LEARNING_MANAGER, 404, 404),  # a student of none of their Paths
        (Role.HEAD_OF_LEARNING, 200, 200),
        (Role.ADMINISTRATOR, 200, 200),
    ],
)
def test_staff_read_others_and_heads_the_schools(role, others, school) -> None:
    student = make_user(Role.STUDENT)
    enter(student)
    enter(None)
    caller = Caller(make_user(role), NOW)
    assert caller.get(f"record/?subject={student.pk}").status_code == others
    assert caller.get("record/?subject=school").status_code == school
    own = Entry.objects.get(chain__subject=student)
    schools = Entry.objects.get(chain__subject=None)
    assert caller.get(f"record/{own.pk}/").status_code == others
    assert caller.get(f"record/{schools.pk}/").status_code == school


def test_nothing_can_be_written_into_it(student) -> None:
    enter(student.user)
    path = f"record/{Entry.objects.get().pk}/"
    for method in ("PUT", "PATCH", "DELETE", "POST"):
        assert student.send(method, path, {}).status_code == 405
    assert student.post("record/", {}).status_code == 405


def test_r2_messages_are_read_and_the_first_time_stands(student) -> None:
    sent = tell(student.user)
    tell(student.user, "pending")
    tell(make_user(Role.STUDENT))
    assert [row["id"] for row in student.get("messages/?unread=true").json()["results"]] == [sent.pk]
    path = f"messages/{sent.pk}/"
    assert student.get(path).json()["body_text"] == "We have it."
    assert student.get(path).json()["read_at"] is None
    assert student.post(f"{path}read/").json()["read_at"] == "2026-03-04T09:00:00Z"
    later = student.post(f"{path}read/", now=NOW + timedelta(hours=1))
    assert later.json()["read_at"] == "2026-03-04T09:00:00Z"
    assert student.get("messages/?unread=true").json()["results"] == []


@pytest.mark.parametrize("field", ["read_at", "state"])
def test_abuse_24_no_instant_of_reading_is_taken(student, field) -> None:
    path = f"messages/{tell(student.user).pk}/read/"
    assert student.post(path, {field: "2026-01-01T00:00:00Z"}).json()["field"] == field


def test_staff_do_not_read_others_messages_here(student) -> None:
    message = tell(student.user)
    administrator = Caller(make_user(Role.ADMINISTRATOR), NOW)
    assert administrator.get(f"messages/{message.pk}/").status_code == 404


@pytest.mark.parametrize("rows", [1, 3])
def test_lists_cost_the_same_however_long(student, rows, django_assert_num_queries) -> None:
    enter(student.user, rows)
    for _ in range(rows):
        tell(student.user)
    for path in ("record/", "messages/"):
        with django_assert_num_queries(2):
            assert len(student.get(path).json()["results"]) == rows
