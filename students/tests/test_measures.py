"""Interruptions (2.7, 4.2) and accommodations (2.4) as they are recorded."""

from __future__ import annotations

import json
from datetime import date, timedelta

import pytest

from accounts.models import Role
from record.models import Entry
from rulebook.errors import RuleError
from students.models import Accommodation, EnrolmentState, Interruption, InterruptionKind
from students.services import (
    lift_interruption,
    record_accommodation,
    record_interruption,
    shorten_interruption,
    withdraw_accommodation,
)
from students.services.standing import suspend
from tests.factories import at, make_enrolment, make_user

pytestmark = pytest.mark.django_db

NOW = at("2026-03-02 08:00")
FIRST, LAST = date(2026, 3, 9), date(2026, 3, 15)


@pytest.fixture
def staff():
    return make_user(Role.STUDENT_SUCCESS)


def interrupt(enrolment, by, *, kind=InterruptionKind.LEAVE, starts_on=FIRST, ends_on=LAST):
    return record_interruption(
        enrolment=enrolment, kind=kind, starts_on=starts_on, ends_on=ends_on, by=by, now=NOW
    )


def adapt(enrolment, by, **fields):
    values = {
        "audio": False,
        "notice": None,
        "lateness": None,
        "rescheduling": None,
        "valid_from": FIRST,
        "valid_until": None,
        **fields,
    }
    return record_accommodation(enrolment=enrolment, by=by, now=NOW, **values)


def field_of(call, *arguments, **fields):
    with pytest.raises(RuleError) as caught:
        call(*arguments, **fields)
    return caught.value.field


def test_r1_an_interruption_and_its_end_are_recorded_under_their_clause(staff):
    row = interrupt(make_enrolment(), staff)
    lift_interruption(interruption_id=row.pk, by=staff, now=NOW + timedelta(days=8))
    entries = Entry.objects.filter(about=f"students.enrolment:{row.enrolment_id}").order_by("seq")
    assert [(entry.kind, entry.clause) for entry in entries] == [
        ("training_interrupted", "2.7"),
        ("training_resumed", "2.7"),
    ]
    assert json.loads(entries[0].payload)["ends_on"] == "2026-03-15"
    assert field_of(lift_interruption, interruption_id=row.pk, by=staff, now=NOW) == "interruption"


def test_l4_days_are_inclusive_and_not_interrupted_twice(staff):
    enrolment = make_enrolment()
    interrupt(enrolment, staff)
    assert field_of(interrupt, enrolment, staff, starts_on=LAST, ends_on=LAST) == "starts_on"
    day = LAST + timedelta(days=1)
    assert interrupt(enrolment, staff, starts_on=day, ends_on=day)
    # A suspension may fall into a leave, and is no act of anybody's desk: a penalty suspends (B1).
    assert suspend(
        enrolment=enrolment, starts_on=day, ends_on=day, about="discipline.penalty:1", by=None, now=NOW
    )
    assert field_of(interrupt, enrolment, staff, kind=InterruptionKind.SUSPENSION) == "kind"


def test_abuse_40_no_desk_lifts_a_suspension_or_shortens_it(staff):
    days = {"starts_on": FIRST, "ends_on": FIRST + timedelta(days=30)}
    row = suspend(enrolment=make_enrolment(), **days, about="discipline.penalty:1", by=None, now=NOW)
    assert field_of(lift_interruption, interruption_id=row.pk, by=staff, now=NOW) == "interruption"
    assert (
        field_of(shorten_interruption, interruption_id=row.pk, ends_on=FIRST, by=staff, now=NOW)
        == "interruption"
    )


def test_l4_what_cannot_be_interrupted(staff):
    assert field_of(interrupt, make_enrolment(), staff, ends_on=FIRST - timedelta(days=1)) == "ends_on"
    ended = make_enrolment(state=EnrolmentState.ENDED, ended_on=FIRST)
    assert field_of(interrupt, ended, staff) == "enrolment"
    assert not Interruption.objects.exists()


def test_2_4_a_measure_is_recorded_and_the_proof_is_not(staff):
    row = adapt(make_enrolment(), staff, audio=True, lateness=timedelta(minutes=30))
    withdraw_accommodation(accommodation_id=row.pk, by=staff, now=NOW + timedelta(days=1))
    accepted, withdrawn = Entry.objects.order_by("seq")
    assert (accepted.kind, withdrawn.kind) == ("accommodation_accepted", "accommodation_withdrawn")
    assert json.loads(accepted.payload) == {
        "accommodation": row.pk,
        "audio": True,
        "lateness_seconds": 1800,
        "valid_from": "2026-03-09",
        "valid_until": None,
    }
    assert field_of(withdraw_accommodation, accommodation_id=row.pk, by=staff, now=NOW) == "accommodation"


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({}, "audio"),
        ({"audio": True, "valid_until": FIRST - timedelta(days=1)}, "valid_until"),
        ({"notice": timedelta(hours=-1)}, "notice"),
        ({"lateness": timedelta(minutes=45)}, "lateness"),
    ],
)
def test_2_4_a_measure_that_makes_no_sense_is_refused(staff, fields, field):
    assert field_of(adapt, make_enrolment(), staff, **fields) == field
    assert not Accommodation.objects.exists()


def test_2_4_no_notice_at_all_can_be_a_measure(staff):
    assert adapt(make_enrolment(), staff, notice=timedelta(0)).notice == timedelta(0)
