"""Addresses of reports and suspicions, under /proceedings/."""

from __future__ import annotations

from django.urls import path

from .views import reports, suspicions

urlpatterns = [
    path("reports/", reports.reports, name="staff-discipline-reports"),
    path("reports/mine/", reports.mine, name="my-discipline-reports"),
    path("reports/new/<int:pk>/", reports.new, name="discipline-report-new"),
    path("reports/<int:pk>/", reports.report, name="staff-discipline-report"),
    path("reports/<int:pk>/open/", reports.report_open, name="staff-discipline-report-open"),
    path("reports/<int:pk>/dismiss/", reports.report_dismiss, name="staff-discipline-report-dismiss"),
    path("conduct/<int:pk>/accused/", reports.accused, name="conduct-report-accused"),
    path("suspicions/", suspicions.suspicions, name="suspicions"),
    path("suspicions/new/<int:pk>/", suspicions.new, name="suspicion-new"),
    path("suspicions/<int:pk>/", suspicions.suspicion, name="suspicion"),
    path("suspicions/<int:pk>/evidence/", suspicions.evidence, name="suspicion-evidence"),
    path("suspicions/<int:pk>/establish/", suspicions.establish, name="suspicion-establish"),
    path("suspicions/<int:pk>/dismiss/", suspicions.dismiss, name="suspicion-dismiss"),
]
