"""Who may see which uploaded reports."""

from __future__ import annotations

from django.db.models import QuerySet

from accounts.models import User
from mentoring.models import ConferenceReport, ReportRow
from mentoring.permissions import can_upload_report

from .sessions import Person


def reports_of(user: Person) -> QuerySet[ConferenceReport]:
    """A report is its uploader's alone; the facts that it told are in each session's history."""
    if not isinstance(user, User) or not can_upload_report(user):
        return ConferenceReport.objects.none()
    return ConferenceReport.objects.filter(uploaded_by=user).defer("content")


def rows_of_report(user: Person, report_id: int) -> QuerySet[ReportRow]:
    """The participants of one of these reports, in its order."""
    return ReportRow.objects.filter(report__in=reports_of(user), report_id=report_id).order_by(
        "line", "counted_at", "pk"
    )
