"""What comes in from other systems, under /imports/."""

from __future__ import annotations

from django.urls import path

from mentoring.views import imports

urlpatterns = [
    path("rosters/", imports.rosters, name="roster-imports"),
    path("rosters/<int:pk>/", imports.roster, name="roster-import"),
    path("rosters/<int:pk>/apply/", imports.roster_apply, name="roster-apply"),
    path("rosters/<int:pk>/discard/", imports.roster_discard, name="roster-discard"),
    path("rosters/<int:pk>/rows.csv", imports.roster_rows, name="roster-rows"),
    path("reports/", imports.reports, name="reports"),
    path("reports/apply/", imports.apply_report_page, name="report-apply"),
    path("reports/<int:pk>/", imports.report, name="report"),
    path("reports/<int:pk>/read/", imports.read_report_again, name="report-read"),
    path("reports/<int:pk>/discard/", imports.report_discard, name="report-discard"),
]
