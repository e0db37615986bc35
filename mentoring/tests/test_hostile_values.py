"""Searches without end and days at the ends of the calendar: pages refuse them or pass them over."""

from __future__ import annotations

import pytest
from django.test import Client

from accounts.models import Role
from mentoring.tests.mentor_pages import MentorPages
from tests.factories import make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def pages():
    return MentorPages()


@pytest.mark.parametrize("address", ["/mentor/sessions/?student=", "/mentor/students/?q="])
def test_a_search_of_a_thousand_words_is_passed_over(pages, address):
    assert pages.client.get(address + "a+" * 1500).status_code == 200


@pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31"])
def test_a_day_at_the_end_of_the_calendar_is_refused(pages, day):
    client = Client()
    client.force_login(make_user(Role.HEAD_OF_LEARNING))
    enrolment, mentorship = pages.mentorship.enrolment_id, pages.mentorship.pk
    sent = {"starts_on": day, "ends_on": day, "reason": "x"}
    for address in (
        f"/staff/mentorships/{mentorship}/end/",
        f"/staff/trainings/{enrolment}/end/",
        f"/staff/trainings/{enrolment}/dates/",
        f"/staff/trainings/{enrolment}/leave/",
    ):
        assert client.post(address, sent).status_code == 422, address
