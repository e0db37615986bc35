"""The student portal, under /portal/."""

from __future__ import annotations

from django.urls import path

from mentoring.views import student

urlpatterns = [
    path("", student.home, name="student-home"),
    path("sessions/", student.sessions, name="student-sessions"),
    path("sessions/<int:pk>/", student.session, name="student-session"),
    path("sessions/<int:pk>/join/", student.join, name="student-join"),
    path("sessions/<int:pk>/notice/", student.notice, name="student-notice"),
    path("sessions/<int:pk>/book/", student.book, name="student-book"),
    path("absences/", student.absences, name="student-absences"),
    path("absences/<int:pk>/reasons/", student.reasons, name="student-reasons"),
    path("absences/<int:pk>/contest/", student.contest, name="student-contest"),
    path("notes/", student.notes, name="student-notes"),
    path("record/", student.record, name="student-record"),
    path("record/export/", student.record_export, name="student-record-export"),
    path("training/", student.training, name="student-training"),
]
