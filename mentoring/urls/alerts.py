"""Commitment alerts, for mentors and staff alike, under /alerts/."""

from __future__ import annotations

from django.urls import path

from mentoring.views import monitoring

urlpatterns = [
    path("", monitoring.alerts, name="commitment-alerts"),
    path("<int:pk>/", monitoring.alert, name="commitment-alert"),
]
