"""Attendance certificates to download, by the student and by staff."""

from __future__ import annotations

from datetime import date, datetime

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from accounts.permissions import is_student
from mentoring.certificates import month_of, parse_month, render
from mentoring.selectors import staff as of_staff
from rulebook.dates import local_date
from students.models import Enrolment

from .imports.door import PersonsRequest, only_those_who
from .staff.door import StaffRequest, staff_only


def month_in(enrolment: Enrolment, text: str, now: datetime) -> date:
    """The month of an address, or 404: one that has begun and that the training has days in."""
    month = parse_month(text)
    if month is None or month > local_date(now, enrolment.time_zone):
        raise Http404
    if not enrolment.starts_on.replace(day=1) <= month <= enrolment.last_day:
        raise Http404
    return month


def as_file(pdf: bytes, text: str) -> HttpResponse:
    """A PDF to keep: never shown in the page, never kept by a cache that others share."""
    name = f"attendance-{text}.pdf"
    return HttpResponse(
        pdf,
        content_type="application/pdf",
        headers={
            "Content-Disposition": f'attachment; filename="{name}"',
            "X-Content-Type-Options": "nosniff",
            "Cache-Control": "private, no-store",
        },
    )


@require_safe
@only_those_who(is_student)
def of_own(request: PersonsRequest, pk: int, month: str) -> HttpResponse:
    """A month of one's own training, ended or not."""
    rows = Enrolment.objects.filter(student__user=request.user).select_related("student__user", "path")
    return _certificate(get_object_or_404(rows, pk=pk), month, request.now)


@require_safe
@staff_only
def by_staff(request: StaffRequest, pk: int, month: str) -> HttpResponse:
    """A month of a training that this person sees."""
    return _certificate(get_object_or_404(of_staff.staff_enrolments(request.user), pk=pk), month, request.now)


def _certificate(enrolment: Enrolment, text: str, now: datetime) -> HttpResponse:
    month = month_in(enrolment, text, now)
    return as_file(render(month_of(enrolment, month, now)), text)


def recent_months(enrolment: Enrolment, now: datetime, most: int = 3) -> list[date]:
    """The latest months that have a certificate, the newest first."""
    day = min(local_date(now, enrolment.time_zone), enrolment.last_day).replace(day=1)
    found: list[date] = []
    while len(found) < most and day >= enrolment.starts_on.replace(day=1):
        found.append(day)
        day = day.replace(year=day.year - (day.month == 1), month=12 if day.month == 1 else day.month - 1)
    return found


__all__ = ["as_file", "by_staff", "month_in", "of_own", "recent_months"]
