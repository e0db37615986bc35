"""Penalties: a student's own once they are in effect."""

from __future__ import annotations

from .grades import EVERYBODY, Bodies, Calls, table

CALLS: Calls = {
    "GET api-penalty-list": EVERYBODY,
    # Not in effect yet: the student learns of it by the letter.
    "GET api-penalty-detail": table(404, staff=200),
    "POST api-penalty-set-day": table(404, staff=403, head_of_learning=422),
}

BODIES: Bodies = {"POST api-penalty-set-day": {"day": "2026-04-01", "reasons": "Never claimed"}}

ROWS = {
    "penalty": "penalty",
}
