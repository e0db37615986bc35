"""Students beside their sessions: rules accepted, equipment, stays elsewhere, groups, and the school's lists."""

from __future__ import annotations

from .grades import (
    ALL_STAFF,
    ITS_STAFF,
    MANAGERS,
    ONLY_ADMINISTRATORS,
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

CONDUCT = table(404, student_success=200, head_of_learning=200)
# Closed to who has not accepted the rules (403), as the other student.
GROUP = table(404, student=200, other_student=403)

PAGES = {
    **lines(GROUP, "groups group-new group group-hand-over group-share group-plan group-report"),
    **lines(GROUP, "group-report-row"),
    **lines(
        table(404, student=302, other_student=403),
        "group-join group-leave group-post group-take-down study-session-cancel",
        "POST",
    ),
    **lines(STUDENTS, "terms equipment equipment-sample stays"),
    **lines(STUDENT, "stay stay-report"),
    **lines(table(404, student=302), "stay-check-in", "POST"),
    **lines(ALL_STAFF, "staff-acceptances staff-places"),
    **lines(table(404, **dict.fromkeys(SCHOOL, 200)), "staff-place-new staff-place"),
    **lines(ITS_STAFF, "staff-stay-arrange"),
    **lines(table(404, staff=302), "staff-stay-cancel", "POST"),
    **lines(CONDUCT, "staff-conduct-reports staff-conduct-report"),
}

ADMIN = {
    **models("students_path", STAFF_READ, add=ONLY_ADMINISTRATORS),
    **models("students_student students_enrolment", STAFF_READ, STAFF_BUT_OTHERS, ONLY_ADMINISTRATORS),
    **models("students_interruption students_accommodation", STAFF_READ, row=STAFF_BUT_OTHERS),
    **models("students_place students_placerules", STAFF_READ),
    **models(
        "students_acceptance students_equipmentcheck students_stay students_checkin",
        STAFF_READ,
        row=STAFF_BUT_OTHERS,
    ),
    **models("students_conductreport", only(["student_success", "head_of_learning"])),
    **models("students_studygroup students_membership students_studysession", only(SCHOOL)),
    **models("students_grouppost students_groupresource students_externalid", only(SCHOOL)),
    **models("students_rosterimport", only(["administrator", *MANAGERS])),
}

ROWS = {
    **about("group group-join group-leave group-hand-over group-post group-share", "studygroup"),
    **about("group-plan group-report", "studygroup"),
    **about("group-report-row group-take-down", "studygroup", "post", "grouppost"),
    **about("study-session-cancel", "studysession"),
    **about("staff-place", "place"),
    **about("staff-stay-arrange", "enrolment"),
    **about("staff-conduct-report", "conductreport"),
    **about("stay stay-check-in stay-report staff-stay-cancel", "stay"),
}
