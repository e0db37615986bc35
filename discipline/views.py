"""Cases: the list and the page, for the student concerned and for the school's staff; mentors find none (404)."""

from __future__ import annotations

from typing import Any

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.doors import PersonRequest, opened_to
from accounts.permissions import is_school_staff, is_student
from discipline import selectors
from discipline.models import Case, CaseState
from discipline.services import UNDONE
from mentoring.words import fact_rows, rule_of, why
from record.selectors import entries_for
from record.words import tell
from rulebook.words import Reader

PAGE = 25


students_and_staff = opened_to(is_student | is_school_staff)


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


@require_safe
@students_and_staff
def case(request: PersonRequest, pk: int) -> HttpResponse:
    """One case: what it is about, where it stands, what comes next."""
    user, now = request.user, request.now
    row = get_object_or_404(selectors.with_people(selectors.cases_for(user)), pk=pk)
    own = row.student.user_id == user.pk
    reader = Reader.STUDENT if own else Reader.OTHER
    entries = entries_for(user, row.student.user, about=f"discipline.case:{row.pk}").order_by("seq")
    context = {
        "now": now,
        "case": row,
        "own": own,
        "absences": [_absence(member.absence, own, reader) for member in selectors.absences_of(row)],
        "steps": steps(row, own),
        "history": [tell(entry, reader=user, own=own) for entry in entries],
        "trail": [{"label": _("Cases"), "url": reverse("cases")}],
    }
    return render(request, "discipline/case.html", context)


def _absence(absence: Any, own: bool, reader: Reader) -> dict[str, Any]:
    session = absence.session
    contest = getattr(absence, "contest", None)
    url = ""
    if own and contest is None and absence.withdrawn_at is None and session.state == "unauthorised_absence":
        url = reverse("student-contest", args=[absence.pk])
    return {
        "session": session,
        "why": why(session, reader),
        "facts": fact_rows(session, reader),
        "rule": rule_of(session),
        "url": reverse("student-session" if own else "staff-session", args=[session.pk]),
        "contest": contest,
        "contest_page": reverse("staff-contest", args=[contest.pk]) if contest and not own else "",
        "contest_url": url,
    }


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
