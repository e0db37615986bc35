"""The house itself: the rule book, the staff's desk and its machinery, the admin's own pages."""

from __future__ import annotations

from .grades import (
    ALL_STAFF,
    ITS_STAFF,
    NO_STAFF,
    ONLY_HEADS,
    PUBLIC,
    STAFF_READ,
    TO_SIGN_IN,
    about,
    lines,
    models,
    table,
)

ADMINISTRATOR = table(404, administrator=302)

PAGES = {
    **lines(PUBLIC, "policy policy-version conduct conduct-version livez"),
    **lines(table(302, anonymous=200), "home"),
    **lines(table(302), "theme", "POST"),
    **lines(table(503, anonymous=503), "readyz"),  # no sweep has run in the test's school
    **lines(ALL_STAFF, "staff-home staff-people staff-people-export staff-enforcement"),
    **lines(ITS_STAFF, "staff-person staff-person-message"),
    **lines(table(404, staff=302, learning_manager=404), "staff-message-retry", "POST"),
    **lines(ADMINISTRATOR, "staff-sweep-run staff-failure-retry staff-record-verify", "POST"),
    **lines(TO_SIGN_IN, "admin:logout", "POST"),
}

ADMIN = {
    "admin:index": STAFF_READ,
    "admin:app_list": STAFF_READ,
    "admin:jsi18n": STAFF_READ,
    "admin:autocomplete": NO_STAFF,  # without saying for which field
    "admin:login": table(302, quality=403, student=403, mentor=403, other_student=403, other_mentor=403),
    "admin:password_change": table(302),
    "admin:password_change_done": STAFF_READ,
    "admin:view_on_site": table(302, staff=404, other_learning_manager=404),
    **models("enforcement_heartbeat enforcement_sweepfailure", ONLY_HEADS),
}

ROWS = {
    **about("policy-version conduct-version", "2026-01"),
    **about("staff-person", "student"),
    **about("staff-person-message", "student", "message"),
    **about("staff-message-retry", "failed"),
    **about("staff-failure-retry", "sweepfailure"),
    **about("staff-sweep-run", "mentoring.generation"),
    **about("admin:view_on_site", 1, 1),
    **about("admin:app_list", "mentoring"),
}
