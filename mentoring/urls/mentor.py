"""The mentor dashboard, under /mentor/."""

from __future__ import annotations

from django.urls import path

from mentoring.views import mentor, monitoring
from mentoring.views.mentor import projects, requests

urlpatterns = [
    path("", mentor.home, name="mentor-home"),
    path("sessions/", mentor.sessions, name="mentor-sessions"),
    path("sessions/<int:pk>/", mentor.session, name="mentor-session"),
    path("sessions/<int:pk>/join/", mentor.join, name="mentor-join"),
    path("sessions/<int:pk>/presence/", mentor.presence, name="mentor-presence"),
    path("sessions/<int:pk>/cancel/", mentor.cancel, name="mentor-cancel"),
    path("sessions/<int:pk>/book/", mentor.book, name="mentor-book"),
    path("sessions/<int:pk>/exception/", mentor.exception, name="mentor-exception"),
    path("sessions/<int:pk>/recording/", mentor.recording, name="mentor-session-recording"),
    path("sessions/<int:pk>/note/", mentor.session_note, name="mentor-session-note"),
    path("sessions/<int:pk>/report/", monitoring.session_report, name="mentor-session-report"),
    path("reports/", monitoring.owed, name="mentor-reports"),
    path("reports/<int:pk>/", monitoring.mentor_report, name="mentor-report"),
    path("students/", mentor.students, name="mentor-students"),
    path("students/<int:pk>/", mentor.student, name="mentor-student"),
    path("students/<int:pk>/note/", mentor.student_note, name="mentor-student-note"),
    path("notes/<int:pk>/", mentor.note, name="mentor-note"),
    path("projects/<int:pk>/", projects.work, name="mentor-work"),
    path("projects/<int:pk>/comment/", projects.remark, name="mentor-remark"),
    path("projects/<int:pk>/due/", projects.due, name="mentor-due"),
    path("projects/<int:pk>/defence/", projects.defence, name="mentor-defence"),
    path("defences/<int:pk>/cancel/", projects.defence_cancel, name="mentor-defence-cancel"),
    path("availability/", mentor.availability, name="mentor-availability"),
    path("availability/time-off/", mentor.time_off, name="mentor-time-off"),
    path("availability/time-off/<int:pk>/withdraw/", mentor.withdraw, name="mentor-time-off-withdraw"),
    path("leaves/<int:pk>/", requests.leave, name="mentor-leave"),
    path("leaves/<int:pk>/validate/", requests.leave_validate, name="mentor-leave-validate"),
    path("leaves/<int:pk>/refuse/", requests.leave_refuse, name="mentor-leave-refuse"),
    path("students/<int:pk>/consultation/", requests.consultation, name="mentor-consultation"),
    path("changes/<int:pk>/", requests.change, name="mentor-change"),
]
