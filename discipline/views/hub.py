"""One case: what it is about, where it stands, what comes next; then its parts."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.doors import PersonRequest
from discipline import selectors
from discipline.models import OPEN_STATES, PENDING_STATES
from discipline.permissions.reading import MAY_PRINT, OF_THE_SCHOOL, ReadsAs, reads_as
from discipline.selectors.next_step import step_of
from discipline.selectors.timeline import timeline
from discipline.selectors.whole import Whole

from .door import students_and_staff
from .parts import parts_of


@require_safe
@students_and_staff
def case(request: PersonRequest, pk: int) -> HttpResponse:
    """The page; what a reader has no business with is not there (404)."""
    user, now = request.user, request.now
    row = get_object_or_404(selectors.with_people(selectors.cases_for(user)), pk=pk)
    whole = Whole(row)
    seat = reads_as(user, whole)
    step = step_of(whole, user, now)
    context: dict[str, Any] = {
        "now": now,
        "case": row,
        "own": seat == ReadsAs.STUDENT,
        "school": seat in OF_THE_SCHOOL,
        "may_print": seat in MAY_PRINT,
        "is_open": row.state in OPEN_STATES,
        "is_pending": row.state in PENDING_STATES,
        "step": step,
        "steps": timeline(whole, seat, step),
        "parts": list(parts_of(row, user, now)),
        "trail": [{"label": _("Cases"), "url": reverse("cases")}],
    }
    return render(request, "discipline/case.html", context)
