"""Reports, suspicions, the complaint and its answer."""

from __future__ import annotations

from .grades import ALL_STAFF, ITS_STAFF, NOBODY, about, lines, table

RUN_IT = table(404, learning_manager=200, head_of_learning=200, administrator=200)
DECIDE_IT = table(404, mentor=200, learning_manager=200, head_of_learning=200)
TEACH = table(404, mentor=200, other_mentor=200, staff=200, other_learning_manager=200)

PAGES = {
    # The complaint is written by who arranges the Board, and answered once it was sent.
    **lines(RUN_IT, "case-complaint case-complaint-issue case-fact-add case-fact-remove case-document-add"),
    **lines(RUN_IT, "case-document-remove case-close case-legal"),
    **lines(NOBODY, "case-reply"),
    **lines(ALL_STAFF, "staff-discipline-reports"),
    **lines(
        ITS_STAFF, "staff-discipline-report staff-discipline-report-open staff-discipline-report-dismiss"
    ),
    **lines(TEACH, "suspicions my-discipline-reports"),
    **lines(table(404, mentor=200, staff=200), "discipline-report-new suspicion"),
    **lines(DECIDE_IT, "suspicion-evidence suspicion-establish suspicion-dismiss suspicion-new"),
    **lines(table(404, student_success=200, head_of_learning=200), "conduct-report-accused"),
}

ADMIN: dict[str, dict[str, int]] = {}

ROWS = {
    **about("case-complaint case-fact-add case-document-add case-close case-legal case-reply", "case"),
    **about("case-complaint-issue", "complaint_draft"),
    **about("case-fact-remove", "case_fact"),
    **about("case-document-remove", "case_document"),
    **about(
        "staff-discipline-report staff-discipline-report-open staff-discipline-report-dismiss",
        "discipline_report",
    ),
    **about("discipline-report-new", "enrolment"),
    **about("conduct-report-accused", "conduct_unnamed"),
    **about("suspicion suspicion-evidence suspicion-establish suspicion-dismiss", "suspicion"),
    **about("suspicion-new", "projectwork"),
}
