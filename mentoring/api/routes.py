"""Addresses of mentoring's resources."""

from __future__ import annotations

from django.urls import re_path
from rest_framework.routers import SimpleRouter

from .absences import Absences, Contests, Notices
from .approvals import Approvals
from .calendars import Availability, TimesOff
from .changes import Changes, Consultations
from .feeds import Feed
from .measures import Measures
from .monitoring import Alerts, MonitoringReports
from .notes import Notes
from .people import Enrolments, Mentors, Mentorships, Streaks
from .projects import Defences, Deliverables, Works
from .reports import Reports
from .requests import Leaves
from .sessions import Sessions

router = SimpleRouter()
router.register("sessions", Sessions, basename="api-session")
router.register("absences", Absences, basename="api-absence")
router.register("contests", Contests, basename="api-contest")
router.register("notices", Notices, basename="api-notice")
router.register("enrolments", Enrolments, basename="api-enrolment")
router.register("streaks", Streaks, basename="api-streak")
router.register("mentors", Mentors, basename="api-mentor")
router.register("mentorships", Mentorships, basename="api-mentorship")
router.register("time-off", TimesOff, basename="api-time-off")
router.register("reports", Reports, basename="api-report")
router.register("monitoring-reports", MonitoringReports, basename="api-monitoring-report")
router.register("commitment-alerts", Alerts, basename="api-commitment-alert")
router.register("notes", Notes, basename="api-note")
router.register("project-works", Works, basename="api-work")
router.register("deliverables", Deliverables, basename="api-deliverable")
router.register("defences", Defences, basename="api-defence")
router.register("leaves", Leaves, basename="api-leave")
router.register("changes", Changes, basename="api-change")
router.register("consultations", Consultations, basename="api-consultation")
router.register("approvals", Approvals, basename="api-approval")
router.register("accommodations", Measures, basename="api-accommodation")

urls = [
    *router.urls,
    re_path(
        r"^calendar-feed/$",
        Feed.as_view({"get": "retrieve", "put": "update", "delete": "destroy"}),
        name="api-calendar-feed",
    ),
    re_path(
        r"^mentors/(?P<pk>[0-9]{1,18})/availability/$",
        Availability.as_view({"get": "retrieve", "put": "update"}),
        name="api-availability",
    ),
]
