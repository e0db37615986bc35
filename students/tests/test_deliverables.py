"""Versions of a deliverable, the mentor's decision on them, and what a finding asks (2.2, T2, P1, PL.3)."""

from __future__ import annotations

import hashlib
import json
from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from accounts.models import Role
from record.models import Document, Entry, Message
from rulebook.errors import RuleError
from students.models import (
    Deliverable,
    DeliverableFile,
    EnrolmentState,
    Interruption,
    InterruptionKind,
    Remark,
    Requirement,
    Review,
    ReviewDecision,
    WorkState,
)
from students.services import (
    decide_on_version,
    require_redo,
    require_rework,
    set_due_day,
    submit_deliverable,
    write_remark,
)
from tests.factories import at, make_deliverable, make_file, make_user, make_work

pytestmark = pytest.mark.django_db

NOW = at("2026-03-02 08:00")
DAY = timedelta(days=1)
APPROVE, REWORK = ReviewDecision.APPROVE, ReviewDecision.REWORK


@pytest.fixture(autouse=True)
def private_store(settings, tmp_path):
    documents = {**settings.STORAGES["documents"]}
    documents["OPTIONS"] = {**documents["OPTIONS"], "location": str(tmp_path / "documents")}
    settings.STORAGES = {**settings.STORAGES, "documents": documents}


@pytest.fixture
def mentor():
    return make_user(Role.MENTOR)


@pytest.fixture
def work():
    return make_work()


def submit(work, *contents: bytes, now=NOW, **more):
    files = [make_file(content) for content in contents or (b"first\n",)]
    student = work.enrolment.student.user
    made = submit_deliverable(work_id=work.pk, uploads=files, by=more.pop("by", student), now=now, **more)
    work.refresh_from_db()
    return made


def decide(version, decision, by, now=NOW + DAY, comment="Because"):
    made = decide_on_version(deliverable_id=version.pk, decision=decision, comment=comment, by=by, now=now)
    version.work.refresh_from_db()
    return made


def test_t2_each_version_is_another_one_with_its_digest_and_the_file_as_it_came(work, mentor):
    first = submit(work, b"one\n", note=" Here ", tell=[mentor.pk])
    second = submit(work, b"two\n", now=NOW + DAY)
    assert [(each.version, each.note) for each in (first, second)] == [(1, "Here"), (2, "")]
    file = DeliverableFile.objects.get(deliverable=first)
    assert file.sha256 == file.document.sha256 == hashlib.sha256(b"one\n").hexdigest()
    assert (file.document.purpose, file.document.subject_id) == (
        "deliverable",
        work.enrolment.student.user_id,
    )
    entry = Entry.objects.order_by("seq")[0]
    assert json.loads(entry.payload)["files"] == [{"name": "work.txt", "sha256": file.sha256}]
    assert Message.objects.get().recipient_id == mentor.pk


def test_another_version_keeps_the_works_place_in_the_mentors_line(work, mentor):
    submit(work, b"one\n")
    submit(work, b"two\n", now=NOW + DAY)
    assert (work.state, work.state_since) == (WorkState.SUBMITTED, NOW)


def test_p1_nobody_hands_in_for_somebody_else(work, mentor):
    for somebody in (mentor, make_user(Role.STUDENT), make_user(Role.ADMINISTRATOR)):
        with pytest.raises(PermissionDenied):
            submit(work, by=somebody)
    assert not Deliverable.objects.exists()


def test_a_version_of_the_last_day_is_in_time_and_of_the_next_late(work, mentor):
    set_due_day(work_id=work.pk, due_on=date(2026, 3, 2), by=mentor, now=NOW)
    assert not submit(work, b"one\n", now=at("2026-03-02 22:59:59.999999")).late  # 23:59 in Paris
    late = submit(work, b"two\n", now=at("2026-03-02 23:00"))
    assert late.late and late.due_on == date(2026, 3, 2)
    # Another day that is set afterwards changes nothing about it.
    set_due_day(work_id=work.pk, due_on=date(2026, 3, 9), by=mentor, now=NOW)
    late.refresh_from_db()
    assert late.late


@pytest.mark.parametrize("day", [date(2025, 12, 31), date(2027, 1, 1)])
def test_a_last_day_lies_within_the_training(work, mentor, day):
    with pytest.raises(RuleError) as refused:
        set_due_day(work_id=work.pk, due_on=day, by=mentor, now=NOW)
    assert refused.value.field == "due_on"


def test_a_last_day_is_not_past_when_it_is_set(work, mentor):
    with pytest.raises(RuleError, match="past"):
        set_due_day(work_id=work.pk, due_on=date(2026, 3, 1), by=mentor, now=NOW)


def test_nothing_is_handed_in_twice_without_a_file_or_after_the_end(work, mentor):
    with pytest.raises(RuleError, match="Choose"):
        submit_deliverable(work_id=work.pk, uploads=[], by=work.enrolment.student.user, now=NOW)
    submit(work, b"one\n")
    with pytest.raises(RuleError, match="very file"):
        submit(work, b"one\n")
    work.enrolment.state = EnrolmentState.ENDED
    work.enrolment.ended_on = date(2026, 3, 1)
    work.enrolment.save()
    with pytest.raises(RuleError, match="ended"):
        submit(work, b"two\n")
    # What was refused is kept nowhere.
    assert Deliverable.objects.count() == Document.objects.count() == 1


def test_nothing_is_handed_in_during_a_suspension_and_a_leave_closes_nothing(work):
    days = {"enrolment": work.enrolment, "starts_on": date(2026, 3, 2), "ends_on": date(2026, 3, 4)}
    Interruption.objects.create(kind=InterruptionKind.LEAVE, recorded_at=NOW, **days)
    submit(work, b"one\n")
    Interruption.objects.create(kind=InterruptionKind.SUSPENSION, recorded_at=NOW, **days)
    with pytest.raises(RuleError) as refused:
        submit(work, b"two\n")
    assert refused.value.clause == "4.2"


def test_a_version_is_approved_once_and_its_comment_kept_for_the_jury(work, mentor):
    version = submit(work)
    review = decide(version, APPROVE, mentor, comment=" Clear and complete ")
    work.refresh_from_db()
    assert work.state == WorkState.APPROVED
    assert review.comment == "Clear and complete"
    assert Message.objects.get(kind="project_approved").recipient_id == work.enrolment.student.user_id
    with pytest.raises(RuleError, match="decided on already"):
        decide(version, REWORK, mentor)
    with pytest.raises(RuleError, match="no more is handed in"):
        submit(work, b"two\n")


def test_a_version_given_back_waits_for_another(work, mentor):
    decide(submit(work, b"one\n"), REWORK, mentor)
    work.refresh_from_db()
    assert work.state == WorkState.TO_REWORK
    second = submit(work, b"two\n", now=NOW + 2 * DAY)
    decide(second, APPROVE, mentor, now=NOW + 3 * DAY)
    work.refresh_from_db()
    assert work.state == WorkState.APPROVED


def test_only_the_newest_version_is_decided_on(work, mentor):
    first = submit(work, b"one\n")
    submit(work, b"two\n", now=NOW + DAY)
    with pytest.raises(RuleError) as refused:
        decide(first, APPROVE, mentor)
    assert (refused.value.field, refused.value.params) == ("version", {"newest": 2})


def test_nobody_approves_their_own_work_and_no_decision_comes_without_a_word(work, mentor):
    version = submit(work)
    with pytest.raises(PermissionDenied):
        decide(version, APPROVE, work.enrolment.student.user)
    with pytest.raises(RuleError) as refused:
        decide(version, APPROVE, mentor, comment="  ")
    assert refused.value.field == "comment"


def test_pl3_what_must_be_reworked_is_approved_only_in_a_later_version(work, mentor):
    version = submit(work, b"one\n")
    asked = require_rework(work=work, reason="A page is copied", about="finding:1", by=None, now=NOW + DAY)
    work.refresh_from_db()
    assert work.state == WorkState.TO_REWORK
    with pytest.raises(RuleError):
        decide(version, APPROVE, mentor, now=NOW + 2 * DAY)
    with pytest.raises(RuleError, match="very file"):
        submit(work, b"one\n", now=NOW + 2 * DAY)
    second = submit(work, b"one\n", b"more\n", now=NOW + 2 * DAY)
    asked.refresh_from_db()
    assert asked.met_by == second
    decide(second, APPROVE, mentor, now=NOW + 3 * DAY)


def test_pl3_a_version_at_the_very_instant_of_the_finding_came_before_it(work, mentor):
    require_rework_at = NOW
    version = submit(work, b"one\n", now=require_rework_at)
    Requirement.objects.create(
        work=work, kind="rework", clause="PL.3", reason="Copied", required_at=require_rework_at
    )
    with pytest.raises(RuleError) as refused:
        decide(version, APPROVE, mentor)
    assert (refused.value.field, refused.value.clause) == ("decision", "PL.3")
    # And the database itself refuses it.
    with pytest.raises(IntegrityError), transaction.atomic():
        Review.objects.create(
            deliverable=version, decision=APPROVE, comment="x", decided_at=NOW, decided_by=mentor
        )
    # Giving it back goes.
    decide(version, REWORK, mentor)


def test_pl3_what_must_be_redone_takes_none_of_the_earlier_files(work, mentor):
    submit(work, b"one\n", b"two\n")
    require_redo(work=work, reason="All of it is copied", about="finding:1", by=None, now=NOW + DAY)
    with pytest.raises(RuleError, match="entirely redone"):
        submit(work, b"two\n", b"three\n", now=NOW + 2 * DAY)
    decide(submit(work, b"three\n", now=NOW + 2 * DAY), APPROVE, mentor, now=NOW + 3 * DAY)


def test_pl3_a_finding_after_approval_takes_it_back_and_asks_once(work, mentor):
    decide(submit(work, b"one\n"), APPROVE, mentor)
    for _ in range(2):
        require_redo(
            work=work, reason="Copied", about="finding:1", tell=[mentor.pk], by=None, now=NOW + 2 * DAY
        )
    work.refresh_from_db()
    assert work.state == WorkState.TO_REDO
    assert Requirement.objects.count() == 1
    told = Message.objects.filter(kind__in=("redo_required", "rework_required_mentor"))
    assert {each.recipient_id for each in told} == {mentor.pk, work.enrolment.student.user_id}
    # A lesser finding does not make less of what is asked already.
    require_rework(work=work, reason="Again", about="finding:2", by=None, now=NOW + 3 * DAY)
    work.refresh_from_db()
    assert work.state == WorkState.TO_REDO


def test_pl3_there_is_nothing_to_rework_before_anything_was_handed_in(work):
    with pytest.raises(RuleError):
        require_rework(work=work, reason="Copied", by=None, now=NOW)


def test_a_comment_reaches_the_other_side_and_not_its_author(work, mentor):
    student = work.enrolment.student.user
    write_remark(work_id=work.pk, text="How is this?", tell=[mentor.pk], by=student, now=NOW)
    write_remark(work_id=work.pk, text="Fine", tell=[mentor.pk], by=mentor, now=NOW)
    told = list(Message.objects.order_by("pk").values_list("kind", "recipient_id"))
    assert told == [("remark_to_mentor", mentor.pk), ("remark_to_student", student.pk)]


@pytest.mark.parametrize("model", [Deliverable, DeliverableFile, Review, Remark])
def test_t2_the_database_refuses_to_change_or_remove_what_was_handed_in_and_decided(work, mentor, model):
    version = make_deliverable(work)
    Review.objects.create(
        deliverable=version, decision=REWORK, comment="x", decided_at=NOW, decided_by=mentor
    )
    Remark.objects.create(work=work, author=mentor, text="x", written_at=NOW)
    name = {"Deliverable": "late", "DeliverableFile": "sha256", "Review": "comment", "Remark": "text"}
    column = model._meta.get_field(name[model.__name__]).column
    table = model._meta.db_table
    for statement in (f"UPDATE {table} SET {column} = {column}", f"DELETE FROM {table}"):
        with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)


def test_t2_the_database_refuses_an_outdated_decision_and_ones_own(work, mentor):
    first, second = make_deliverable(work), make_deliverable(work)
    decision = {"decision": APPROVE, "comment": "x", "decided_at": NOW}
    with pytest.raises(IntegrityError), transaction.atomic():
        Review.objects.create(deliverable=first, decided_by=mentor, **decision)
    with pytest.raises(IntegrityError), transaction.atomic():
        Review.objects.create(deliverable=second, decided_by=work.enrolment.student.user, **decision)
    Review.objects.create(deliverable=second, decided_by=mentor, **decision)


def test_a_requirement_is_filled_once_and_never_changed(work, mentor):
    version = make_deliverable(work)
    asked = Requirement.objects.create(work=work, kind="redo", clause="PL.3", reason="x", required_at=NOW)
    Requirement.objects.filter(pk=asked.pk).update(met_by=version)
    for change in ({"met_by": None}, {"kind": "rework"}, {"required_at": NOW - DAY}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Requirement.objects.filter(pk=asked.pk).update(**change)


def test_handing_in_takes_as_many_statements_with_one_version_as_with_three(work):
    counts = []
    for number in (1, 2, 3, 4):
        with CaptureQueriesContext(connection) as queries:
            submit_deliverable(
                work_id=work.pk,
                uploads=[make_file(f"{number}\n".encode())],
                by=work.enrolment.student.user,
                now=NOW,
            )
        counts.append(len(queries))
    assert counts[1] == counts[3]
