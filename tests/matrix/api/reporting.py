"""Monitoring reports, alerts of commitment, video-conference reports."""

from __future__ import annotations

from .grades import EVERYBODY, SEEN, Bodies, Calls, table

CALLS: Calls = {
    "GET api-monitoring-report-list": EVERYBODY,
    "GET api-monitoring-report-detail": SEEN,
    "POST api-monitoring-report-submit": table(403, others=404, mentor=409),
    "POST api-monitoring-report-additions": table(403, others=404, mentor=200),
    "GET api-commitment-alert-list": EVERYBODY,
    "GET api-commitment-alert-detail": table(200, others=404, student=404),
    "POST api-commitment-alert-mark": table(
        403, others=404, student=404, mentor=200, learning_manager=200, head_of_learning=200
    ),
    "GET api-report-list": EVERYBODY,
    "GET api-report-detail": table(404, mentor=200),
    "GET api-report-lines": table(404, mentor=200),
    "POST api-report-list": table(
        422, student=403, learning_manager=403, other_student=403, other_learning_manager=403
    ),
    "POST api-report-apply": table(404, mentor=422),
    "DELETE api-report-detail": table(404, mentor=204),
}

BODIES: Bodies = {
    "POST api-monitoring-report-submit": {
        "done": "D",
        "next_steps": "N",
        "progress": "on_track",
        "attendance": "A",
    },
    "POST api-monitoring-report-additions": {"text": "It was the API."},
    "POST api-commitment-alert-mark": {"reasons": "Because"},
    "POST api-report-list": {"file_name": "a.csv", "content": "nonsense", "time_zone": "Europe/Paris"},
}

ROWS = {
    "monitoring-report": "monitoringreport",
    "commitment-alert": "commitmentalert",
    "report": "mentors_report",
}
