"""Asking Student Success for an exception on a student's behalf (A4)."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.doors import PersonRequest, mentors_only
from mentoring.forms import add_refusal
from mentoring.forms.mentor import AskExceptionForm
from mentoring.selectors import mentor as reads
from mentoring.services.exception_requests import ask_exception, why_not
from mentoring.words import refusal
from rulebook.errors import RuleError


@require_http_methods(["GET", "HEAD", "POST"])
@mentors_only
def exception(request: PersonRequest, pk: int) -> HttpResponse:
    """The mentor of a session asks for its student, who is told."""
    session = get_object_or_404(
        reads.held_sessions(request.user).select_related("student__user", "exception", "exception_request"),
        pk=pk,
    )
    if request.method == "POST" and hasattr(session, "exception_request"):
        return redirect("mentor-session", pk=pk)  # sent twice: the first one stands
    form = AskExceptionForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            ask_exception(
                session_id=session.pk, reason=form.cleaned_data["reason"], by=request.user, now=request.now
            )
        except RuleError as error:
            add_refusal(form, error)
        else:
            messages.success(request, _("Student Success and the student have been told."))
            return redirect("mentor-session", pk=pk)
    refused = why_not(session, request.now)
    context = {
        "now": request.now,
        "session": session,
        "other": session.student.user,
        "form": form,
        "refused": refusal(refused) if refused else "",
        "back": reverse("mentor-session", args=[pk]),
        "trail": [
            {"label": _("Sessions"), "url": reverse("mentor-sessions")},
            {"label": _("Session"), "url": reverse("mentor-session", args=[pk])},
        ],
    }
    return render(request, "mentoring/ask_exception.html", context, status=422 if form.errors else 200)
