"""Addresses of private files, under /documents/."""

from __future__ import annotations

from django.urls import path

from .views import files, uploads

urlpatterns = [
    path("uploads/", uploads.collection, name="uploads"),
    path("uploads/<uuid:key>/", uploads.upload, name="upload"),
    path("<uuid:key>/", files.document, name="document"),
    path("<uuid:key>/watch/", files.watch, name="document-watch"),
]
