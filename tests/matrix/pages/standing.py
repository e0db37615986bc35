"""Bans, and people who look like somebody who is banned."""

from __future__ import annotations

from .grades import SCHOOL, STAFF_BUT_OTHERS, STAFF_READ, about, lines, models, only, table

PAGES = {
    **lines(table(404, **dict.fromkeys(SCHOOL, 200)), "staff-identity"),
    **lines(table(404, head_of_learning=200), "penalty-day"),
}

ADMIN = {
    **models("students_ban", STAFF_READ, row=STAFF_BUT_OTHERS),
    **models("students_identityflag", only(SCHOOL)),
}

ROWS = {**about("staff-identity", "identityflag"), **about("penalty-day", "penalty")}
