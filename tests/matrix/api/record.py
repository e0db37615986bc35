"""Documents, messages and the record."""

from __future__ import annotations

from .grades import EVERYBODY, Bodies, Calls, table

CALLS: Calls = {
    "GET api-document-list": EVERYBODY,
    "GET api-document-detail": table(404, student=200),
    "GET api-document-file": table(404, student=200),
    "POST api-uploads": table(412),  # without a version of the protocol
    "PATCH api-upload": table(404),
    "DELETE api-upload": table(404),
    "GET api-message-list": EVERYBODY,
    "GET api-message-detail": table(404, student=200),
    "POST api-message-read": table(404, student=200),
    "GET api-entry-list": EVERYBODY,
    # The record is read by all of the school's staff (record.permissions).
    "GET api-entry-detail": table(404, student=200, staff=200),
}

BODIES: Bodies = {}

ROWS = {
    "document": "document",
    "upload": "00000000-0000-4000-8000-000000000000",
    "message": "message",
    "entry": "entry",
}
