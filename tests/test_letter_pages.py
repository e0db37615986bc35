"""Letters on their pages and over the API: from the print queue to the receipt, and what is uncertain settled."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from accounts.models import User
from record.letters import printing
from record.models import Letter
from tests.api import Caller
from tests.matrix.people import DAY, NOW
from tests.matrix.world.letters import make_letter
from tests.matrix.world.school import World, found_school

pytestmark = pytest.mark.django_db

QUEUED = {"state": "handed_over", "delivered_at": None}
UNCERTAIN = {
    "state": "uncertain",
    "handed_over_at": None,
    "delivered_at": None,
    "calling_at": NOW - DAY,
    "uncertain_at": NOW,
    "uncertain_why": "The carrier did not answer, and it cannot be asked whether it has the letter.",
}


@pytest.fixture
def world(settings: Any, tmp_path: Any) -> Iterator[World]:
    documents = {**settings.STORAGES["documents"]}
    documents["OPTIONS"] = {**documents["OPTIONS"], "location": str(tmp_path)}
    settings.STORAGES = {**settings.STORAGES, "documents": documents}
    with time_machine.travel(NOW, tick=False):
        yield found_school()


def signed_in(person: User) -> Client:
    client = Client()
    client.force_login(person, backend="accounts.backends.PrefetchingBackend")
    return client


def local(instant: datetime) -> str:
    return instant.strftime("%Y-%m-%dT%H:%M")


def test_from_the_print_queue_to_the_scanned_receipt(world: World) -> None:
    letter = make_letter(world, **QUEUED)
    success = signed_in(world.people["student_success"])
    assert letter.addressee in success.get(reverse("staff-letters")).content.decode()
    assert "Print and post" in success.get(reverse("staff-home")).content.decode()
    page = reverse("staff-letter-deposit", args=[letter.key])
    sent = {"tracking_number": "2C123456789", "happened_at": local(NOW)}
    assert "2C123456789" in success.post(page, sent).content.decode()  # asked once more
    assert success.post(page, {**sent, "confirmed": "1"}).status_code == 302
    page = reverse("staff-letter-receipt", args=[letter.key])
    sent = {"kind": "delivered", "happened_at": local(NOW)}
    assert success.post(page, sent).status_code == 422  # without a scan nothing is proved
    scan = SimpleUploadedFile("scan.pdf", printing.slip("signed"), "application/pdf")
    assert success.post(page, {**sent, "file": scan}).status_code == 302
    letter.refresh_from_db()
    assert (letter.state, letter.tracking_number) == ("delivered", "2C123456789")
    shown = success.get(reverse("staff-letter", args=[letter.key])).content.decode()
    assert "delivery receipt" in shown
    student = signed_in(world.student.user)
    assert letter.title in student.get(reverse("letters")).content.decode()
    assert student.get(reverse("letter", args=[letter.key])).status_code == 200
    assert student.get(letter.document.get_absolute_url()).status_code in (
        200,
        404,
    )  # the factory's file lies nowhere


def test_the_recipient_finds_nothing_before_it_was_received(world: World) -> None:
    letter = make_letter(world, **QUEUED)
    student = signed_in(world.student.user)
    assert student.get(reverse("letter", args=[letter.key])).status_code == 404
    assert student.get(letter.document.get_absolute_url()).status_code == 404
    assert letter.title not in student.get(reverse("letters")).content.decode()
    assert Caller(world.student.user, NOW).get("letters/").json()["results"] == []


def test_what_is_uncertain_is_listed_and_settled(world: World) -> None:
    letter = make_letter(world, **UNCERTAIN)
    head = signed_in(world.people["head_of_learning"])
    listed = head.get(reverse("staff-letters"), {"show": "uncertain"}).content.decode()
    assert letter.addressee in listed
    assert "Settle what is uncertain" in head.get(reverse("staff-home")).content.decode()
    page = reverse("staff-letter-settle", args=[letter.key])
    sent = {"was_sent": "yes", "provider_id": "4711", "carrier": "hand", "reasons": "Asked."}
    assert "is asked what became of it" in head.post(page, sent).content.decode()
    assert head.post(page, {**sent, "confirmed": "1"}).status_code == 302
    letter.refresh_from_db()
    assert (letter.state, letter.provider_id, letter.uncertain_at) == ("handed_over", "4711", None)


def test_over_the_api_with_a_stale_tab_refused(world: World) -> None:
    letter = make_letter(world, **QUEUED)
    caller = Caller(world.people["student_success"], NOW)
    address = f"letters/{letter.pk}/"
    sent = {"tracking_number": "2C123456789", "happened_at": NOW.isoformat()}
    assert caller.send("POST", f"/api/v1/{address}deposit/", sent).status_code == 428
    stale = caller.send("POST", f"/api/v1/{address}deposit/", sent, If_Match='"x"')
    assert stale.status_code == 412
    tag = caller.get(address)["ETag"]
    answer = caller.send("POST", f"/api/v1/{address}deposit/", sent, If_Match=tag)
    assert answer.status_code == 200, answer.content
    assert [each["kind"] for each in answer.json()["events"]] == ["deposited"]
    assert Letter.objects.get().state == "deposited"


def test_the_lists_cost_the_same_however_many_letters_there_are(
    world: World, django_assert_max_num_queries: Any
) -> None:
    client = signed_in(world.people["student_success"])
    make_letter(world, **QUEUED)
    client.get(reverse("staff-letters"))
    for number in range(3):
        make_letter(world, **QUEUED, occasion=f"decision:{number + 1}")
    with django_assert_max_num_queries(14):
        client.get(reverse("staff-letters"))


def test_an_address_is_entered_by_the_student_and_by_staff_on_the_persons_page(world: World) -> None:
    student, success = signed_in(world.student.user), signed_in(world.people["student_success"])
    page = reverse("staff-address", args=[world.student.pk])
    person = reverse("staff-person", args=[world.student.pk])
    assert page in success.get(person).content.decode()
    sent = {"line_1": "1 Example Street", "postal_code": "75000", "city": "Example", "country": "FR"}
    assert success.post(page, {**sent, "postal_code": "1"}).status_code == 422
    assert success.post(page, {**sent, "consents": "on"}).headers["Location"] == person
    assert "1 Example Street, 75000 Example" in success.get(person).content.decode()
    assert world.student.user.postal_address.consented_at is None  # nobody else can agree for them
    assert student.post(reverse("postal-address"), {**sent, "consents": "on"}).status_code == 302
    world.student.user.postal_address.refresh_from_db()
    assert world.student.user.postal_address.consented_at == NOW
