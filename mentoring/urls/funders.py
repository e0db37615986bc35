"""A funder's scope of the API, under /api/v1/funder/."""

from __future__ import annotations

from django.urls import path

from mentoring.api import funders

urlpatterns = [
    path("token/", funders.Token.as_view(), name="funder-token"),
    path("students/", funders.Students.as_view(), name="funder-students"),
    path("students/<int:pk>/", funders.Student.as_view(), name="funder-student"),
    path("students/<int:pk>/attendance/", funders.Attendance.as_view(), name="funder-attendance"),
    path(
        "students/<int:pk>/certificates/<str:month>/",
        funders.CertificateFile.as_view(),
        name="funder-certificate",
    ),
    path("approvals/", funders.Approvals.as_view(), name="funder-approvals"),
    path("approvals/<int:pk>/", funders.Approval.as_view(), name="funder-approval"),
    path("approvals/<int:pk>/answer/", funders.Answer.as_view(), name="funder-answer"),
]
