"""Training in another place (5, P5): rules first, then the first day; breaches are reported."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from accounts.models import Role
from enforcement.runner import run
from mentoring.tests.student_pages import clock, sign_in
from record.models import Entry, Message
from rulebook.errors import RuleError
from students.models import CheckIn, ConductReport, Stay
from students.services import (
    acknowledge_rules,
    arrange_stay,
    cancel_stay,
    check_in,
    report_conduct,
    take_up_report,
    write_place,
)
from students.sweeps import PLACE_RULES
from tests.factories import at, make_enrolment, make_path, make_user

pytestmark = pytest.mark.django_db

NOW = at("2026-03-04 09:00")
FIRST_DAY = at("2026-03-11 00:00+01:00")
MICRO = timedelta(microseconds=1)


@pytest.fixture
def desk():
    return make_user(Role.STUDENT_SUCCESS)


@pytest.fixture
def place(desk):
    return write_place(place=None, name="Workshop", address="", rules="Wear shoes.", by=desk, now=NOW)


@pytest.fixture
def stay(desk, place):
    return arrange(make_enrolment(), place, desk)


def arrange(enrolment, place, desk, first=date(2026, 3, 11), last=date(2026, 3, 13), now=NOW):
    return arrange_stay(enrolment=enrolment, place=place, starts_on=first, ends_on=last, by=desk, now=now)


def acknowledge(stay, now=NOW):
    user = stay.enrolment.student.user
    return acknowledge_rules(stay_id=stay.pk, rules_id=stay.place.rules.first().pk, by=user, now=now)


def arrive(stay, now):
    return check_in(stay_id=stay.pk, by=stay.enrolment.student.user, now=now)


def test_p5_there_is_no_check_in_before_the_rules_are_acknowledged(stay):
    with pytest.raises(RuleError) as refused:
        arrive(stay, FIRST_DAY)
    assert refused.value.clause == "5"
    acknowledge(stay)
    with pytest.raises(RuleError):
        arrive(stay, FIRST_DAY - MICRO)
    arrive(stay, FIRST_DAY)
    arrive(stay, FIRST_DAY + timedelta(hours=1))
    arrive(stay, at("2026-03-14 00:00+01:00") - MICRO)
    with pytest.raises(RuleError):
        arrive(stay, at("2026-03-14 00:00+01:00"))
    assert list(CheckIn.objects.values_list("day", flat=True)) == [date(2026, 3, 13), date(2026, 3, 11)]


def test_p5_other_rules_are_acknowledged_anew(stay, place, desk):
    acknowledge(stay)
    write_place(place=place, name="Workshop", address="", rules="Wear a helmet.", by=desk, now=FIRST_DAY)
    with pytest.raises(RuleError):
        arrive(stay, FIRST_DAY + timedelta(hours=8))
    with pytest.raises(RuleError) as refused:
        acknowledge_rules(
            stay_id=stay.pk, rules_id=stay.acknowledged_id or 0, by=stay.enrolment.student.user, now=FIRST_DAY
        )
    assert refused.value.field == "rules"
    acknowledge(stay, FIRST_DAY + timedelta(hours=8))
    arrive(stay, FIRST_DAY + timedelta(hours=8))


def test_p5_saving_a_place_without_other_rules_asks_nobody_again(stay, place, desk):
    acknowledge(stay)
    write_place(place=place, name="The workshop", address="Lane 1", rules="Wear shoes.", by=desk, now=NOW)
    arrive(stay, FIRST_DAY)


def test_p5_the_reminder_comes_once_and_only_where_the_rules_are_not_acknowledged(stay, desk, place):
    read = arrange(make_enrolment(), place, desk)
    acknowledge(read)
    due = FIRST_DAY - timedelta(hours=48)
    assert run(PLACE_RULES, due - MICRO) == 0
    assert run(PLACE_RULES, due) == 1
    assert run(PLACE_RULES, due + timedelta(days=2)) == 0
    assert Message.objects.filter(kind="stay_rules_due").get().recipient == stay.enrolment.student.user


@pytest.mark.parametrize(
    ("first", "last", "field"),
    [
        (date(2026, 3, 4), date(2026, 3, 5), "starts_on"),  # today
        (date(2026, 3, 13), date(2026, 3, 20), "starts_on"),  # elsewhere already
        (date(2026, 3, 20), date(2026, 3, 19), "ends_on"),
        (date(2026, 12, 30), date(2027, 1, 2), "starts_on"),  # after the training
    ],
)
def test_p5_days_that_cannot_be_are_refused(stay, desk, place, first, last, field):
    with pytest.raises(RuleError) as refused:
        arrange(stay.enrolment, place, desk, first, last)
    assert refused.value.field == field


def test_a_stay_that_is_called_off_closes_its_check_in(stay, desk):
    acknowledge(stay)
    cancel_stay(stay_id=stay.pk, by=desk, now=NOW)
    with pytest.raises(RuleError):
        arrive(stay, FIRST_DAY)
    with pytest.raises(RuleError):
        cancel_stay(stay_id=stay.pk, by=desk, now=NOW)


def test_abuse_22_a_report_tells_nobody_who_made_it(stay, desk):
    reporter, named = stay.enrolment.student.user, make_user(Role.MENTOR)
    row = report_conduct(kind="safety", text="No exit.", by=reporter, now=NOW, subject=named, stay=stay)
    assert not Entry.objects.filter(chain__subject=named).exists()
    entry = Entry.objects.get(kind="conduct_reported")
    assert entry.chain.subject is None and entry.actor is None
    assert str(reporter.pk) not in entry.payload
    message = Message.objects.get(kind="conduct_reported")
    assert message.recipient == desk and reporter.email not in message.context
    take_up_report(report_id=row.pk, outcome="The exit is open again.", by=desk, now=NOW)
    with pytest.raises(RuleError):
        take_up_report(report_id=row.pk, outcome="Again.", by=desk, now=NOW)


def test_nobody_reads_or_decides_a_report_that_names_them(desk):
    head = make_user(Role.HEAD_OF_LEARNING)
    row = report_conduct(kind="abuse", text="Shouted.", by=make_user(Role.STUDENT), now=NOW, subject=head)
    assert list(Message.objects.values_list("recipient", flat=True)) == [desk.pk]
    with clock(NOW):
        assert sign_in(head).get(f"/staff/conduct/{row.pk}/").status_code == 404
        assert sign_in(desk).get(f"/staff/conduct/{row.pk}/").status_code == 200
    with pytest.raises(RuleError):
        take_up_report(report_id=row.pk, outcome="Nothing.", by=head, now=NOW)


def test_the_journey_on_the_pages(stay):
    client = sign_in(stay.enrolment.student.user)
    with clock(FIRST_DAY):
        page = client.get(f"/stays/{stay.pk}/").content.decode()
        assert "Acknowledge the rules first." in page
        answer = client.post(f"/stays/{stay.pk}/check-in/", follow=True)
        assert "Read and acknowledge the health and safety rules" in answer.content.decode()
        client.post(f"/stays/{stay.pk}/", {"rules": stay.place.rules.first().pk})
        client.post(f"/stays/{stay.pk}/check-in/")
        assert "You are checked in for today." in client.get(f"/stays/{stay.pk}/").content.decode()
        client.post(f"/stays/{stay.pk}/report/", {"text": "The exit is locked."})
    assert CheckIn.objects.count() == 1
    assert ConductReport.objects.get().stay == stay


def test_abuse_1_a_stay_is_its_students_alone(stay):
    other = sign_in(make_enrolment().student.user)
    with clock(NOW):
        for url in (f"/stays/{stay.pk}/", f"/stays/{stay.pk}/report/"):
            assert other.get(url).status_code == 404


@pytest.mark.parametrize("rows", [1, 3])
def test_lists_cost_the_same_for_one_and_for_three(rows, desk, place, django_assert_num_queries):
    path = make_path()
    for _ in range(rows):
        arrange(make_enrolment(path=path), place, desk)
    client = sign_in(desk)
    with clock(NOW):
        client.get("/staff/places/")
        with django_assert_num_queries(5):
            client.get("/staff/places/")
    assert Stay.objects.count() == rows
