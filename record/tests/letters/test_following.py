"""What becomes of a letter: events in any order, receipts that are none, the days of its window (B6; abuse 54, 55)."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from itertools import permutations

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError, transaction
from django.test import Client
from django.urls import reverse

from enforcement.runner import run
from record.letters import following, printing, sending, services
from record.letters.carriers.simulator import Course, Moods
from record.letters.hooks import token_of
from record.letters.selectors import letters_for, letters_to
from record.models import (
    CarrierNotice,
    Entry,
    EventSource,
    Letter,
    LetterEvent,
    LetterProof,
    LetterState,
    Message,
)
from record.sweeps import SWEEPS
from record.webhooks import signing
from rulebook.errors import RuleError
from rulebook.letters import Course as Known
from rulebook.letters import with_event

from .world import DAY, NOW, make_letter

pytestmark = pytest.mark.django_db
OPENS = NOW + 2 * DAY
BY_NAME = {sweep.name: sweep for sweep in SWEEPS}
HOUR = timedelta(hours=1)


@pytest.fixture
def carried(student, simulator, printed_once):
    """A letter that the simulator has, and the simulator."""
    carrier = simulator()
    letter = make_letter(subject=student)
    run(BY_NAME["hand_over_letters"], OPENS)
    letter.refresh_from_db()
    return letter, carrier


@pytest.fixture
def posted(student, success, printed_once):
    """A letter in the print queue."""
    letter = make_letter(subject=student)
    run(BY_NAME["hand_over_letters"], OPENS)
    letter.refresh_from_db()
    return letter


def told(
    client: Client, at: datetime, letter: Letter, carrier, kind: str, happened_at: datetime, **how
) -> int:
    """The answer to a webhook of the simulator about a letter."""
    parcel = sending.parcel_of(letter)
    headers, body = carrier.notice(parcel, kind, happened_at, how.pop("told_at", at), **how.pop("data", {}))
    headers |= how.pop("headers", {})
    body = how.pop("body", body)
    with time_machine.travel(at, tick=False):
        answer = client.post(
            reverse("letter-hook", args=["simulator"]), body, content_type="application/json", headers=headers
        )
    return answer.status_code


EVENTS = (("deposited", OPENS + HOUR), ("presented", OPENS + DAY), ("delivered", OPENS + DAY + HOUR))


@pytest.mark.parametrize(
    "order", list(permutations(EVENTS)), ids=lambda order: "-".join(kind[:3] for kind, _ in order)
)
def test_abuse_54_reordered_and_repeated_webhooks_give_the_same_letter(client, carried, order):
    letter, carrier = carried
    at = OPENS + 2 * DAY
    for kind, happened_at in (*order, *order):
        assert told(client, at, letter, carrier, kind, happened_at) == 200
    letter.refresh_from_db()
    assert letter.state == LetterState.DELIVERED
    assert (letter.deposited_at, letter.presented_at, letter.delivered_at) == tuple(
        at for _kind, at in EVENTS
    )
    assert letter.received_at == OPENS + DAY
    assert letter.events.count() == 3
    assert CarrierNotice.objects.count() == 3
    assert letter.check_at is not None  # the proofs are asked for at once


def test_abuse_54_forged_stale_and_foreign_webhooks_change_nothing(client, carried, student):
    letter, carrier = carried
    at = OPENS + 2 * DAY
    event = ("delivered", OPENS + DAY)
    assert told(client, at, letter, carrier, *event, headers={"webhook-signature": "v1,AAAA"}) == 401
    assert told(client, at, letter, carrier, *event, body=b'{"type": "letter.delivered"}') == 401
    assert told(client, at, letter, carrier, *event, told_at=at - timedelta(minutes=6)) == 401
    assert told(client, at, letter, carrier, *event, told_at=at + timedelta(minutes=6)) == 401
    assert told(client, at, letter, carrier, *event, headers={"webhook-id": "another"}) == 401
    assert (
        client.post(reverse("letter-hook", args=["nobody"]), b"{}", content_type="text/plain").status_code
        == 401
    )
    assert not CarrierNotice.objects.exists()
    # Genuine, but of another letter's key, of no letter at all, of a time before it and of one to come.
    other = make_letter("decision:2", subject=student)
    assert told(client, at, letter, carrier, *event, data={"key": other.key.hex}) == 200
    assert told(client, at, letter, carrier, "presented", OPENS + DAY, data={"letter": "SIM-none"}) == 200
    assert told(client, at, letter, carrier, "delivered", NOW - DAY) == 200
    assert told(client, at, letter, carrier, "delivered", at + HOUR) == 200
    letter.refresh_from_db()
    other.refresh_from_db()
    assert letter.state == LetterState.HANDED_OVER
    assert other.state == LetterState.PREPARED
    assert not LetterEvent.objects.exists()


def test_a_webhook_finds_a_letter_whose_handing_over_was_never_answered(
    client, student, simulator, printed_once
):
    carrier = simulator(Moods(silent_after=1.0, drops_repetitions=False, finds=False))
    letter = make_letter(subject=student)
    run(BY_NAME["hand_over_letters"], OPENS)
    letter.refresh_from_db()
    assert letter.state == LetterState.PREPARED
    found = carrier.office.find(letter.key.hex)["id"]
    at = OPENS + HOUR
    assert told(client, at, letter, carrier, "deposited", OPENS + HOUR / 2, data={"letter": found}) == 200
    letter.refresh_from_db()
    assert (letter.state, letter.provider_id, letter.calling_at) == (LetterState.DEPOSITED, found, None)
    run(BY_NAME["hand_over_letters"], OPENS + DAY)
    assert len(carrier.office.carried()) == 1


def test_abuse_55_a_refusal_is_not_swapped_for_an_acceptance(client, carried, head):
    letter, carrier = carried
    at = OPENS + 2 * DAY
    told(client, at, letter, carrier, "refused", OPENS + DAY)
    told(client, at, letter, carrier, "delivered", OPENS + DAY + HOUR)
    letter.refresh_from_db()
    assert (letter.state, letter.delivered_at) == (LetterState.REFUSED, None)
    assert letter.uncertain_at == at
    assert letter.events.get(kind="delivered").counted is False
    assert Message.objects.filter(kind="letter_watch", recipient=head).exists()
    with pytest.raises(DatabaseError), transaction.atomic():
        Letter.objects.filter(pk=letter.pk).update(
            state="delivered", delivered_at=OPENS + DAY, refused_at=None
        )
    services.note_looked_at(letter_id=letter.pk, reasons="They mixed two up.", by=head, now=at + HOUR)
    letter.refresh_from_db()
    assert letter.uncertain_at is None


def test_abuse_55_a_proof_is_kept_once_and_never_exchanged(posted, success):
    paper = printing.slip("receipt")
    for content in (paper, printing.slip("another")):
        services.keep_proof(posted, "refusal", SimpleUploadedFile("r.pdf", content), success, OPENS)
    proof = LetterProof.objects.get()
    with pytest.raises(DatabaseError), transaction.atomic():
        LetterProof.objects.filter(pk=proof.pk).update(kind="receipt")
    with pytest.raises(DatabaseError), transaction.atomic():
        LetterProof.objects.filter(pk=proof.pk).delete()


def test_abuse_54_the_database_refuses_an_event_of_what_was_never_handed_over(student, printed_once):
    letter = make_letter(subject=student)
    event = {"kind": "delivered", "received_at": NOW, "source": "carrier", "provider_event_id": "1"}
    with pytest.raises(DatabaseError), transaction.atomic():
        LetterEvent.objects.create(letter=letter, happened_at=NOW, **event)
    run(BY_NAME["hand_over_letters"], OPENS)
    with pytest.raises(DatabaseError), transaction.atomic():
        LetterEvent.objects.create(letter=letter, happened_at=NOW - DAY, **event)
    with pytest.raises(DatabaseError), transaction.atomic():
        LetterEvent.objects.create(letter=letter, happened_at=OPENS, provider_id="another", **event)
    kept = LetterEvent.objects.create(letter=letter, happened_at=OPENS, **event)
    with pytest.raises(DatabaseError), transaction.atomic():
        LetterEvent.objects.filter(pk=kept.pk).update(happened_at=OPENS + DAY)
    with pytest.raises(DatabaseError), transaction.atomic():
        Letter.objects.filter(pk=letter.pk).update(address="{}")


def test_the_carrier_is_asked_and_its_proofs_are_kept_at_once(carried):
    letter, _carrier = carried
    run(BY_NAME["follow_letters"], OPENS + 2 * DAY)
    letter.refresh_from_db()
    assert letter.state == LetterState.DELIVERED
    assert sorted(letter.proofs.values_list("kind", flat=True)) == ["deposit", "receipt"]
    assert letter.check_at is None  # nothing more to ask
    assert [entry.kind for entry in Entry.objects.order_by("id")][-3:] == [
        "letter_deposited",
        "letter_presented",
        "letter_delivered",
    ]


def test_a_carrier_that_cannot_be_asked_is_asked_again(student, simulator, printed_once):
    simulator()
    letter = make_letter(subject=student)
    run(BY_NAME["hand_over_letters"], OPENS)
    simulator(Moods(blind=1.0))
    run(BY_NAME["follow_letters"], OPENS + DAY)
    letter.refresh_from_db()
    assert (letter.state, letter.checks_failed) == (LetterState.HANDED_OVER, 1)
    simulator(usual=(Course("deposited", HOUR), Course("refused", DAY)))
    run(BY_NAME["follow_letters"], OPENS + 2 * DAY)
    letter.refresh_from_db()
    assert letter.state == LetterState.REFUSED
    assert letter.proofs.filter(kind="refusal").exists()


def test_b6_escalated_on_day_ten_and_late_after_day_fifteen_dated_by_when_they_fell_due(posted, head):
    for at in (posted.escalates_at - HOUR, posted.latest_at + 5 * DAY, posted.latest_at + 6 * DAY):
        run(BY_NAME["escalate_letters"], at)
        run(BY_NAME["mark_late_letters"], at)
    posted.refresh_from_db()
    assert (posted.escalated_at, posted.late_at) == (posted.escalates_at, posted.latest_at)
    dates = dict(
        Entry.objects.filter(kind__in=["letter_escalated", "letter_late"]).values_list("kind", "happened_at")
    )
    assert dates == {"letter_escalated": posted.escalates_at, "letter_late": posted.latest_at}
    told_of = Message.objects.filter(recipient=head, kind="letter_watch").order_by("id")
    assert [":".join(row.occasion.split(":")[2:3]) for row in told_of] == ["escalated", "late"]


def test_a10_a_receipt_after_the_days_settles_them_first_and_one_in_time_is_not_late(client, carried):
    letter, carrier = carried
    told(client, letter.latest_at + DAY, letter, carrier, "delivered", letter.latest_at - HOUR)
    letter.refresh_from_db()
    assert letter.escalated_at == letter.escalates_at
    assert letter.late_at is None  # told late, received in time
    kinds = list(
        Entry.objects.filter(about=f"record.letter:{letter.pk}").order_by("id").values_list("kind", flat=True)
    )
    assert kinds[-3:] == ["letter_escalated", "letter_late", "letter_delivered"]


def test_abuse_39_what_arrives_outside_its_window_bears_a_mark(client, carried):
    letter, carrier = carried
    told(client, letter.latest_at + DAY, letter, carrier, "delivered", letter.latest_at)
    letter.refresh_from_db()
    assert letter.late_at == letter.latest_at
    assert not letter.early


def test_abuse_39_what_a_carrier_delivers_too_early_bears_a_mark(client, carried):
    letter, carrier = carried
    # The carrier's clock says that it was there before it was handed over.
    told(client, OPENS + HOUR, letter, carrier, "presented", letter.earliest_at - HOUR)
    letter.refresh_from_db()
    assert letter.early


def test_by_hand_and_post_from_the_queue_to_the_scanned_receipt(posted, success):
    at = OPENS + HOUR
    act = {"letter_id": posted.pk, "by": success}
    with pytest.raises(RuleError):
        services.record_deposit(tracking_number="1", happened_at=at, now=at, **act)
    with pytest.raises(RuleError):
        services.record_deposit(
            tracking_number="2C123456", happened_at=NOW, now=at, **act
        )  # before the queue
    services.record_deposit(tracking_number="2c 1234 56", happened_at=at, now=at, **act)
    with pytest.raises(RuleError):
        services.record_receipt(kind="delivered", happened_at=at + DAY, upload=None, now=at + DAY, **act)
    scan = SimpleUploadedFile("scan.pdf", printing.slip("signed"))
    services.record_receipt(kind="delivered", happened_at=at + DAY, upload=scan, now=at + 2 * DAY, **act)
    posted.refresh_from_db()
    assert (posted.state, posted.tracking_number) == (LetterState.DELIVERED, "2C123456")
    assert posted.proofs.get().kind == "receipt"
    with pytest.raises(RuleError):
        services.record_receipt(kind="refused", happened_at=at + DAY, upload=scan, now=at + 2 * DAY, **act)


def test_a_letter_may_be_given_by_hand_against_a_receipt(posted, success):
    scan = SimpleUploadedFile("scan.pdf", printing.slip("signed"))
    act = {"letter_id": posted.pk, "by": success, "happened_at": OPENS + HOUR, "now": OPENS + DAY}
    with pytest.raises(RuleError):
        services.record_receipt(kind="unclaimed", upload=scan, **act)  # nobody posted it
    services.record_receipt(kind="delivered", upload=scan, **act)
    posted.refresh_from_db()
    assert posted.state == LetterState.DELIVERED


def test_the_recipient_reads_it_once_it_was_received_and_not_before(posted, success, student):
    assert not letters_to(student).exists()
    assert letters_for(success).get() == posted
    scan = SimpleUploadedFile("scan.pdf", printing.slip("signed"))
    services.record_receipt(
        letter_id=posted.pk,
        kind="delivered",
        happened_at=OPENS + HOUR,
        upload=scan,
        by=success,
        now=OPENS + DAY,
    )
    assert letters_to(student).get() == posted
    assert posted.document.subject == student


def test_an_address_for_one_letter_needs_its_token(client, carried):
    letter, _carrier = carried
    url = reverse("letter-hook-of", args=["simulator", letter.key, "x" * 40])
    assert client.post(url, b"{}", content_type="application/json").status_code == 401
    assert len(token_of(letter.key)) == 40


@pytest.mark.parametrize("order", list(permutations(range(4))))
def test_b7_the_course_of_a_letter_is_the_same_in_every_order(order):
    events = [
        ("deposited", OPENS),
        ("presented", OPENS + DAY),
        ("presented", OPENS + 2 * DAY),
        ("refused", OPENS + 3 * DAY),
    ]
    course = Known()
    for index in order:
        course = with_event(course, *events[index]) or course
    assert (course.state, course.received_at) == ("refused", OPENS + DAY)
    assert with_event(course, "delivered", OPENS + 3 * DAY) is None
    assert following.course_of(Letter(refused_at=OPENS)).end == "refused"


def test_a_signed_webhook_that_is_nonsense_is_refused(client, carried):
    _letter, carrier = carried
    at = OPENS + DAY
    for body in (
        b"[]",
        b"{",
        json.dumps({"type": "letter.eaten", "timestamp": at.isoformat(), "data": {}}).encode(),
    ):
        headers = signing.headers(carrier.secret, "msg_1", at, body)
        with time_machine.travel(at, tick=False):
            answer = client.post(
                reverse("letter-hook", args=["simulator"]),
                body,
                content_type="application/json",
                headers=headers,
            )
        assert answer.status_code == 401
    assert EventSource.WEBHOOK == "webhook"
