"""Paths and trainings; groups, stays elsewhere, rules accepted and equipment."""

from __future__ import annotations

from .grades import EVERYBODY, SEEN, Bodies, Calls, table

MEMBER = table(404, student=200)

CALLS: Calls = {
    "GET api-path-list": EVERYBODY,
    "GET api-path-detail": EVERYBODY,
    "GET api-enrolment-list": EVERYBODY,
    "GET api-enrolment-detail": SEEN,
    "GET api-group-list": EVERYBODY,
    "GET api-group-detail": MEMBER,
    "POST api-group-list": table(403, student=201, other_student=422),
    "POST api-group-join": MEMBER,
    "POST api-group-leave": MEMBER,
    "POST api-group-posts": MEMBER,
    "POST api-group-resources": MEMBER,
    "POST api-group-study-sessions": MEMBER,
    "POST api-group-hand-over": table(404, student=422),  # to oneself
    "POST api-group-take-down": table(404, student=400),  # of nothing
    "GET api-place-list": EVERYBODY,
    "GET api-place-detail": table(404, staff=200, other_learning_manager=200),
    "POST api-place-list": table(403, student_success=201, head_of_learning=201, administrator=201),
    "PUT api-place-detail": table(
        404,
        student_success=200,
        head_of_learning=200,
        administrator=200,
        learning_manager=403,
        other_learning_manager=403,
    ),
    "GET api-study-session-list": EVERYBODY,
    "GET api-study-session-detail": MEMBER,
    "POST api-study-session-cancel": MEMBER,
    "GET api-acceptance-list": EVERYBODY,
    "GET api-acceptance-detail": table(200, others=404, mentor=404),
    "POST api-acceptance-list": table(403, student=201, other_student=201),
    "GET api-equipment-check-list": EVERYBODY,
    "GET api-equipment-check-detail": table(200, others=404, mentor=404),
    "POST api-equipment-check-list": table(403, student=201, other_student=201),
    "GET api-stay-list": EVERYBODY,
    "GET api-stay-detail": table(200, others=404, mentor=404),
    "POST api-stay-list": table(403, staff=201, other_learning_manager=400),
    "POST api-stay-acknowledge": table(403, others=404, mentor=404, student=200),
    "POST api-stay-check-in": table(403, others=404, mentor=404, student=422),
    "POST api-stay-cancel": table(403, staff=200, others=404, mentor=404),
    "GET api-conduct-report-list": EVERYBODY,
    "GET api-conduct-report-detail": table(404, student=200, student_success=200, head_of_learning=200),
    "POST api-conduct-report-list": table(201),
    "POST api-conduct-report-take-up": table(404, student=403, student_success=200, head_of_learning=200),
}

BODIES: Bodies = {
    "POST api-group-hand-over": lambda world: {"to": world.student.pk},
    "POST api-group-take-down": {"post": 10**9},
    "POST api-place-list": {"name": "Elsewhere", "rules": "Wear shoes."},
    "PUT api-place-detail": {"name": "Workshop", "rules": "Wear gloves."},
    "POST api-group-list": {"title": "Another", "cohort": "2026-01-01", "none_fits": True},
    "POST api-group-posts": {"text": "On my way."},
    "POST api-group-resources": {"title": "A manual", "url": "https://www.example.org/sql"},
    "POST api-group-study-sessions": {
        "title": "Joins",
        "starts_at": "2026-03-06T18:00Z",
        "ends_at": "2026-03-06T19:00Z",
    },
    "POST api-acceptance-list": {"policy": "2026-01", "conduct": "2026-01"},
    "POST api-equipment-check-list": {"connection": "works", "camera": "works", "microphone": "works"},
    "POST api-stay-list": lambda world: {
        "enrolment": world.rows["enrolment"].pk,
        "place": world.rows["place"].pk,
        "starts_on": "2026-05-01",
        "ends_on": "2026-05-02",
    },
    "POST api-stay-acknowledge": lambda world: {"rules": world.rows["placerules"].pk},
    "POST api-conduct-report-list": {"kind": "abuse", "text": "Shouted."},
    "POST api-conduct-report-take-up": {"outcome": "Spoken to."},
}

ROWS = {
    "path": "path",
    "enrolment": "enrolment",
    "group": "studygroup",
    "place": "place",
    "study-session": "studysession",
    "acceptance": "acceptance",
    "equipment-check": "equipmentcheck",
    "stay": "stay",
    "conduct-report": "conductreport",
}
