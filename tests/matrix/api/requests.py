"""Leaves and changes of Path; a funder's scope."""

from __future__ import annotations

from .grades import EVERYBODY, PEOPLE, SEEN, Bodies, Calls, table

FUNDERS = (
    "GET funder-students",
    "GET funder-student",
    "GET funder-attendance",
    "GET funder-certificate",
    "GET funder-approvals",
    "GET funder-approval",
    "GET funder-answer",
)

CALLS: Calls = {
    "GET api-leave-list": EVERYBODY,
    "GET api-leave-detail": SEEN,
    "POST api-leave-list": table(403, student=201, staff=201, others=400),
    # The funder's word is not confirmed yet.
    "POST api-leave-validate": table(403, others=404, student_success=422),
    "POST api-leave-refuse": table(403, others=404, student_success=200),
    "POST api-leave-withdraw": table(200, others=404, mentor=403),
    "POST api-leave-come-back": table(409, others=404, mentor=403),
    "GET api-change-list": EVERYBODY,
    "GET api-change-detail": SEEN,
    # A funder's scope: no person's token opens it.
    "GET funder-token": dict.fromkeys(PEOPLE, 405),
    **dict.fromkeys(FUNDERS, table(401)),
}

BODIES: Bodies = {
    "POST api-leave-list": lambda world: {
        "enrolment": world.rows["enrolment"].pk,
        "starts_on": "2026-06-15",
        "ends_on": "2026-06-17",
    },
    "POST api-leave-refuse": {"decision": "No"},
    "POST api-leave-come-back": {"back_on": "2026-04-08"},
}

ROWS = {
    "leave": "leaverequest",
    "change": "changeofpath",
}
