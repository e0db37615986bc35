"""Registered letters, where they go, and funders' webhooks."""

from __future__ import annotations

from .grades import (
    ALL_STAFF,
    ITS_STAFF,
    ONLY_HEADS,
    SCHOOL,
    SIGNED_IN,
    STAFF_BUT_OTHERS,
    STAFF_READ,
    STUDENTS,
    about,
    lines,
    models,
    only,
    table,
)

ACTS = "staff-letter-deposit staff-letter-receipt staff-letter-settle staff-letter-look staff-letter-cancel"

PAGES = {
    **lines(SIGNED_IN, "letters"),
    **lines(table(404, student=200, staff=302), "letter"),  # staff are led to their own page of it
    **lines(ALL_STAFF, "staff-letters"),
    **lines(ITS_STAFF, "staff-letter staff-address"),
    **lines(table(404, **dict.fromkeys(SCHOOL, 200)), ACTS),
    **lines(table(401, anonymous=401), "letter-hook letter-hook-of", "POST"),  # a carrier that signs nothing
    **lines(STUDENTS, "postal-address"),
    **lines(table(404, administrator=200), "staff-webhooks"),
    **lines(table(404, administrator=302), "staff-webhook-close staff-delivery-retry", "POST"),
}

ADMIN = {
    **models("record_letter record_letterevent record_letterproof record_carriernotice", only(SCHOOL)),
    **models("record_webhookendpoint record_webhookdelivery", ONLY_HEADS),
    **models("students_postaladdress", STAFF_READ, row=STAFF_BUT_OTHERS),
}

ROWS = {
    **about(f"letter staff-letter {ACTS}", "letter_key"),
    **about("letter-hook", "hand"),
    **about("letter-hook-of", "hand", "letter_key", "x"),
    **about("staff-address", "student"),
    **about("staff-webhook-close", "webhookendpoint"),
    **about("staff-delivery-retry", "webhookdelivery"),
}
