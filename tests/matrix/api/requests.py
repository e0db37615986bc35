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
    "POST api-change-list": table(403, student=422, others=400),  # one is under way
    "POST api-change-schedule": table(403, staff=200, others=404),
    "POST api-change-refuse": table(403, staff=200, others=404),
    "POST api-change-withdraw": table(403, student=200, others=404),
    "GET api-consultation-list": EVERYBODY,
    "GET api-consultation-detail": SEEN,
    "POST api-consultation-list": table(403, mentor=201, others=400),
    "GET api-approval-list": EVERYBODY,
    "GET api-approval-detail": table(200, others=404, mentor=404),
    "POST api-approval-send": table(400, others=404, mentor=404),  # nobody's upload
    "POST api-approval-confirm": table(403, others=404, mentor=404, student_success=200, administrator=200),
    "POST api-approval-send-back": table(403, others=404, mentor=404, student_success=200, administrator=200),
    "GET api-accommodation-list": EVERYBODY,
    "GET api-accommodation-detail": SEEN,
    "POST api-accommodation-list": table(403, student_success=201, administrator=201),
    "POST api-accommodation-withdraw": table(403, others=404, student_success=200, administrator=200),
    "GET api-calendar-feed": table(404),
    "PUT api-calendar-feed": table(201),
    "DELETE api-calendar-feed": table(404),
    # A funder's scope: no person's token opens it.
    "GET funder-token": dict.fromkeys(PEOPLE, 405),
    **dict.fromkeys(FUNDERS, table(401)),
}

BODIES: Bodies = {
    "POST api-change-list": lambda world: {
        "consultation": world.rows["consultation"].pk,
        "reason": "I like data more.",
    },
    "POST api-change-schedule": {"takes_effect_on": "2026-03-16", "ends_on": "2026-12-31"},
    "POST api-change-refuse": {"decision": "No"},
    "POST api-consultation-list": lambda world: {
        "enrolment": world.rows["enrolment"].pk,
        "to_path": world.rows["changeofpath"].to_path_id,
        "advice": "Do",
    },
    "POST api-approval-send": {"upload": "0b0e0a5e-8f3c-4b5a-9d58-2f1f0d6f4a11"},
    "POST api-approval-send-back": {"reasons": "Not signed."},
    "POST api-accommodation-list": lambda world: {
        "enrolment": world.rows["enrolment"].pk,
        "audio": True,
        "valid_from": "2026-03-10",
    },
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
    "consultation": "consultation",
    "approval": "funderapproval",
    "accommodation": "accommodation",
}
