"""Addresses of the staff's pages of mentoring, under /staff/."""

from __future__ import annotations

from django.urls import path

from mentoring.views.staff import accommodations, contests, sessions, trainings

urlpatterns = [
    path("contests/<int:pk>/", contests.contest, name="staff-contest"),
    path("sessions/<int:pk>/", sessions.session, name="staff-session"),
    path("sessions/<int:pk>/resolve/", sessions.resolve, name="staff-session-resolve"),
    path("sessions/<int:pk>/exception/", sessions.exception, name="staff-session-exception"),
    path("sessions/<int:pk>/cancel/", sessions.cancel, name="staff-session-cancel"),
    path("sessions/<int:pk>/book/", sessions.book, name="staff-session-book"),
    path("trainings/<int:pk>/mentorship/", trainings.mentorship_start, name="staff-mentorship-start"),
    path("mentorships/<int:pk>/replace/", trainings.mentorship_replace, name="staff-mentorship-replace"),
    path("mentorships/<int:pk>/end/", trainings.mentorship_end, name="staff-mentorship-end"),
    path("trainings/<int:pk>/interrupt/", trainings.interrupt, name="staff-training-interrupt"),
    path("interruptions/<int:pk>/end/", trainings.resume, name="staff-interruption-end"),
    path("trainings/<int:pk>/dates/", trainings.dates, name="staff-training-dates"),
    path("trainings/<int:pk>/end/", trainings.end, name="staff-training-end"),
    path("trainings/<int:pk>/accommodation/", accommodations.accept, name="staff-accommodation-accept"),
    path("accommodations/<int:pk>/withdraw/", accommodations.withdraw, name="staff-accommodation-withdraw"),
]
