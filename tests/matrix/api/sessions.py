"""Sessions and absences, mentors and their hours, notes."""

from __future__ import annotations

from .grades import EVERYBODY, SEEN, Bodies, Calls, table

CALENDAR = table(200, others=404, student=403, other_learning_manager=200)
TIME_OFF = table(200, others=404, student=404, other_learning_manager=200)

CALLS: Calls = {
    "GET api-streak-list": EVERYBODY,
    "GET api-streak-detail": SEEN,
    "GET api-session-list": EVERYBODY,
    "GET api-session-detail": SEEN,
    "GET api-session-slots": SEEN,
    "GET api-session-notice-preview": table(403, others=404, student=200),
    "POST api-session-join": table(403, others=404, student=409, mentor=409),
    "POST api-session-notice": table(403, others=404, student=201),
    "POST api-session-book-replacement": table(422, others=404),
    "POST api-session-presence": table(403, others=404, mentor=422),
    "POST api-session-cancel": table(200, others=404, student=403),
    "POST api-session-exception": table(403, others=404, student_success=200),
    "POST api-session-ask-exception": table(403, others=404, student=409, mentor=409),  # asked already
    "POST api-session-decline-exception": table(403, others=404, student_success=200),
    "POST api-session-resolve": table(403, others=404, student_success=409),
    "GET api-absence-list": EVERYBODY,
    "GET api-absence-detail": SEEN,
    "POST api-absence-reasons": table(403, others=404, student=200),
    "POST api-absence-contest": table(403, others=404, student=201),
    "GET api-contest-list": EVERYBODY,
    "GET api-contest-detail": table(200, others=404, mentor=404),
    "POST api-contest-decide": table(403, others=404, mentor=404, student_success=200),
    "GET api-notice-list": EVERYBODY,
    "GET api-notice-detail": SEEN,
    "GET api-mentor-list": EVERYBODY,
    "GET api-mentor-detail": table(200, others=404, other_learning_manager=200),
    "GET api-availability": CALENDAR,
    "PUT api-availability": CALENDAR,
    "GET api-mentorship-list": EVERYBODY,
    "GET api-mentorship-detail": SEEN,
    "POST api-mentorship-list": table(403, staff=422, other_learning_manager=400),
    "POST api-mentorship-end": table(403, staff=200, others=404),
    "POST api-mentorship-replace": table(403, staff=201, others=404),
    "GET api-time-off-list": EVERYBODY,
    "GET api-time-off-detail": TIME_OFF,
    "DELETE api-time-off-detail": TIME_OFF,
    "POST api-time-off-list": table(403, staff=201, mentor=201, other_mentor=400, other_learning_manager=201),
    "GET api-note-list": EVERYBODY,
    "GET api-note-detail": SEEN,
    "PATCH api-note-detail": table(403, others=404, mentor=200),
    "POST api-note-list": table(201, student=403, others=400, other_student=403),
}

BODIES: Bodies = {
    "POST api-session-decline-exception": {"reasons": "Because"},
    "POST api-session-ask-exception": {"reason": "Because"},
    "POST api-session-notice": {"reason": "Because"},
    "POST api-session-cancel": {"reason": "Because"},
    "POST api-session-exception": {"reason": "Because"},
    "POST api-session-book-replacement": {"starts_at": "2026-03-05T03:00:00Z"},
    "POST api-session-presence": {"present": True},
    "POST api-session-resolve": {"outcome": "held", "reasons": "Because"},
    "POST api-absence-reasons": {"reasons": "Because"},
    "POST api-absence-contest": {"statement": "Because"},
    "POST api-contest-decide": {"outcome": "rejected", "reasons": "Because"},
    "PUT api-availability": {"slots": []},
    "POST api-mentorship-list": lambda world: {
        "enrolment": world.rows["enrolment"].pk,
        "mentor": world.rows["new_mentor"].pk,
        "weekday": 4,
        "local_time": "10:00",
        "starts_on": "2026-03-05",
    },
    "POST api-mentorship-end": {"ends_on": "2026-03-31"},
    "POST api-mentorship-replace": lambda world: {
        "mentor": world.rows["new_mentor"].pk,
        "starts_on": "2026-04-01",
    },
    "POST api-time-off-list": lambda world: {
        "mentor": world.rows["mentor"].pk,
        "starts_at": "2026-06-01T00:00Z",
        "ends_at": "2026-06-02T00:00Z",
    },
    "POST api-note-list": lambda world: {"enrolment": world.rows["enrolment"].pk, "text": "Go on"},
    "PATCH api-note-detail": {"text": "Go on"},
}

ROWS = {
    "streak": "enrolment",
    "session": "session",
    "session-book-replacement": "missed",
    "absence": "absence",
    "contest": "contest",
    "notice": "notice",
    "mentor": "mentor",
    "availability": "mentor",
    "mentorship": "mentorship",
    "time-off": "timeoff",
    "note": "note",
}
