"""Cases before the Disciplinary Board, reports, suspicions and complaints."""

from __future__ import annotations

from .grades import EVERYBODY, Bodies, Calls, table

REASONS = {"reasons": "Why it is so."}

CALLS: Calls = {
    "GET api-case-list": EVERYBODY,
    "GET api-case-detail": table(404, student=200, staff=200),
    "GET api-case-course": table(404, student=200, staff=200),
    "POST api-case-close": table(
        404, student=403, student_success=403, learning_manager=200, head_of_learning=200, administrator=200
    ),
    "GET api-complaint-list": EVERYBODY,
    "GET api-complaint-detail": table(404, learning_manager=200, head_of_learning=200, administrator=200),
    # The case is none that they see, or none that is theirs to run; there is a draft already (422).
    "POST api-complaint-list": table(
        400,
        student=403,
        student_success=403,
        learning_manager=422,
        head_of_learning=422,
        administrator=422,
    ),
    "PUT api-complaint-detail": table(404, learning_manager=200, head_of_learning=200, administrator=200),
    "POST api-complaint-send": table(404, learning_manager=200, head_of_learning=200, administrator=200),
    "POST api-complaint-facts": table(404, learning_manager=200, head_of_learning=200, administrator=200),
    "POST api-complaint-reply": table(404, learning_manager=403, head_of_learning=403, administrator=403),
    "GET api-discipline-report-list": EVERYBODY,
    "GET api-discipline-report-detail": table(404, staff=200),
    "POST api-discipline-report-list": table(400, mentor=201, staff=201),
    "POST api-discipline-report-open": table(404, staff=200),
    "POST api-discipline-report-dismiss": table(404, staff=200),
    "GET api-suspicion-list": EVERYBODY,
    "GET api-suspicion-detail": table(404, mentor=200, staff=200),
    "POST api-suspicion-list": table(
        403,
        mentor=201,
        learning_manager=201,
        head_of_learning=201,
        other_mentor=400,
        other_learning_manager=400,
    ),
    "POST api-suspicion-evidence": table(
        404, mentor=200, learning_manager=200, head_of_learning=200, student_success=403, administrator=403
    ),
    "POST api-suspicion-establish": table(
        404, mentor=200, learning_manager=200, head_of_learning=200, student_success=403, administrator=403
    ),
    "POST api-suspicion-dismiss": table(
        404, mentor=200, learning_manager=200, head_of_learning=200, student_success=403, administrator=403
    ),
}

PAIR = {"title": "Chapter 2", "other_title": "An article"}

BODIES: Bodies = {
    "POST api-case-close": REASONS,
    "POST api-complaint-list": lambda world: {
        "case": world.rows["case"].pk,
        "facts": "What is held.",
        "clauses": ["3.2"],
    },
    "PUT api-complaint-detail": {"facts": "What is held.", "clauses": ["3.2"]},
    "POST api-complaint-facts": {"text": "A fact.", "clause": "3.2"},
    "POST api-complaint-reply": {"text": "It was otherwise."},
    "POST api-discipline-report-list": lambda world: {
        "enrolment": world.enrolment.pk,
        "kind": "breach",
        "text": "What happened.",
    },
    "POST api-discipline-report-open": REASONS,
    "POST api-discipline-report-dismiss": REASONS,
    "POST api-suspicion-list": lambda world: {
        "work": world.rows["projectwork"].pk,
        "text": "Too alike.",
        "evidence": [PAIR],
    },
    "POST api-suspicion-evidence": PAIR,
    "POST api-suspicion-establish": {"stage": "making", **REASONS},
    "POST api-suspicion-dismiss": REASONS,
}

ROWS = {
    "case": "case",
    "complaint": "complaint_draft",
    "discipline-report": "discipline_report",
    "suspicion": "suspicion",
}
