"""Addresses below /api/v1/."""

from __future__ import annotations

from django.urls import include, path, re_path

from accounts.api.me import Me
from accounts.api.problems import not_here
from discipline.api import router as discipline
from enforcement.api import Enforcement
from mentoring.api import urls as mentoring
from record.api import urls as record
from students.api import router as students

from .description import Docs, Schema
from .policies import Index, Policies

resources = [
    path("", Index.as_view({"get": "index"}), name="api"),
    path("me/", Me.as_view({"get": "retrieve"}), name="api-me"),
    path("policies/", Policies.as_view({"get": "index"}), name="api-policies"),
    path("policies/<str:pk>/", Policies.as_view({"get": "retrieve"}), name="api-policy"),
    path("enforcement/", Enforcement.as_view({"get": "retrieve"}), name="api-enforcement"),
    *students.urls,
    *mentoring,
    *record,
    *discipline.urls,
]
urlpatterns = [
    path("schema/", Schema.as_view(), name="api-schema"),
    path("docs/", Docs.as_view(), name="api-docs"),
    path("funder/", include("mentoring.urls.funders")),
    path("", include(resources)),
    re_path("", not_here, name="api-not-here"),
]
