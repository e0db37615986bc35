"""Every past and coming session with its verdict and why; one session with its whole history."""

from __future__ import annotations

from typing import Any

from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.doors import PersonRequest, students_only
from mentoring.forms.student import SessionFilter
from mentoring.models import Session, SessionState
from mentoring.selectors import student as reads
from mentoring.services.exception_requests import why_not
from mentoring.words import fact_rows, rule_of, why
from record.selectors import entries_for
from record.words import tell
from rulebook.dates import local_date
from rulebook.policy import policy_at

from .home import next_card

PAGE = 20


@require_safe
@students_only
def sessions(request: PersonRequest) -> HttpResponse:
    form = SessionFilter(request.GET)
    form.is_valid()
    when = request.GET.get("when", "")
    rows = _filtered(reads.with_story(reads.own_sessions(request.user)), form.cleaned_data)
    if when == "coming":
        rows = rows.filter(ends_at__gt=request.now).order_by("starts_at", "pk")
    elif when == "past":
        rows = rows.filter(ends_at__lte=request.now)
    page = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    for row in page:
        row.why = why(row)  # type: ignore[attr-defined]  # one sentence for the row
    return render(
        request,
        "mentoring/student/sessions.html",
        {
            "now": request.now,
            "form": form,
            "when": when,
            "page": page,
            "tabs": [
                {"url": _with(request, when=value), "label": label, "current": value == when}
                for value, label in (("", _("All")), ("coming", _("To come")), ("past", _("Past")))
            ],
        },
    )


def _with(request: PersonRequest, when: str) -> str:
    params = request.GET.copy()
    params.pop("page", None)
    params.pop("when", None)
    if when:
        params["when"] = when
    return f"?{params.urlencode()}"


def _filtered(rows: QuerySet[Session], wanted: dict[str, Any]) -> QuerySet[Session]:
    if wanted.get("state"):
        rows = rows.filter(state=wanted["state"])
    if wanted.get("first"):
        rows = rows.filter(starts_at__date__gte=wanted["first"])
    if wanted.get("last"):
        rows = rows.filter(starts_at__date__lte=wanted["last"])
    return rows


@require_safe
@students_only
def session(request: PersonRequest, pk: int) -> HttpResponse:
    """One session: what became of it and why, what can be done about it, and all that was recorded of it."""
    now = request.now
    row = get_object_or_404(
        reads.with_story(reads.own_sessions(request.user)).select_related(
            "student",
            "mentor__user",
            "enrolment__path",
            "absence__contest",
            "notice",
            "replaces",
            "exception",
            "exception_request",
        ),
        pk=pk,
    )
    absence = getattr(row, "absence", None)
    contest = getattr(absence, "contest", None) if absence else None
    unauthorised = row.state == SessionState.UNAUTHORISED_ABSENCE and absence is not None
    entries = entries_for(request.user, request.user, about=f"mentoring.session:{row.pk}").order_by("seq")
    can_book = (
        row.state in reads.CANCELLED
        or (absence is not None and absence.withdrawn_at is None and absence.rebooked_at is None)
    ) and reads.bookable(row, policy_at(now).attendance, now)
    context = {
        "now": now,
        "session": row,
        "decided": row.state != SessionState.SCHEDULED,
        "pending": row.state == SessionState.SCHEDULED and row.ends_at <= now,
        "card": next_card(row, now) if row.state == SessionState.SCHEDULED and row.ends_at > now else None,
        "absence": absence,
        "contest": contest,
        "why": why(row),
        "facts": fact_rows(row),
        "rule": rule_of(row),
        "contest_url": reverse("student-contest", args=[absence.pk])
        if absence is not None and unauthorised and contest is None
        else "",
        "contested": _contested(contest),
        "can_book": can_book,
        "can_ask": why_not(row, now) is None,
        "replacement": reads.own_sessions(request.user)
        .filter(replaces=row, released_at__isnull=True)
        .first(),
        "notes": reads.own_notes(request.user).filter(session=row),
        "history": [tell(entry, reader=request.user) for entry in entries],
        "day": local_date(row.starts_at, row.enrolment.time_zone),
        "trail": [{"label": _("Sessions"), "url": reverse("student-sessions")}],
    }
    return render(request, "mentoring/student/session.html", context)


def _contested(contest: Any) -> str:
    if contest is None:
        return ""
    if contest.decided_at is None:
        return _("You contested this: Student Success decides")
    return _("You contested this: %(outcome)s") % {"outcome": contest.get_outcome_display()}
