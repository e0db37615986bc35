"""Addresses of the staff's own pages, under /staff/; mentoring adds those of sessions and trainings."""

from __future__ import annotations

from django.urls import path

from . import enforcement, people, person, worklist

urlpatterns = [
    path("", worklist.home, name="staff-home"),
    path("messages/<int:pk>/retry/", worklist.message_retry, name="staff-message-retry"),
    path("people/", people.people, name="staff-people"),
    path("people/export.csv", people.export, name="staff-people-export"),
    path("people/<int:pk>/", person.person, name="staff-person"),
    path("people/<int:pk>/messages/<int:message_pk>/", person.message, name="staff-person-message"),
    path("enforcement/", enforcement.enforcement, name="staff-enforcement"),
    path("enforcement/verify/", enforcement.verify, name="staff-record-verify"),
    path("enforcement/failures/<int:pk>/retry/", enforcement.failure_retry, name="staff-failure-retry"),
    path("enforcement/<str:name>/run/", enforcement.run_now, name="staff-sweep-run"),
]
