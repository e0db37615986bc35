"""Mentors' monitoring reports, alerts of commitment, and what comes in from other systems."""

from __future__ import annotations

from .grades import (
    ALL_STAFF,
    ITS_MENTOR,
    ITS_STAFF,
    MANAGERS,
    MENTORS,
    NOBODY,
    SCHOOL,
    STAFF_BUT_OTHERS,
    STAFF_READ,
    STUDENT,
    STUDENTS,
    about,
    lines,
    models,
    only,
    table,
)

ROSTERS = table(404, administrator=200, **dict.fromkeys(MANAGERS, 200))
NO_UPLOADERS = {"student": 404, "quality": 404, "other_student": 404, **dict.fromkeys(MANAGERS, 404)}

PAGES = {
    **lines(STUDENTS, "student-reports"),
    **lines(STUDENT, "student-report"),
    **lines(MENTORS, "mentor-reports"),
    **lines(ITS_MENTOR, "mentor-report"),
    **lines(table(404, mentor=302), "mentor-session-report", "POST"),
    **lines(ALL_STAFF, "staff-reports"),
    **lines(ITS_STAFF, "staff-report"),
    **lines(table(200, student=404, quality=404, other_student=404), "commitment-alerts"),
    **lines(table(404, mentor=200, staff=200), "commitment-alert"),
    **lines(ROSTERS, "roster-imports roster-import roster-rows"),
    **lines(NOBODY, "roster-apply roster-discard report-read report-discard", "POST"),  # somebody else's
    **lines(NOBODY, "report"),
    **lines(table(200, **NO_UPLOADERS), "reports"),
    **lines(table(302, **NO_UPLOADERS), "report-apply", "POST"),
}

ADMIN = {
    **models(
        "mentoring_monitoringreport mentoring_reportaddition mentoring_commitmentalert",
        STAFF_READ,
        row=STAFF_BUT_OTHERS,
    ),
    **models("mentoring_conferencereport mentoring_reportrow", only(SCHOOL)),
}

ROWS = {
    **about("student-report mentor-report staff-report", "monitoringreport"),
    **about("mentor-session-report", "held"),
    **about("commitment-alert", "commitmentalert"),
    **about("roster-import roster-apply roster-discard roster-rows", "rosterimport"),
    **about("report report-read report-discard", "conferencereport"),
}
