"""Addresses of cases, under /cases/."""

from __future__ import annotations

from django.urls import path

from . import views

urlpatterns = [
    path("", views.cases, name="cases"),
    path("<int:pk>/", views.case, name="case"),
]
