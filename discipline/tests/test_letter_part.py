"""The decision's letter and its copies on the page of the case: what each reader finds there, and when (B6)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from accounts.models import Role, User
from discipline.models import Decision
from discipline.services.dispatch import dispatch_decision, letter_of
from discipline.tests.deciding import make_penalty
from record.models import Letter
from students.services.postal import set_address
from tests.factories import make_user
from tests.papers import make_funder, make_funding

pytestmark = pytest.mark.django_db
HELD = datetime(2026, 3, 2, 13, tzinfo=UTC)
NOW = HELD + timedelta(hours=2)
HEADING = "The decision on its way"


@pytest.fixture(autouse=True)
def files(settings, tmp_path):
    documents = {**settings.STORAGES["documents"]}
    documents["OPTIONS"] = {**documents["OPTIONS"], "location": str(tmp_path)}
    settings.STORAGES = {**settings.STORAGES, "documents": documents}


@pytest.fixture
def decision() -> Decision:
    made = make_penalty("suspension", held_at=HELD).decision
    make_funding(made.case.enrolment, funder=make_funder(name="Example Fund", email=""))
    return made


def page(person: User, decision: Decision) -> str:
    client = Client()
    client.force_login(person, backend="accounts.backends.PrefetchingBackend")
    with time_machine.travel(NOW, tick=False):
        return client.get(reverse("case", args=[decision.case_id])).content.decode()


def test_staff_see_that_it_waits_for_an_address_and_which_copy_failed(decision):
    dispatch_decision(decision=decision, now=NOW)
    success = make_user(Role.STUDENT_SUCCESS)
    shown = page(success, decision)
    assert "there is no postal address to send it to" in shown
    assert "Example Fund" in shown
    copy = decision.copies.get()
    again = reverse("case-copy-again", args=[copy.pk])
    assert again in shown
    client = Client()
    client.force_login(success, backend="accounts.backends.PrefetchingBackend")
    with time_machine.travel(NOW, tick=False):
        answer = client.post(again, {"channel": "letter", "confirmed": "1"})
    assert answer.status_code == 302
    copy.refresh_from_db()
    assert (copy.state, copy.last_error) == ("failed", "There is no postal address of this body.")


def test_the_student_finds_the_letter_once_it_was_received_and_not_before(decision):
    person = decision.case.student.user
    set_address(
        person=person, line_1="1 Example Street", postal_code="75000", city="Example", by=person, now=NOW
    )
    dispatch_decision(decision=decision, now=NOW)
    letter = letter_of(decision)
    assert HEADING in page(make_user(Role.HEAD_OF_LEARNING), decision)
    shown = page(person, decision)
    assert HEADING not in shown
    assert letter.title not in shown
    opens = letter.earliest_at
    Letter.objects.filter(pk=letter.pk).update(
        state="presented", handed_over_at=opens, presented_at=opens + timedelta(hours=1)
    )
    assert reverse("letter", args=[letter.key]) in page(person, decision)
