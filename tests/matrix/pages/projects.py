"""Projects: handed in, approved, defended; and how the school edits a Path."""

from __future__ import annotations

from .grades import (
    ALL_STAFF,
    ITS_MENTOR,
    ITS_STAFF,
    NOBODY,
    STAFF_BUT_OTHERS,
    STAFF_READ,
    STUDENT,
    about,
    lines,
    models,
    table,
)

PATH_EDITORS = table(404, learning_manager=200, administrator=200)

PAGES = {
    **lines(STUDENT, "student-work student-submit student-defence student-defence-cancel"),
    **lines(table(404, student=302), "student-remark student-defence-join", "POST"),
    **lines(ITS_MENTOR, "mentor-work mentor-defence mentor-defence-cancel"),
    **lines(table(404, mentor=302), "mentor-remark mentor-due", "POST"),
    **lines(ITS_STAFF, "staff-work staff-defence staff-defence-cancel staff-path"),
    **lines(table(404, staff=302), "staff-remark", "POST"),
    **lines(ALL_STAFF, "staff-paths"),
    **lines(PATH_EDITORS, "staff-project staff-project-retire staff-project-give"),
    **lines(PATH_EDITORS, "staff-skill staff-skill-retire"),
    **lines(table(404, learning_manager=302, administrator=302), "staff-project-move", "POST"),
    **lines(table(404, learning_manager=422, administrator=422), "staff-skill-add", "POST"),
    # Nobody here assesses; mentoring's own tests have assessors, their strangers among them.
    **lines(NOBODY, "assessor-home assessor-defence assessor-cancel"),
    **lines(NOBODY, "assessor-recording assessor-join", "POST"),
}

ADMIN = {
    **models("students_project students_skill", STAFF_READ),
    **models(
        "students_projectwork students_deliverable students_deliverablefile students_review students_remark"
        " students_requirement students_skillapproval mentoring_defence mentoring_skillassessment",
        STAFF_READ,
        row=STAFF_BUT_OTHERS,
    ),
}

ROWS = {
    **about("staff-path", "path"),
    **about("staff-project staff-project-move staff-project-retire staff-project-give", "project"),
    **about("staff-skill-add", "project"),
    **about("staff-skill staff-skill-retire", "skill"),
    **about("student-work student-submit student-remark student-defence", "projectwork"),
    **about("mentor-work mentor-remark mentor-due mentor-defence", "projectwork"),
    **about("staff-work staff-remark staff-defence", "projectwork"),
    **about("student-defence-join student-defence-cancel mentor-defence-cancel", "defence"),
    **about("staff-defence-cancel assessor-defence assessor-recording assessor-join", "defence"),
    **about("assessor-cancel", "defence"),
}
