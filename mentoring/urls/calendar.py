"""The calendar feed and its page, under /calendar/."""

from __future__ import annotations

from django.urls import path

from mentoring.views import calendar

urlpatterns = [
    path("", calendar.calendar, name="calendar"),
    path("close/", calendar.close, name="calendar-close"),
    path("<str:secret>.ics", calendar.ics, name="calendar-ics"),
]
