"""The assessor's pages, under /assessor/."""

from __future__ import annotations

from django.urls import path

from mentoring.views import assessor

urlpatterns = [
    path("", assessor.home, name="assessor-home"),
    path("defences/<int:pk>/", assessor.defence, name="assessor-defence"),
    path("defences/<int:pk>/recording/", assessor.recording, name="assessor-recording"),
    path("defences/<int:pk>/join/", assessor.join, name="assessor-join"),
    path("defences/<int:pk>/cancel/", assessor.cancel, name="assessor-cancel"),
]
