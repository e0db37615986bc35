"""One person, or two? The page where somebody decides, and the worklist that leads there (B9, abuse 42)."""

from __future__ import annotations

from datetime import date

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from accounts.models import Role
from students.models import Ban, Enrolment, FlagState, IdentityFlag
from tests.factories import at, make_enrolment, make_student, make_user

pytestmark = pytest.mark.django_db

NOW = at("2026-03-02 08:00")


@pytest.fixture
def flag():
    banned = Ban.objects.create(
        student=make_student(), starts_on=date(2026, 1, 1), until=date(2026, 12, 31), clause="4.2",
        policy_id="2026-01", about="discipline.penalty:1", imposed_at=NOW, recorded_at=NOW,
    )  # fmt: skip
    made = make_enrolment()
    return IdentityFlag.objects.create(
        student=made.student, ban=banned, enrolment=made, matched="name reference", raised_at=NOW
    )


def client_of(user):
    client = Client()
    client.force_login(user, backend="accounts.backends.PrefetchingBackend")
    return client


def test_abuse_42_who_decides_reads_both_side_by_side_and_says_how_they_know(flag):
    client = client_of(make_user(Role.STUDENT_SUCCESS))
    url = reverse("staff-identity", args=[flag.pk])
    answer = {"outcome": "same", "reasons": "The same passport"}
    with time_machine.travel(NOW, tick=False):
        assert url in client.get(reverse("staff-home")).content.decode()
        page = client.get(url).content.decode()
        assert flag.student.user.email in page and flag.ban.student.user.email in page
        assert client.post(url, {"outcome": "same", "reasons": " "}).status_code == 422
        assert "31 December 2026" in client.post(url, answer).content.decode()
        assert IdentityFlag.objects.get().state == FlagState.OPEN
        assert client.post(url, {**answer, "confirmed": "yes"}).status_code == 302
        assert IdentityFlag.objects.get().state == FlagState.SAME
        assert Enrolment.objects.get().closed_at == NOW
        assert client.post(url, {**answer, "confirmed": "yes"}).status_code == 409
        assert "The same passport" in client.get(url).content.decode()
        assert url not in client.get(reverse("staff-home")).content.decode()


def test_b9_nobody_else_reads_of_anothers_ban(flag):
    url = reverse("staff-identity", args=[flag.pk])
    with time_machine.travel(NOW, tick=False):
        for person in (flag.student.user, make_user(Role.LEARNING_MANAGER), make_user(Role.MENTOR)):
            assert client_of(person).get(url).status_code == 404
