"""Addresses of private files, under /documents/."""

from __future__ import annotations

from django.urls import path

from . import views

urlpatterns = [
    path("<uuid:key>/", views.document, name="document"),
]
