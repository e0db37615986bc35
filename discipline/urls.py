"""Addresses of cases, under /cases/."""

from __future__ import annotations

from django.urls import include, path

from . import views
from .views import proceedings

urlpatterns = [
    path("", views.cases, name="cases"),
    path("statistics/", views.statistics, name="case-statistics"),
    path("statistics/cases.csv", views.statistics_export, name="case-statistics-export"),
    path("copies/<int:pk>/again/", views.copy_again, name="case-copy-again"),
    path("<int:pk>/", views.case, name="case"),
    path("<int:pk>/file/", views.case_file, name="case-file"),
    path("<int:pk>/file/<int:print_pk>/", views.case_print, name="case-print"),
    path("penalties/<int:pk>/day/", views.penalty_day, name="penalty-day"),
    path("", include("discipline.board_urls")),
    path("<int:pk>/complaint/", proceedings.complaint, name="case-complaint"),
    path("complaints/<int:pk>/send/", proceedings.complaint_issue, name="case-complaint-issue"),
    path("<int:pk>/reply/", proceedings.reply, name="case-reply"),
    path("<int:pk>/facts/add/", proceedings.fact_add, name="case-fact-add"),
    path("facts/<int:pk>/remove/", proceedings.fact_remove, name="case-fact-remove"),
    path("<int:pk>/documents/add/", proceedings.document_add, name="case-document-add"),
    path("documents/<int:pk>/remove/", proceedings.document_remove, name="case-document-remove"),
    path("<int:pk>/close/", proceedings.close, name="case-close"),
    path("<int:pk>/legal/", proceedings.legal, name="case-legal"),
]
