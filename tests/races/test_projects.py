"""Two who meet at a student's project or at an hour: one wins, and the other is told why (T2, 2.2)."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied

from mentoring.models import Defence
from mentoring.services import defences
from mentoring.services.defences import book_defence
from mentoring.services.works import decide_on_version, submit_deliverable
from rulebook.errors import RuleError
from students.models import Deliverable, ProjectWork, Review, ReviewDecision
from students.services.works import versions as works
from tests.factories import (
    at,
    make_approved_work,
    make_assessor,
    make_deliverable,
    make_enrolment,
    make_file,
    make_mentorship,
    make_project,
    make_work,
)

from .meeting import meet

pytestmark = [pytest.mark.postgresql, pytest.mark.django_db(transaction=True)]

NOW = at("2026-03-02 08:00")
START = at("2026-03-04 09:00")


@pytest.fixture(autouse=True)
def private_store(settings, tmp_path):
    documents = {**settings.STORAGES["documents"]}
    documents["OPTIONS"] = {**documents["OPTIONS"], "location": str(tmp_path / "documents")}
    settings.STORAGES = {**settings.STORAGES, "documents": documents}


@pytest.fixture
def work(mentorship):
    return make_work(mentorship.enrolment)


def decide(version, mentorship, decision):
    return lambda: decide_on_version(
        deliverable_id=version.pk, decision=decision, comment="Because", by=mentorship.mentor.user, now=NOW
    )


def submit(work, content=b"another\n"):
    return lambda: submit_deliverable(
        work_id=work.pk, uploads=[make_file(content)], by=work.enrolment.student.user, now=NOW
    )


def book(work, assessor):
    return lambda: book_defence(
        work_id=work.pk, assessor_id=assessor.pk, starts_at=START, by=work.enrolment.student.user, now=NOW
    )


def test_two_decisions_at_once_leave_one(work, mentorship, monkeypatch):
    version = make_deliverable(work)
    one, other = meet(
        monkeypatch,
        works,
        "write",
        decide(version, mentorship, ReviewDecision.APPROVE),
        decide(version, mentorship, ReviewDecision.REWORK),
    )
    assert one.error is None and other.waited
    assert isinstance(other.error, RuleError) and other.error.field == "version"
    assert Review.objects.get().decision == ReviewDecision.APPROVE


def test_a_version_that_comes_in_meanwhile_is_the_one_to_decide_on(work, mentorship, monkeypatch):
    version = make_deliverable(work)
    one, other = meet(
        monkeypatch, works, "write", submit(work), decide(version, mentorship, ReviewDecision.APPROVE)
    )
    assert one.error is None and other.waited
    assert isinstance(other.error, RuleError) and other.error.params == {"newest": 2}
    assert not Review.objects.exists()


def test_an_approval_that_comes_first_closes_the_project_to_a_version(work, mentorship, monkeypatch):
    version = make_deliverable(work)
    one, other = meet(
        monkeypatch, works, "write", decide(version, mentorship, ReviewDecision.APPROVE), submit(work)
    )
    assert one.error is None and other.waited
    assert isinstance(other.error, RuleError) and other.error.field == "files"
    assert Deliverable.objects.count() == 1


def test_two_versions_at_once_are_two(work, monkeypatch):
    one, other = meet(monkeypatch, works, "write", submit(work, b"a\n"), submit(work, b"b\n"))
    assert (one.error, other.error) == (None, None) and other.waited
    assert sorted(Deliverable.objects.values_list("version", flat=True)) == [1, 2]


def _to_defend(mentorship) -> ProjectWork:
    project = make_project(mentorship.enrolment.path, skills=["a"], in_depth=True)
    return make_approved_work(mentorship.mentor.user, mentorship.enrolment, project=project)


def test_two_students_want_one_hour_of_an_assessor(mentorship, monkeypatch):
    assessor = make_assessor()
    first, second = _to_defend(mentorship), _to_defend(make_mentorship(enrolment=make_enrolment()))
    one, other = meet(monkeypatch, defences, "write", book(first, assessor), book(second, assessor))
    assert one.error is None and other.waited
    assert isinstance(other.error, RuleError) and other.error.field == "starts_at"
    assert Defence.objects.get().work == first


def test_one_student_books_two_assessors_at_once(mentorship, monkeypatch):
    first, second = _to_defend(mentorship), _to_defend(mentorship)
    one, other = meet(
        monkeypatch, defences, "write", book(first, make_assessor()), book(second, make_assessor())
    )
    assert one.error is None and other.waited
    assert isinstance(other.error, RuleError) and other.error.field == "starts_at"
    assert Defence.objects.count() == 1


def test_a_booking_sent_twice_at_once_is_one(mentorship, monkeypatch):
    work, assessor = _to_defend(mentorship), make_assessor()
    one, other = meet(monkeypatch, defences, "write", book(work, assessor), book(work, assessor))
    assert one.error is None and other.waited
    assert isinstance(other.error, RuleError) and not isinstance(other.error, PermissionDenied)
    assert Defence.objects.count() == 1
    assert Defence.objects.get().ends_at - START == timedelta(hours=1)
