"""The API's root, the rule book, and the machinery."""

from __future__ import annotations

from .grades import EVERYBODY, PEOPLE, PUBLIC, Bodies, Calls, table

CALLS: Calls = {
    "GET api": EVERYBODY,
    "GET api-schema": PUBLIC,
    "GET api-docs": PUBLIC,
    "GET api-not-here": dict.fromkeys(PEOPLE, 404),
    "GET api-me": EVERYBODY,
    "GET api-policies": EVERYBODY,
    "GET api-policy": EVERYBODY,
    "GET api-enforcement": table(403, staff=200, other_learning_manager=200),
}

BODIES: Bodies = {}

ROWS = {
    "policy": "2026-01",
}
