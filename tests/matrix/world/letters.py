"""A letter that was delivered, with what is kept about it, where letters go, and webhooks."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from record.letters.types import Address
from record.models import CarrierNotice, Letter, LetterEvent, LetterProof, WebhookDelivery, WebhookEndpoint
from students.models import PostalAddress
from tests.factories import make_document
from tests.matrix.people import DAY, NOW

from .school import World


def make_letter(world: World, **fields: Any) -> Letter:
    """By hand and post, about the student and to them; delivered yesterday."""
    student = world.student.user
    return Letter.objects.create(
        **{
            "occasion": "decision:0",
            "template": "decision",
            "title": "Decision",
            "subject": student,
            "recipient": student,
            "addressee": student.full_name,
            "address": Address(student.full_name, ("1 Example Street",), "75000", "Example").as_json(),
            "clause": "4.1",
            "policy_id": "2026-01",
            "document": make_document(student, purpose="letter", content_type="application/pdf"),
            "carrier": "hand",
            "prepared_at": NOW - 9 * DAY,
            "earliest_at": NOW - 7 * DAY,
            "escalates_at": NOW + DAY,
            "latest_at": NOW + 6 * DAY,
            "next_attempt_at": NOW - 7 * DAY,
            "state": "delivered",
            "handed_over_at": NOW - 7 * DAY,
            "delivered_at": NOW - DAY,
            **fields,
        }
    )


def rows(world: World) -> dict[str, Any]:
    student, head = world.student.user, world.people["head_of_learning"]
    letter = make_letter(world)
    event = LetterEvent.objects.create(
        letter=letter,
        kind="delivered",
        happened_at=NOW - DAY,
        received_at=NOW,
        source="person",
        by=head,
        provider_event_id="person:delivered",
    )
    proof = LetterProof.objects.create(
        letter=letter,
        kind="receipt",
        document=make_document(student, purpose="letter-proof", content_type="application/pdf"),
        sha256="0" * 64,
        fetched_at=NOW,
    )
    endpoint = WebhookEndpoint.objects.create(
        owner="students.funder:0", url="https://hooks.example.org/", sealed_secret="x", created_at=NOW
    )
    return {
        "letter": letter,
        "letter_key": SimpleNamespace(pk=letter.key),
        "letterevent": event,
        "letterproof": proof,
        "carriernotice": CarrierNotice.objects.create(
            carrier="simulator", notice_id="1", letter=letter, received_at=NOW, digest="0" * 64
        ),
        "webhookendpoint": endpoint,
        "webhookdelivery": WebhookDelivery.objects.create(
            endpoint=endpoint,
            occasion="decision:0:copy:0",
            kind="decision.copied",
            body="{}",
            due_at=NOW,
            created_at=NOW,
            next_attempt_at=NOW,
            state="failed",
        ),
        "postaladdress": PostalAddress.objects.create(
            user=student, line_1="1 Example Street", postal_code="75000", city="Example", changed_at=NOW
        ),
    }
