"""What a student asks for: leaves, changes of Path, adaptations; and what funders approve."""

from __future__ import annotations

from .grades import (
    ITS_MENTOR,
    ITS_STAFF,
    ONLY_ADMINISTRATORS,
    STAFF_BUT_OTHERS,
    STAFF_READ,
    STUDENT,
    STUDENTS,
    SUCCESS,
    SUCCESS_AND_ADMINISTRATOR,
    about,
    lines,
    models,
    table,
)

PAGES = {
    **lines(STUDENTS, "student-requests student-adaptation"),
    **lines(STUDENT, "student-leave-ask student-leave student-leave-withdraw student-leave-back"),
    **lines(STUDENT, "student-approval student-change-ask student-change student-change-withdraw"),
    **lines(STUDENT, "student-training-end student-adaptation-ask student-adaptation-withdraw"),
    **lines(ITS_MENTOR, "mentor-leave mentor-leave-validate mentor-leave-refuse mentor-consultation"),
    **lines(ITS_MENTOR, "mentor-change"),
    **lines(ITS_STAFF, "staff-leave-ask staff-leave staff-leave-withdraw staff-leave-back staff-approval"),
    **lines(ITS_STAFF, "staff-funding staff-funding-end"),
    **lines(ITS_STAFF, "staff-change staff-change-schedule staff-change-refuse"),
    **lines(SUCCESS, "staff-leave-validate staff-leave-refuse staff-adaptation staff-adaptation-refuse"),
    **lines(SUCCESS_AND_ADMINISTRATOR, "staff-approval-confirm staff-approval-send-back"),
    **lines(table(404, student=302, mentor=302, staff=302), "leave change-of-path"),
}

ADMIN = {
    **models("students_funderclient", ONLY_ADMINISTRATORS, add=ONLY_ADMINISTRATORS),
    **models("students_funder", STAFF_READ, add=ONLY_ADMINISTRATORS),
    **models(
        "students_funding students_leaverequest students_funderapproval students_consultation"
        " students_changeofpath students_endshift",
        STAFF_READ,
        row=STAFF_BUT_OTHERS,
    ),
}

ROWS = {
    **about("staff-leave-ask staff-funding student-leave-ask student-change-ask", "enrolment"),
    **about("student-training-end student-adaptation-ask mentor-consultation", "enrolment"),
    **about("leave student-leave student-leave-withdraw student-leave-back mentor-leave", "leaverequest"),
    **about("staff-leave staff-leave-validate staff-leave-refuse staff-leave-withdraw", "leaverequest"),
    **about("staff-leave-back", "leaverequest"),
    **about("mentor-leave-validate mentor-leave-refuse", "short"),
    **about("change-of-path student-change student-change-withdraw mentor-change", "changeofpath"),
    **about("staff-change staff-change-schedule staff-change-refuse", "changeofpath"),
    **about("student-approval staff-approval", "funderapproval"),
    **about("staff-approval-confirm staff-approval-send-back", "funderapproval"),
    **about("staff-funding-end", "funding"),
    **about("student-adaptation-withdraw staff-adaptation staff-adaptation-refuse", "adaptation"),
}
