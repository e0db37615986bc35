"""Absences and what they ask of the student: reasons, another session, and the way to contest."""

from __future__ import annotations

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.doors import PersonRequest, students_only
from mentoring.forms import add_refusal
from mentoring.forms.student import ContestForm, ReasonsForm
from mentoring.models import Absence, SessionState
from mentoring.selectors import student as reads
from mentoring.services import contest_absence, give_reasons
from mentoring.words import fact_rows, rule_of, why
from rulebook.errors import RuleError
from rulebook.policy import policy_at

PAGE = 20


@require_safe
@students_only
def absences(request: PersonRequest) -> HttpResponse:
    now, terms = request.now, policy_at(request.now).attendance
    rows = reads.with_session(reads.own_absences(request.user))
    page = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    for row in page:
        row.why = why(row.session)  # type: ignore[attr-defined]  # one sentence for the row
        row.can_book = (  # type: ignore[attr-defined]  # for the template
            row.withdrawn_at is None and row.rebooked_at is None and reads.bookable(row.session, terms, now)
        )
        row.can_contest = (  # type: ignore[attr-defined]  # for the template
            row.withdrawn_at is None
            and row.session.state == SessionState.UNAUTHORISED_ABSENCE
            and not hasattr(row, "contest")
        )
    return render(request, "mentoring/student/absences.html", {"now": now, "page": page})


def _own(request: PersonRequest, pk: int) -> Absence:
    return get_object_or_404(reads.with_session(reads.own_absences(request.user)), pk=pk)


@require_http_methods(["GET", "HEAD", "POST"])
@students_only
def reasons(request: PersonRequest, pk: int) -> HttpResponse:
    """The student tells the mentor why (A8); what was typed stays when a rule refuses it."""
    absence = _own(request, pk)
    form = ReasonsForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data["reasons"].strip()
        if absence.reasons.endswith(given) and absence.reasons_at is not None:
            return redirect("student-session", pk=absence.session_id)  # sent twice: nothing is added
        try:
            give_reasons(absence_id=absence.pk, reasons=given, by=request.user, now=request.now)
        except RuleError as error:
            add_refusal(form, error)
        else:
            mentor = absence.session.mentor.user.full_name
            messages.success(
                request, _("Your reasons were received. %(mentor)s has been told.") % {"mentor": mentor}
            )
            if absence.rebooked_at is None and reads.bookable(
                absence.session, policy_at(request.now).attendance, request.now
            ):
                return redirect("student-book", pk=absence.session_id)
            return redirect("student-session", pk=absence.session_id)
    context = {"now": request.now, "absence": absence, "form": form, "trail": _trail(absence)}
    return render(request, "mentoring/student/reasons.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@students_only
def contest(request: PersonRequest, pk: int) -> HttpResponse:
    """The student objects to an absence; Student Success decides (A7)."""
    absence = _own(request, pk)
    if hasattr(absence, "contest"):
        return redirect("student-session", pk=absence.session_id)
    form = ContestForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            contest_absence(
                absence_id=absence.pk,
                statement=form.cleaned_data["statement"],
                by=request.user,
                now=request.now,
            )
        except RuleError as error:
            add_refusal(form, error)
        else:
            messages.success(
                request, _("Your objection was received. Student Success has been told and decides.")
            )
            return redirect("student-session", pk=absence.session_id)
    session = absence.session
    context = {
        "now": request.now,
        "absence": absence,
        "session": session,
        "form": form,
        "why": why(session),
        "facts": fact_rows(session),
        "rule": rule_of(session),
        "possible": absence.withdrawn_at is None and session.state == SessionState.UNAUTHORISED_ABSENCE,
        "trail": _trail(absence),
    }
    return render(request, "mentoring/student/contest.html", context, status=422 if form.errors else 200)


def _trail(absence: Absence) -> list[dict[str, str]]:
    return [
        {"label": _("Absences"), "url": reverse("student-absences")},
        {"label": _("Session"), "url": reverse("student-session", args=[absence.session_id])},
    ]
