"""Addresses below /api/v1/."""

from __future__ import annotations

from django.urls import include, path, re_path

from accounts.api.me import Me
from accounts.api.problems import not_here
from mentoring.api import router as mentoring
from students.api import router as students

from .description import Docs, Schema

resources = [
    path("me/", Me.as_view({"get": "retrieve"}), name="api-me"),
    *students.urls,
    *mentoring.urls,
]
urlpatterns = [
    path("schema/", Schema.as_view(), name="api-schema"),
    path("docs/", Docs.as_view(), name="api-docs"),
    path("", include(resources)),
    re_path("", not_here, name="api-not-here"),
]
