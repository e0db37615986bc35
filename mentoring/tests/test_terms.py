"""Which terms judge a session (2.4, A2)."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from mentoring.services.terms import adapted_for_sessions, terms_for, terms_for_sessions
from students.models import Accommodation
from tests.factories import at, make_enrolment

pytestmark = pytest.mark.django_db

START = at("2026-03-03 13:00")  # a Tuesday


def accommodate(enrolment, **fields):
    fields.setdefault("valid_from", date(2026, 3, 1))
    fields.setdefault("accepted_at", at("2026-02-20 10:00"))
    return Accommodation.objects.create(enrolment=enrolment, **fields)


def adapted(enrolment, starts_at=START):
    return adapted_for_sessions([(1, enrolment.pk, starts_at, enrolment.time_zone)])[1]


def test_a2_without_an_accommodation_the_policy_holds_and_sessions_are_by_video():
    terms, audio = adapted(make_enrolment())
    assert (terms.notice, terms.lateness, audio) == (timedelta(hours=24), timedelta(minutes=15), False)


def test_2_4_an_accommodation_changes_only_what_it_names():
    enrolment = make_enrolment()
    accommodate(enrolment, lateness=timedelta(minutes=30))
    terms, policy = terms_for(enrolment, START)
    assert terms.lateness == timedelta(minutes=30)
    assert terms.notice == timedelta(hours=24)
    assert terms.adapted_rules == ("lateness",)
    assert policy.id == terms.policy_id


@pytest.mark.parametrize(
    ("starts_at", "holds"),
    [
        ("2026-02-28 22:59:59.999999", False),  # still 28 February in Paris
        ("2026-02-28 23:00", True),  # 1 March in Paris
        ("2026-03-31 21:59:59.999999", True),  # 31 March in Paris
        ("2026-03-31 22:00", False),  # 1 April in Paris
    ],
)
def test_a2_days_are_counted_in_the_enrolments_own_zone(starts_at, holds):
    enrolment = make_enrolment(time_zone="Europe/Paris")
    accommodate(enrolment, audio=True, valid_until=date(2026, 3, 31))
    assert adapted(enrolment, at(starts_at)).audio is holds


@pytest.mark.parametrize(("microseconds", "holds"), [(0, True), (1, False)])
def test_a2_an_accommodation_counts_if_accepted_by_the_start(microseconds, holds):
    enrolment = make_enrolment()
    accommodate(enrolment, audio=True, accepted_at=START + timedelta(microseconds=microseconds))
    assert adapted(enrolment).audio is holds


@pytest.mark.parametrize(("microseconds", "holds"), [(0, False), (1, True)])
def test_a2_an_accommodation_withdrawn_by_the_start_does_not_count(microseconds, holds):
    enrolment = make_enrolment()
    accommodate(enrolment, audio=True, withdrawn_at=START + timedelta(microseconds=microseconds))
    assert adapted(enrolment).audio is holds


def test_2_4_of_two_accommodations_the_one_accepted_later_holds():
    enrolment = make_enrolment()
    accommodate(enrolment, notice=timedelta(hours=2), accepted_at=at("2026-02-22 10:00"))
    accommodate(enrolment, notice=timedelta(hours=12), lateness=timedelta(minutes=20))
    terms, _ = terms_for(enrolment, START)
    assert (terms.notice, terms.lateness) == (timedelta(hours=2), timedelta(minutes=20))


@pytest.mark.parametrize("count", [1, 3])
def test_terms_of_many_sessions_take_one_query(count, django_assert_num_queries):
    enrolments = [make_enrolment() for _ in range(count)]
    for enrolment in enrolments:
        accommodate(enrolment, notice=timedelta(hours=1))
    rows = [(index, each.pk, START, each.time_zone) for index, each in enumerate(enrolments)]
    with django_assert_num_queries(1):
        assert len(terms_for_sessions(rows)) == count
