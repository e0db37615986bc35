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
from discipline.models import Case, CaseState
from discipline.services import UNDONE

from .door import students_and_staff
from .parts import parts_of


@require_safe
@students_and_staff
def case(request: PersonRequest, pk: int) -> HttpResponse:
    """The page; what a reader has no business with is not there (404)."""
    user, now = request.user, request.now
    row = get_object_or_404(selectors.with_people(selectors.cases_for(user)), pk=pk)
    own = row.student.user_id == user.pk
    context = {
        "now": now,
        "case": row,
        "own": own,
        "steps": steps(row, own),
        "parts": list(parts_of(row, user, now)),
        "trail": [{"label": _("Cases"), "url": reverse("cases")}],
    }
    return render(request, "discipline/case.html", context)


def steps(row: Case, own: bool) -> list[dict[str, Any]]:
    """What is done, where the case stands, and what comes next, in plain words."""
    clause = {"clause": row.clause, "policy": row.policy_id}
    done = [
        {
            "title": _("The third unauthorised absence in a row"),
            "state": "done",
            "at": row.opened_at,
            "text": _("The case opened by itself, and you were told by e-mail.")
            if own
            else _("The case opened by itself; student, Learning Manager and Head of Learning were told."),
            **clause,
        }
    ]
    if row.state == CaseState.WITHDRAWN:
        return [
            *done,
            {
                "title": _("Withdrawn"),
                "state": "done",
                "icon": "undo-2",
                "at": row.withdrawn_at,
                "text": _(row.withdrawal_reason or UNDONE),
                **clause,
            },
        ]
    return [
        *done,
        {
            "title": _("Open before the Disciplinary Board"),
            "state": "now",
            "who": _("Head of Learning"),
            "text": _("You can still contest an absence that is wrong: a correction withdraws the case.")
            if own
            else _(
                "A contest that is upheld, or an exception, withdraws it as long as the Board has not decided."
            ),
            **clause,
        },
        {
            "title": _("Written information on the complaints"),
            "state": "next",
            "text": _("No penalty of any kind comes before it."),
            "clause": "4.1",
            "policy": row.policy_id,
        },
        {
            "title": _("The Board's meeting and decision"),
            "state": "next",
            "text": _("A summons comes at least three days before a meeting. The student is heard first."),
            "clause": "4.1",
            "policy": row.policy_id,
        },
    ]
