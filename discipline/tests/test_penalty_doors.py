"""Setting the day of a penalty (B7): the page in two steps, the API, the worklist, the case's page."""

from __future__ import annotations

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from accounts.models import Role
from discipline.models import Penalty
from record.models import Letter, LetterState
from tests.api import Caller
from tests.factories import at, make_user

from .deciding import DAY, HOUR, make_letter, make_penalty

pytestmark = pytest.mark.django_db

HELD = at("2026-01-20 13:00")
LATE = at("2026-02-05 00:00+01:00") + HOUR
DAY_SET = {"day": "2026-02-09", "reasons": "Never claimed"}


def client_of(user):
    client = Client()
    client.force_login(user, backend="accounts.backends.PrefetchingBackend")
    return client


@pytest.fixture
def penalty():
    row = make_penalty("suspension", held_at=HELD)
    make_letter(row)
    return row


def test_b7_the_head_of_learning_sees_what_follows_and_sets_the_day(penalty):
    client = client_of(make_user(Role.HEAD_OF_LEARNING))
    url = reverse("penalty-day", args=[penalty.pk])
    with time_machine.travel(LATE, tick=False):
        assert url in client.get(reverse("staff-home")).content.decode()
        assert url in client.get(reverse("case", args=[penalty.case_id])).content.decode()
        asked = client.post(url, DAY_SET)
        assert (asked.status_code, "Never claimed" in asked.content.decode()) == (200, True)
        assert Penalty.objects.get().set_for is None
        done = client.post(url, {**DAY_SET, "confirmed": "yes"})
        assert done["Location"] == reverse("case", args=[penalty.case_id])
        assert Penalty.objects.get().set_for == at("2026-02-09 00:00+01:00")
        assert url not in client.get(reverse("staff-home")).content.decode()
        again = client.post(url, {**DAY_SET, "confirmed": "yes"})
        assert again.status_code == 422


def test_b7_a_letter_with_a_receipt_or_still_in_time_is_on_nobodys_list(penalty):
    client = client_of(make_user(Role.HEAD_OF_LEARNING))
    url = reverse("penalty-day", args=[penalty.pk])
    with time_machine.travel(LATE - DAY, tick=False):
        assert url not in client.get(reverse("staff-home")).content.decode()
        assert client.post(url, {**DAY_SET, "confirmed": "yes"}).status_code == 422
    penalty.refresh_from_db()
    assert penalty.set_for is None
    make_letter_delivered(penalty)
    with time_machine.travel(LATE, tick=False):
        assert url not in client.get(reverse("staff-home")).content.decode()


def make_letter_delivered(penalty):
    letter = Letter.objects.get(occasion=f"decision:{penalty.decision_id}")
    letter.state, letter.delivered_at = LetterState.DELIVERED, LATE - DAY
    letter.save()


def test_b7_over_the_api_too_and_by_nobody_else(penalty):
    path = reverse("api-penalty-set-day", args=[penalty.pk])
    for role, status in (
        (Role.STUDENT_SUCCESS, 403),
        (Role.MENTOR, 404),
        (Role.HEAD_OF_LEARNING, 200),
    ):
        answer = Caller(make_user(role), LATE).send("POST", path, DAY_SET, If_Match="*")
        assert answer.status_code == status, answer.content
    assert answer.json()["set_reasons"] == "Never claimed"
    assert Caller(penalty.student.user, LATE).get(reverse("api-penalty-list")).json()["results"] == []
