"""A certificate as an answer: which months there are, and the file that every door gives."""

from __future__ import annotations

from datetime import date, datetime

from django.http import Http404, HttpResponse

from rulebook.dates import local_date
from students.models import Enrolment

from .facts import parse_month


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


def recent_months(enrolment: Enrolment, now: datetime, most: int = 3) -> list[date]:
    """The latest months that have a certificate, the newest first."""
    day = min(local_date(now, enrolment.time_zone), enrolment.last_day).replace(day=1)
    found: list[date] = []
    while len(found) < most and day >= enrolment.starts_on.replace(day=1):
        found.append(day)
        day = day.replace(year=day.year - (day.month == 1), month=12 if day.month == 1 else day.month - 1)
    return found
