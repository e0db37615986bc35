"""Enrolments begin, move and end; every way in meets the same rules (abuse 58)."""

from __future__ import annotations

import json
from datetime import date, timedelta

import pytest
from django.db import connection

from accounts.models import Role
from record.models import Entry
from record.services import lock_chains
from rulebook.errors import RuleError
from students.models import Enrolment
from students.services import (
    NewDates,
    NewEnrolment,
    change_enrolment_dates,
    end_enrolments,
    enrol_student,
    enrol_students,
)
from tests.factories import at, make_enrolment, make_path, make_student, make_user

pytestmark = pytest.mark.django_db

NOW = at("2026-03-02 08:00")
FIRST, LAST = date(2026, 3, 9), date(2026, 12, 31)


@pytest.fixture
def staff():
    return make_user(Role.STUDENT_SUCCESS)


def enrol(by, **fields):
    values = {
        "student": fields.pop("student", None) or make_student(),
        "path": fields.pop("path", None) or make_path(),
        "starts_on": FIRST,
        "ends_on": LAST,
        "time_zone": "Europe/Paris",
        **fields,
    }
    return enrol_student(by=by, now=NOW, **values)


def test_r1_an_enrolment_is_recorded_in_the_students_chain(staff):
    made = enrol(staff)
    entry = Entry.objects.get()
    assert (entry.kind, entry.actor_id, entry.chain.subject_id) == (
        "enrolment_made",
        staff.pk,
        made.student.user_id,
    )
    assert json.loads(entry.payload)["path"] == made.path.code


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"ends_on": FIRST - timedelta(days=1)}, "ends_on"),
        ({"time_zone": "Europe/Atlantis"}, "time_zone"),
    ],
)
def test_an_enrolment_that_makes_no_sense_is_refused(staff, fields, field):
    with pytest.raises(RuleError) as caught:
        enrol(staff, **fields)
    assert caught.value.field == field
    assert not Enrolment.objects.exists()


def test_abuse_58_closed_paths_and_second_enrolments_are_refused_in_bulk_too(staff):
    held = make_enrolment()
    for student, path in (
        (make_student(), make_path(active=False)),
        (held.student, held.path),
    ):
        wanted = [
            NewEnrolment(make_student(), make_path(), FIRST, LAST, "Europe/Paris"),
            NewEnrolment(student, path, FIRST, LAST, "Europe/Paris"),
        ]
        with pytest.raises(RuleError) as caught:
            enrol_students(wanted=wanted, by=staff, now=NOW)
        assert caught.value.field == "path"
    assert Enrolment.objects.count() == 1  # all or none


def test_other_dates_keep_the_earlier_ones_in_the_record(staff):
    enrolment = make_enrolment()
    change_enrolment_dates(changes=[NewDates(enrolment, FIRST, LAST)], by=staff, now=NOW)
    facts = json.loads(Entry.objects.get().payload)
    assert (facts["starts_on"], facts["started_on_before"]) == ("2026-03-09", "2026-01-01")


def test_l5_an_end_before_the_last_day_is_recorded_once(staff):
    enrolment = make_enrolment()
    for _ in range(2):
        end_enrolments(enrolments=[enrolment], ended_on=FIRST, reason="Moved", by=staff, now=NOW)
    enrolment.refresh_from_db()
    assert (enrolment.state, enrolment.last_day) == ("ended", FIRST)
    assert Entry.objects.filter(kind="enrolment_ended").count() == 1


@pytest.mark.parametrize("count", [1, 3])
def test_many_are_enrolled_in_a_constant_number_of_statements(staff, count, django_assert_num_queries):
    wanted = [NewEnrolment(make_student(), make_path(), FIRST, LAST, "Europe/Paris") for _ in range(count)]
    lock_chains([new.student.user_id for new in wanted])
    with django_assert_num_queries(9 if connection.vendor == "postgresql" else 10):
        enrol_students(wanted=wanted, by=staff, now=NOW)
