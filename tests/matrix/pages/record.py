"""Messages, documents and the record."""

from __future__ import annotations

from .grades import NOBODY, ONLY_HEADS, SCHOOL, SIGNED_IN, STUDENT, about, lines, models, only, table

PAGES = {
    **lines(SIGNED_IN, "messages"),
    **lines(table(302), "messages-read", "POST"),
    **lines(STUDENT, "message message-as-sent"),
    **lines(table(404, student=302), "message-read", "POST"),
    **lines(NOBODY, "message-attachment"),  # of a message that carries none
    **lines(table(412), "uploads", "POST"),  # without a version of the protocol
    **lines(NOBODY, "upload", "DELETE"),
    **lines(NOBODY, "document-watch"),  # no film
    **lines(STUDENT, "document"),  # the test's own purpose shows it to whom it is about
}

ADMIN = {
    **models("record_entry record_chain record_checkpoint record_message", only(SCHOOL)),
    **models("record_document record_stagedupload record_viewing record_storeinspection", ONLY_HEADS),
}

ROWS = {
    **about("message message-as-sent message-read", "message"),
    **about("message-attachment", "message", 1),
    **about("document document-watch", "document_key"),
    **about("upload", "00000000-0000-4000-8000-000000000000"),
}
