"""Weekly sessions and absences, for student, mentor and staff; the calendar and recordings."""

from __future__ import annotations

from .grades import (
    ITS_MENTOR,
    ITS_STAFF,
    MENTORS,
    NOBODY,
    ONLY_ADMINISTRATORS,
    ONLY_HEADS,
    SIGNED_IN,
    STAFF_BUT_OTHERS,
    STAFF_READ,
    STUDENT,
    STUDENTS,
    SUCCESS,
    SUCCESS_AND_ADMINISTRATOR,
    TO_SIGN_IN,
    about,
    lines,
    models,
    table,
)

PAGES = {
    **lines(STUDENTS, "student-home student-sessions student-absences student-notes student-training"),
    **lines(STUDENTS, "student-record student-record-export student-kept"),
    **lines(STUDENT, "student-session student-notice student-book student-exception student-reasons"),
    **lines(STUDENT, "student-contest student-certificate"),
    **lines(table(404, student=302), "student-join", "POST"),
    **lines(MENTORS, "mentor-home mentor-sessions mentor-students mentor-availability mentor-time-off"),
    **lines(ITS_MENTOR, "mentor-session mentor-presence mentor-cancel mentor-book mentor-session-note"),
    **lines(ITS_MENTOR, "mentor-exception mentor-student mentor-student-note mentor-note"),
    **lines(ITS_MENTOR, "mentor-time-off-withdraw"),
    **lines(table(404, mentor=302), "mentor-join", "POST"),
    **lines(NOBODY, "mentor-session-recording"),  # of a session to come
    **lines(table(404, quality=200), "quality-recordings"),
    **lines(SIGNED_IN, "calendar"),
    **lines(TO_SIGN_IN, "calendar-close", "POST"),
    **lines(table(404, anonymous=404), "calendar-ics"),  # of a secret that is none
    **lines(ITS_STAFF, "staff-contest staff-session staff-session-cancel staff-session-book"),
    **lines(ITS_STAFF, "staff-mentorship-start staff-mentorship-replace staff-mentorship-end"),
    **lines(ITS_STAFF, "staff-interruption-end staff-training-dates staff-training-end staff-certificate"),
    **lines(ITS_STAFF, "staff-training-region"),
    **lines(table(404, head_of_learning=200), "staff-hold staff-hold-release"),
    **lines(SUCCESS, "staff-session-resolve staff-session-exception staff-exception-decline"),
    **lines(SUCCESS_AND_ADMINISTRATOR, "staff-accommodation-accept staff-accommodation-withdraw"),
}

ADMIN = {
    **models("mentoring_mentor", STAFF_READ, add=ONLY_ADMINISTRATORS),
    **models("mentoring_weeklyslot mentoring_timeoff", STAFF_READ),
    **models(
        "mentoring_mentorship mentoring_session mentoring_notice mentoring_join mentoring_exceptionalcircumstance"
        " mentoring_exceptionrequest mentoring_note mentoring_absence mentoring_contest mentoring_streak",
        STAFF_READ,
        row=STAFF_BUT_OTHERS,
    ),
    **models("mentoring_recording mentoring_hold mentoring_filmingconsent", ONLY_HEADS),
}

ROWS = {
    **about("student-session student-join student-notice student-book student-exception", "session"),
    **about("student-reasons student-contest", "absence"),
    **about("student-certificate staff-certificate", "enrolment", "2026-02"),
    **about("mentor-session mentor-join mentor-presence mentor-cancel mentor-book", "session"),
    **about("mentor-exception mentor-session-note mentor-session-recording", "session"),
    **about("mentor-student mentor-student-note", "enrolment"),
    **about("mentor-note", "note"),
    **about("mentor-time-off-withdraw", "timeoff"),
    **about("calendar-ics", "nonsense"),
    **about("staff-contest", "contest"),
    **about("staff-session staff-session-exception staff-session-cancel staff-session-book", "session"),
    **about("staff-exception-decline", "session"),
    **about("staff-session-resolve", "unattended"),
    **about("staff-mentorship-replace staff-mentorship-end", "mentorship"),
    **about("staff-mentorship-start staff-training-dates staff-training-end", "enrolment"),
    **about("staff-accommodation-accept staff-training-region", "enrolment"),
    **about("staff-hold", "student"),
    **about("staff-hold-release", "hold"),
    **about("staff-accommodation-withdraw", "accommodation"),
    **about("staff-interruption-end", "interruption"),
}
