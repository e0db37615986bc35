"""The list of cases: a student's own, and for staff those of their students; mentors find none (404)."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.doors import PersonRequest
from accounts.permissions import is_school_staff
from discipline import selectors
from discipline.models import CaseState

from .door import students_and_staff

PAGE = 25


@require_safe
@students_and_staff
def cases(request: PersonRequest) -> HttpResponse:
    """The reader's cases: a student's own, staff's by what they see; open ones first to be looked for."""
    user, now = request.user, request.now
    state = request.GET.get("state", "")
    rows = selectors.with_people(selectors.cases_for(user))
    if state in CaseState.values:
        rows = rows.filter(state=state)
    tabs = [("", _("All")), (CaseState.OPEN, _("Open")), (CaseState.WITHDRAWN, _("Withdrawn"))]
    context = {
        "now": now,
        "page": Paginator(rows, PAGE).get_page(request.GET.get("page")),
        "staff": is_school_staff(user),
        "tabs": [
            {"url": f"?state={value}" if value else "?", "label": label, "current": state == value}
            for value, label in tabs
        ],
    }
    return render(request, "discipline/cases.html", context)
