"""Cancelling a session: what follows is said before it is sent."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.doors import PersonRequest, mentors_only
from mentoring.forms import add_refusal
from mentoring.forms.mentor import CancelForm
from mentoring.models import Session, SessionState
from mentoring.selectors import mentor as reads
from mentoring.services import cancel_session
from rulebook.errors import RuleError

from .standing import standings


@require_http_methods(["GET", "HEAD", "POST"])
@mentors_only
def cancel(request: PersonRequest, pk: int) -> HttpResponse:
    """The mentor cancels a session before it starts; it never counts against the student (A6)."""
    session = get_object_or_404(
        reads.held_sessions(request.user).select_related("student__user", "enrolment", "notice"), pk=pk
    )
    form = CancelForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and session.state == SessionState.CANCELLED_BY_MENTOR:
        return redirect("mentor-session", pk=pk)  # sent twice: it is cancelled
    if request.method == "POST" and form.is_valid():
        try:
            cancel_session(
                session_id=session.pk,
                reason=form.cleaned_data["reason"],
                by=request.user,
                now=request.now,
            )
        except RuleError as error:
            add_refusal(form, error)
        else:
            words = {"student": session.student.user.full_name}
            messages.success(
                request,
                _("The session is cancelled. %(student)s has been told and can pick another time.") % words,
            )
            return redirect("mentor-session", pk=pk)
    context: dict[str, Any] = {
        "now": request.now,
        "session": session,
        "student": session.student.user,
        "standing": standings([session], request.now)[0],
        "form": form,
        "rows": _consequences(session),
        "trail": [
            {"label": _("Sessions"), "url": reverse("mentor-sessions")},
            {"label": _("Session"), "url": reverse("mentor-session", args=[session.pk])},
        ],
    }
    return render(request, "mentoring/mentor/cancel.html", context, status=422 if form.errors else 200)


def _consequences(session: Session) -> list[tuple[str, Any]]:
    words = {"student": session.student.user.full_name}
    return [
        (_("The session"), session.starts_at),
        (_("Who is told"), _("%(student)s, by e-mail, at once, with your reason") % words),
        (_("What it counts"), _("Nothing: it does not count against %(student)s") % words),
        (_("Another session"), _("%(student)s, or you, can book one in your free hours") % words),
    ]
