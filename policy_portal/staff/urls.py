"""Addresses of the staff's own pages, under /staff/; mentoring adds those of sessions and trainings."""

from __future__ import annotations

from django.urls import path

from . import enforcement, letters, people, person, worklist

urlpatterns = [
    path("", worklist.home, name="staff-home"),
    path("messages/<int:pk>/retry/", worklist.message_retry, name="staff-message-retry"),
    path("people/", people.people, name="staff-people"),
    path("people/export.csv", people.export, name="staff-people-export"),
    path("people/<int:pk>/", person.person, name="staff-person"),
    path("people/<int:pk>/messages/<int:message_pk>/", person.message, name="staff-person-message"),
    path("letters/", letters.letters, name="staff-letters"),
    path("letters/<uuid:key>/", letters.letter, name="staff-letter"),
    path("letters/<uuid:key>/posted/", letters.deposit, name="staff-letter-deposit"),
    path("letters/<uuid:key>/receipt/", letters.receipt, name="staff-letter-receipt"),
    path("letters/<uuid:key>/settle/", letters.settle, name="staff-letter-settle"),
    path("letters/<uuid:key>/look/", letters.looked_at, name="staff-letter-look"),
    path("letters/<uuid:key>/cancel/", letters.cancel, name="staff-letter-cancel"),
    path("enforcement/", enforcement.enforcement, name="staff-enforcement"),
    path("enforcement/verify/", enforcement.verify, name="staff-record-verify"),
    path("enforcement/failures/<int:pk>/retry/", enforcement.failure_retry, name="staff-failure-retry"),
    path("enforcement/<str:name>/run/", enforcement.run_now, name="staff-sweep-run"),
]
