"""Registered letters, where they go, and funders' webhooks."""

from __future__ import annotations

from .grades import EVERYBODY, Bodies, Calls, table

# Refused by a rule: the letter was delivered.
ACT = table(404, student=403, staff=422, learning_manager=403)

CALLS: Calls = {
    "GET api-letter-list": EVERYBODY,
    "GET api-letter-detail": table(404, student=200, staff=200),
    "POST api-letter-deposit": ACT,
    "POST api-letter-receipt": ACT,
    "POST api-letter-settle": ACT,
    "POST api-letter-look": ACT,
    "POST api-letter-cancel": ACT,
    "GET api-decision-copy-list": EVERYBODY,
    "GET api-decision-copy-detail": table(404, staff=200),
    # Refused by a rule: it is on its way.
    "POST api-decision-copy-again": table(404, staff=403, student_success=422, head_of_learning=422),
    "GET api-postal-address-list": EVERYBODY,
    "GET api-postal-address-detail": table(404, student=200, staff=200),
    "POST api-postal-address-list": table(403, student=201, other_student=201),
    "GET api-funder-webhook-list": EVERYBODY,
    "GET api-funder-webhook-detail": table(404, administrator=200),
    "POST api-funder-webhook-list": table(403, administrator=422),  # of this machine itself
    "POST api-funder-webhook-close": table(404, administrator=200),
}

WHEN = "2026-03-03T10:00:00+00:00"

BODIES: Bodies = {
    "POST api-decision-copy-again": {"channel": "email"},
    "POST api-letter-deposit": {"tracking_number": "2C12345678901", "happened_at": WHEN},
    "POST api-letter-receipt": {"kind": "presented", "happened_at": WHEN},
    "POST api-letter-settle": {"was_sent": False, "reasons": "Because"},
    "POST api-letter-look": {"reasons": "Because"},
    "POST api-letter-cancel": {"reasons": "Because"},
    "POST api-postal-address-list": {
        "line_1": "1 Example Street",
        "postal_code": "75000",
        "city": "Example",
    },
    "POST api-funder-webhook-list": lambda world: {
        "funder": world.rows["funder"].pk,
        "url": "https://2130706433/",
    },
}

ROWS = {
    "decision-copy": "decisioncopy",
    "letter": "letter",
    "postal-address": "postaladdress",
    "funder-webhook": "webhookendpoint",
}
