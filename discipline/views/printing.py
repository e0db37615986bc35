"""The file of a case: at once where it is small, in the background with its progress where it is large."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.doors import PersonRequest
from accounts.permissions import is_school_staff
from discipline import selectors
from discipline.models import Case, CasePrint, PrintState
from discipline.printing.keeping import SMALL, ask_for_file, file_name, gather, may_print
from discipline.printing.rendering import render as compile_file

from .door import students_and_staff


def _case(request: PersonRequest, pk: int) -> Case:
    """The case, for whoever may take its file away; 404 for anyone else, a companion among them."""
    rows = selectors.with_people(selectors.cases_for(request.user))
    found = get_object_or_404(rows, pk=pk)
    return found if may_print(request.user, found) else get_object_or_404(rows.none(), pk=pk)


@require_POST
@students_and_staff
def case_file(request: PersonRequest, pk: int) -> HttpResponse:
    """Ask for the file: answered with the PDF, or with the page on which it is waited for."""
    row = _case(request, pk)
    gathered = gather(row, request.user, request.now)
    if gathered.weight > SMALL:
        asked = ask_for_file(case=row, total=len(gathered.annexes), by=request.user, now=request.now)
        return redirect("case-print", pk=row.pk, print_pk=asked.pk)
    return HttpResponse(
        compile_file(gathered),
        content_type="application/pdf",
        headers={
            "Content-Disposition": f'attachment; filename="{file_name(row, request.now)}"',
            "X-Content-Type-Options": "nosniff",
            "Cache-Control": "private, no-store",
        },
    )


@require_safe
@students_and_staff
def case_print(request: PersonRequest, pk: int, print_pk: int) -> HttpResponse:
    """How far a large file is; its asker's alone (abuse 15, 16). It asks again by itself while it is being made."""
    row = _case(request, pk)
    asked = get_object_or_404(
        CasePrint.objects.select_related("document"), pk=print_pk, case=row, asked_by=request.user
    )
    whose = str(row.student) if is_school_staff(request.user) else str(row.get_kind_display())
    context = {
        "now": request.now,
        "case": row,
        "print": asked,
        "waits": asked.state == PrintState.WAITING,
        "failed": asked.state == PrintState.FAILED,
        "trail": [
            {"label": _("Cases"), "url": reverse("cases")},
            {"label": whose, "url": reverse("case", args=[row.pk])},
        ],
    }
    return render(request, "discipline/case_print.html", context)
