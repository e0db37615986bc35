"""Cases before the Disciplinary Board."""

from __future__ import annotations

from .grades import STAFF_BUT_OTHERS, STAFF_READ, STUDENTS, about, lines, models, table

PAGES = {
    **lines(table(200, mentor=404, quality=404, other_mentor=404), "cases"),
    **lines(table(404, student=200, staff=200), "case"),
    **lines(table(404, staff=200, other_learning_manager=200), "case-statistics case-statistics-export"),
    **lines(STUDENTS, "situation"),
    **lines(table(404, student=200, staff=200), "case-file", "POST"),
    **lines(table(404, head_of_learning=200), "case-print"),
    **lines(table(404, student_success=200, head_of_learning=200), "case-copy-again"),
}

ADMIN = {
    **models("discipline_case discipline_caseprint", STAFF_READ, row=STAFF_BUT_OTHERS),
    **models(
        "discipline_complaint discipline_boardmember discipline_companion discipline_meeting discipline_summons"
        " discipline_decision discipline_penalty discipline_decisioncopy",
        STAFF_READ,
        row=STAFF_BUT_OTHERS,
    ),
    **models("discipline_studentrepresentative", STAFF_READ),
}

ROWS = {
    **about("case case-file", "case"),
    **about("case-copy-again", "decisioncopy"),
    "case-print": ("case", "caseprint"),
}
