"""Attendance certificates to download, by the student and by staff."""

from __future__ import annotations

from datetime import datetime

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from accounts.doors import PersonRequest, staff_only, students_only
from mentoring.certificates import month_of, render
from mentoring.certificates.answering import as_file, month_in
from mentoring.selectors import staff as of_staff
from students.models import Enrolment


@require_safe
@students_only
def of_own(request: PersonRequest, pk: int, month: str) -> HttpResponse:
    """A month of one's own training, ended or not."""
    rows = Enrolment.objects.filter(student__user=request.user).select_related("student__user", "path")
    return _certificate(get_object_or_404(rows, pk=pk), month, request.now)


@require_safe
@staff_only
def by_staff(request: PersonRequest, pk: int, month: str) -> HttpResponse:
    """A month of a training that this person sees."""
    return _certificate(get_object_or_404(of_staff.staff_enrolments(request.user), pk=pk), month, request.now)


def _certificate(enrolment: Enrolment, text: str, now: datetime) -> HttpResponse:
    month = month_in(enrolment, text, now)
    return as_file(render(month_of(enrolment, month, now)), text)
