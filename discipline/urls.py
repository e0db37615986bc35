"""Addresses of cases, under /cases/."""

from __future__ import annotations

from django.urls import include, path

from . import views

urlpatterns = [
    path("", views.cases, name="cases"),
    path("statistics/", views.statistics, name="case-statistics"),
    path("statistics/cases.csv", views.statistics_export, name="case-statistics-export"),
    path("<int:pk>/", views.case, name="case"),
    path("<int:pk>/file/", views.case_file, name="case-file"),
    path("<int:pk>/file/<int:print_pk>/", views.case_print, name="case-print"),
    path("", include("discipline.board_urls")),
]
