"""Pages of quality staff, under /quality/."""

from __future__ import annotations

from django.urls import path

from mentoring.views import quality

urlpatterns = [
    path("recordings/", quality.recordings, name="quality-recordings"),
]
