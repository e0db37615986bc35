"""Asking Student Success for an exception before a session (A4)."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.doors import PersonRequest, students_only
from mentoring.forms import add_refusal
from mentoring.forms.student import AskExceptionForm
from mentoring.selectors import student as reads
from mentoring.services.exception_requests import ask_exception, why_not
from mentoring.words import refusal
from rulebook.errors import RuleError


@require_http_methods(["GET", "HEAD", "POST"])
@students_only
def exception(request: PersonRequest, pk: int) -> HttpResponse:
    """The circumstance goes to Student Success, who answers; it is no notice."""
    session = get_object_or_404(
        reads.own_sessions(request.user).select_related("mentor__user", "exception", "exception_request"),
        pk=pk,
    )
    if request.method == "POST" and hasattr(session, "exception_request"):
        return redirect("student-session", pk=pk)  # sent twice: the first one stands
    form = AskExceptionForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            ask_exception(
                session_id=session.pk, reason=form.cleaned_data["reason"], by=request.user, now=request.now
            )
        except RuleError as error:
            add_refusal(form, error)
        else:
            messages.success(request, _("Student Success has been told and answers by e-mail."))
            return redirect("student-session", pk=pk)
    refused = why_not(session, request.now)
    context = {
        "now": request.now,
        "session": session,
        "other": session.mentor.user,
        "form": form,
        "refused": refusal(refused) if refused else "",
        "back": reverse("student-session", args=[pk]),
        "trail": [
            {"label": _("Sessions"), "url": reverse("student-sessions")},
            {"label": _("Session"), "url": reverse("student-session", args=[pk])},
        ],
    }
    return render(request, "mentoring/ask_exception.html", context, status=422 if form.errors else 200)
