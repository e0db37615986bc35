"""A defence keeps its hours: the database holds it too. What follows from approved skills."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction

from mentoring.migrations._defences import GUARDS
from mentoring.models import Defence, Session
from mentoring.selectors.works import readiness_of
from mentoring.services import add_time_off
from mentoring.services.generation import generate_now
from record.documents.selectors import may_read
from rulebook.errors import RuleError
from students.services import carry_over_skills
from tests.factories import (
    at,
    make_defence,
    make_document,
    make_enrolment,
    make_mentorship,
    make_path,
    make_project,
    make_session,
    make_work,
)

from .acts import HOUR, NO, NOW, START, YES, book, decide, recorded

pytestmark = pytest.mark.django_db


def test_an_assessor_takes_no_time_off_over_a_defence(work, assessor):
    book(work, assessor)
    with pytest.raises(RuleError, match="hold a defence"):
        add_time_off(mentor=assessor, starts_at=START, ends_at=START + HOUR, by=assessor.user, now=NOW)


def test_a1_a_weekly_session_is_not_laid_out_over_a_defence(work, assessor, mentorship):
    tuesday = at("2026-03-03 13:00")  # the mentorship's hour
    make_defence(work, tuesday, assessor=assessor)
    generate_now([mentorship], NOW)
    starts = set(Session.objects.values_list("starts_at", flat=True))
    assert tuesday not in starts and tuesday + timedelta(weeks=1) in starts


def test_the_database_refuses_a_defence_and_a_session_of_one_person_at_once(work, assessor, mentorship):
    defence = make_defence(work, START, assessor=assessor)
    half = timedelta(minutes=30)
    for other in (mentorship, make_mentorship(mentor=assessor)):
        with pytest.raises(IntegrityError), transaction.atomic():
            make_session(START + half, mentorship=other)
        make_session(START + HOUR, mentorship=other, length=half)  # touching is no overlap
    with pytest.raises(IntegrityError), transaction.atomic():
        make_defence(make_work(in_depth=True), START + HOUR, assessor=assessor)
    with pytest.raises(IntegrityError), transaction.atomic():
        make_defence(make_work(work.enrolment, in_depth=True), START + half)
    Defence.objects.filter(pk=defence.pk).update(
        state="cancelled", decided_at=NOW, decided_by=assessor.user, comment="x"
    )
    make_defence(make_work(in_depth=True), START, assessor=assessor)


def test_every_guard_is_there_after_the_last_migration():
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SELECT tgname FROM pg_trigger WHERE NOT tgisinternal")
        else:
            cursor.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")
        assert {name for (name,) in cursor.fetchall()} >= GUARDS


def test_2_8_skills_carry_over_by_their_code(work, assessor):
    decide(recorded(book(work, assessor)), {"a": YES, "b": NO})
    elsewhere = make_path()
    enrolment = make_enrolment(student=work.enrolment.student, path=elsewhere)
    new = make_work(enrolment, make_project(elsewhere, skills=["a", "b", "c"], in_depth=True))
    assert [each.skill.code for each in carry_over_skills(work=new, by=None, now=START + 2 * HOUR)] == ["a"]
    assert carry_over_skills(work=new, by=None, now=START + 2 * HOUR) == []
    assert [gap.skill for gap in readiness_of([enrolment.pk])[enrolment.pk].missing if gap.skill] == [
        "b",
        "c",
    ]


def test_readiness_takes_as_many_statements_for_three_as_for_one(work, django_assert_num_queries):
    ids = [work.enrolment_id]
    for _ in range(2):
        with django_assert_num_queries(3):
            readiness_of(ids)
        ids += [make_work().enrolment_id, make_work(in_depth=True).enrolment_id]


def test_documents_that_belong_to_nothing_are_nobodys(work, student):
    loose = make_document(student, purpose="deliverable")
    assert not may_read(student, loose)
