"""Cases before the Disciplinary Board."""

from __future__ import annotations

from .grades import EVERYBODY, Bodies, Calls, table

CALLS: Calls = {
    "GET api-case-list": EVERYBODY,
    "GET api-case-detail": table(404, student=200, staff=200),
    "GET api-case-course": table(404, student=200, staff=200),
}

BODIES: Bodies = {}

ROWS = {
    "case": "case",
}
