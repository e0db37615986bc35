"""Attendance certificates to download, by the student and by staff."""

from __future__ import annotations

from datetime import datetime

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from accounts.permissions import is_student
from mentoring.certificates import month_of, render
from mentoring.certificates.answering import as_file, month_in
from mentoring.selectors import staff as of_staff
from students.models import Enrolment

from .imports.door import PersonsRequest, only_those_who
from .staff.door import StaffRequest, staff_only


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
