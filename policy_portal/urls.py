"""Addresses of the platform."""

from __future__ import annotations

from django.conf import settings
from django.contrib import admin
from django.urls import include, path

from discipline.views import situation

from . import health, home, views

urlpatterns = [
    path("", home.door, name="home"),
    path("policy/", views.policy, name="policy"),
    path("policy/<str:version>/", views.policy, name="policy-version"),
    path("conduct/", views.conduct, name="conduct"),
    path("conduct/<str:version>/", views.conduct, name="conduct-version"),
    path("theme/", views.theme, name="theme"),
    path("livez", health.livez, name="livez"),
    path("readyz", health.readyz, name="readyz"),
    path("accounts/", include("accounts.urls")),
    path("messages/", include("record.urls")),
    path("", include("record.letters.urls")),
    path("documents/", include("record.documents.urls")),
    path("portal/situation/", situation, name="situation"),
    path("portal/", include("mentoring.urls.student")),
    path("mentor/", include("mentoring.urls.mentor")),
    path("requests/", include("mentoring.urls.requests")),
    path("calendar/", include("mentoring.urls.calendar")),
    path("alerts/", include("mentoring.urls.alerts")),
    path("assessor/", include("mentoring.urls.assessor")),
    path("quality/", include("mentoring.urls.quality")),
    path("imports/", include("mentoring.urls.imports")),
    path("", include("students.urls")),
    path("api/v1/", include("policy_portal.api.urls")),
    path("staff/", include("mentoring.urls.staff")),
    path("staff/", include("policy_portal.staff.urls")),
    path("cases/", include("discipline.urls")),
    path("proceedings/", include("discipline.urls_proceedings")),
    path("admin/", admin.site.urls),
]

if settings.DEBUG:
    from . import style_guide

    urlpatterns += [path("style/", style_guide.page, name="style")]
