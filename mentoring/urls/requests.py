"""Addresses of requests that lead each reader to their own page, under /requests/."""

from __future__ import annotations

from django.urls import path

from mentoring.views import doors

urlpatterns = [
    path("leaves/<int:pk>/", doors.leave, name="leave"),
    path("changes/<int:pk>/", doors.change, name="change-of-path"),
]
