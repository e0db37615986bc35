"""Penalties and trainings: access, suspensions that lift by themselves, ends for good, bans, likenesses (B7, B9)."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction

from accounts.models import Role
from record.models import Entry, Message
from rulebook.errors import RuleError
from students.models import Ban, Enrolment, EnrolmentState, FlagState, IdentityFlag, Interruption
from students.permissions import access_of, check_open
from students.services import enrol_student
from students.services.identity import settle_flag
from students.services.standing import ban, end_for_good, lift_suspension, suspend
from tests.factories import at, make_enrolment, make_path, make_student, make_user

pytestmark = pytest.mark.django_db

MICRO = timedelta(microseconds=1)
NOW = at("2026-01-31 10:00")
LAST = date(2026, 2, 28)
OVER = at("2026-03-01 00:00+01:00")
PENALTY = "discipline.penalty:1"


def suspended(enrolment=None, **days):
    row = enrolment or make_enrolment()
    days = {"starts_on": date(2026, 1, 31), "ends_on": LAST} | days
    return suspend(enrolment=row, **days, about=PENALTY, by=None, now=NOW)


def banned(student, **fields):
    fields = {"starts_on": date(2026, 1, 31), "until": date(2027, 1, 30), "about": PENALTY} | fields
    return ban(student=student, time_zone="Europe/Paris", clause="4.2", by=None, now=NOW, **fields)


def enrol(student, now=NOW, starts_on=date(2026, 6, 1), **fields):
    return enrol_student(
        student=student,
        path=fields.pop("path", None) or make_path(),
        starts_on=starts_on,
        ends_on=date(2029, 12, 31),
        time_zone="Europe/Paris",
        by=None,
        now=now,
    )


def refused(call, *args, **kwargs):
    with pytest.raises(RuleError) as error, transaction.atomic():
        call(*args, **kwargs)
    return error.value


@pytest.mark.parametrize(
    ("now", "opened"), [(NOW - timedelta(days=1), True), (NOW, False), (OVER - MICRO, False), (OVER, True)]
)
def test_b7_a_suspension_closes_a_training_for_its_days_and_says_until_when(now, opened):
    enrolment = suspended().enrolment
    access = access_of(enrolment, now)
    assert access.open is opened
    assert access_of(enrolment.student.user, now).open is opened
    if not opened:
        assert access.until == LAST
        assert (access.reason.clause, str(access.reason.params["until"])) == ("4.2", "28 February 2026")
        assert refused(check_open, enrolment, now, "files").field == "files"


def test_b1_nobody_is_suspended_without_a_penalty():
    days = {"starts_on": LAST, "ends_on": LAST}
    error = refused(suspend, enrolment=make_enrolment(), **days, about="", by=None, now=NOW)
    assert error.field == "about"


def test_b7_a_suspension_moves_no_end_and_tells_that_fees_stay_due():
    row = suspended()
    row.enrolment.refresh_from_db()
    assert row.enrolment.ends_on == date(2026, 12, 31)
    assert not row.enrolment.end_shifts.exists()
    entry = Entry.objects.get(kind="training_suspended")
    assert (entry.clause, '"fees_due":true' in entry.payload) == ("4.2", True)


def test_abuse_40_a_suspension_is_never_recorded_twice():
    row = suspended()
    assert suspended(row.enrolment) == row
    with pytest.raises(IntegrityError), transaction.atomic():
        Interruption.objects.create(
            enrolment=row.enrolment,
            kind="suspension",
            starts_on=LAST,
            ends_on=LAST,
            about=PENALTY,
            recorded_at=NOW,
        )
    assert Entry.objects.filter(kind="training_suspended").count() == 1


def test_abuse_40_it_is_told_over_once_never_early_and_dated_by_when_it_ended():
    row = suspended()
    assert lift_suspension(interruption_id=row.pk, now=OVER - MICRO) is None
    late = OVER + timedelta(days=9)
    assert lift_suspension(interruption_id=row.pk, now=late).told_over_at == OVER
    assert lift_suspension(interruption_id=row.pk, now=late) is None
    assert Entry.objects.get(kind="suspension_lifted").happened_at == OVER
    message = Message.objects.get(kind="suspension_lifted")
    assert (message.due_at, message.recipient_id) == (OVER, row.enrolment.student.user_id)


def test_abuse_40_no_suspension_lifts_despite_a_ban():
    row = suspended()
    at_end = {"on": date(2026, 2, 10), "cause": "exclusion", "about": "discipline.penalty:2"}
    end_for_good(enrolment=row.enrolment, **at_end, by=None, now=at("2026-02-10 09:00"))
    banned(row.enrolment.student, about="discipline.penalty:2")
    assert lift_suspension(interruption_id=row.pk, now=OVER) is None
    assert not Message.objects.filter(kind="suspension_lifted").exists()
    row.enrolment.refresh_from_db()
    assert not access_of(row.enrolment, OVER).open


def test_b7_a_training_ends_at_once_and_for_good():
    enrolment = make_enrolment()
    done = end_for_good(
        enrolment=enrolment, on=date(2026, 1, 31), cause="exclusion", about=PENALTY, by=None, now=NOW
    )
    assert (done.state, done.ended_on, done.closed_at) == (EnrolmentState.ENDED, date(2026, 1, 31), NOW)
    assert access_of(done, NOW - MICRO).open
    assert not access_of(done, NOW).open  # the same day
    again = end_for_good(
        enrolment=enrolment, on=LAST, cause="exclusion", about="discipline.penalty:2", by=None, now=OVER
    )
    assert again.closed_at == NOW
    assert Entry.objects.filter(kind="training_ended_by_penalty").count() == 1


def test_pl_a_discontinuation_ends_it_under_its_own_clause():
    end_for_good(
        enrolment=make_enrolment(), on=LAST, cause="discontinuation", about=PENALTY, by=None, now=NOW
    )
    assert Entry.objects.get(kind="training_ended_by_penalty").clause == "PL"


def test_b9_a_ban_refuses_until_its_last_day_has_passed_and_says_until_when():
    student = make_student()
    banned(student)
    over = at("2027-01-31 00:00+01:00")
    error = refused(enrol, student, now=over - MICRO, starts_on=date(2028, 1, 1))
    assert (error.field, error.clause, str(error.params["until"])) == ("student", "4.2", "30 January 2027")
    assert refused(enrol, student, now=over, starts_on=date(2027, 1, 30)).field == "student"
    assert enrol(student, now=over, starts_on=date(2027, 1, 31))


def test_b9_a_ban_that_was_lifted_refuses_nobody_and_one_penalty_bans_once():
    student = make_student()
    row = banned(student)
    assert banned(student, until=date(2030, 1, 1)) == row
    Ban.objects.update(lifted_at=NOW)
    assert enrol(student)


@pytest.mark.parametrize(
    ("given_name", "family_name", "matched"),
    [
        ("Zoé", "Le-Gall", "name"),
        ("le gall", "ZOE", "name"),
        ("Zoe", "Legall", ""),
        ("Zoé", "Martin", ""),
    ],
)
def test_abuse_42_a_banned_person_under_another_address_is_flagged_and_not_refused(
    given_name, family_name, matched
):
    team = make_user(Role.STUDENT_SUCCESS)
    banned(make_student(make_user(Role.STUDENT, given_name="Zoé", family_name="Le Gall"), reference="S-12"))
    other = make_student(make_user(Role.STUDENT, given_name=given_name, family_name=family_name))
    made = enrol(other)
    assert access_of(made, at("2026-06-02 10:00")).open
    flags = list(IdentityFlag.objects.values_list("enrolment", "matched"))
    assert flags == ([(made.pk, matched)] if matched else [])
    assert Message.objects.filter(kind="identity_flagged", recipient=team).count() == len(flags)
    # Whoever it is: another person's ban is not in their chain.
    assert not Entry.objects.filter(kind="identity_flagged", chain__subject__isnull=False).exists()


def test_abuse_42_a_reference_written_otherwise_is_the_same():
    banned(make_student(reference="S-12"))
    enrol(make_student(reference="s12"))
    assert IdentityFlag.objects.get().matched == "reference"


def flagged():
    name = {"given_name": "Zoé", "family_name": "Le Gall"}
    row = banned(make_student(make_user(Role.STUDENT, **name)))
    made = enrol(make_student(make_user(Role.STUDENT, **name)))
    return row, made, IdentityFlag.objects.get()


def settle(flag, same, by, reasons="We asked for a proof of identity"):
    return settle_flag(flag_id=flag.pk, same=same, reasons=reasons, by=by, now=NOW)


def test_abuse_42_two_people_stay_two_and_nobody_asks_again():
    _row, made, flag = flagged()
    assert settle(flag, False, make_user(Role.STUDENT_SUCCESS)).state == FlagState.OTHER
    assert Enrolment.objects.get(pk=made.pk).state == EnrolmentState.ACTIVE
    enrol(made.student)
    assert IdentityFlag.objects.count() == 1


def test_abuse_42_one_person_is_banned_under_every_address():
    row, made, flag = flagged()
    settle(flag, True, make_user(Role.HEAD_OF_LEARNING))
    own = Ban.objects.get(student=made.student)
    assert (own.until, own.about) == (row.until, f"students.ban:{row.pk}")
    assert refused(enrol, made.student).field == "student"


def test_b9_who_decides_gives_reasons_once_and_not_on_themselves():
    _row, made, flag = flagged()
    team = make_user(Role.STUDENT_SUCCESS)
    assert refused(settle, flag, True, team, " ").field == "reasons"
    with pytest.raises(PermissionDenied):
        settle(flag, False, make_user(Role.LEARNING_MANAGER))
    made.student.user.role_grants.create(role=Role.STUDENT_SUCCESS, granted_at=NOW)
    with pytest.raises(PermissionDenied):
        settle(flag, False, type(made.student.user).objects.get(pk=made.student.user_id))
    settle(flag, False, team)
    assert refused(settle, flag, True, team).field == "flag"
