"""A mentor sends the recording of a session; they do not see it again (2.5)."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.doors import PersonRequest, mentors_only
from mentoring.forms import add_refusal
from mentoring.forms.recordings import SessionRecordingForm
from mentoring.selectors import mentor as reads
from mentoring.selectors.recordings import has_agreed_to_filming, sent_for
from mentoring.services.recordings import keep_recording
from rulebook.errors import RuleError
from rulebook.policy import policy_at


@require_http_methods(["GET", "HEAD", "POST"])
@mentors_only
def recording(request: PersonRequest, pk: int) -> HttpResponse:
    session = get_object_or_404(
        reads.seen_sessions(request.user, request.now).select_related("student__user"),
        pk=pk,
        mentor__user=request.user,
        starts_at__lte=request.now,
    )
    post = request.method == "POST"
    form = SessionRecordingForm(request.POST if post else None, request.FILES if post else None)
    if post and form.is_valid():
        try:
            made = keep_recording(
                session_id=session.pk, upload=form.cleaned_data["file"], by=request.user, now=request.now
            )
        except RuleError as error:
            add_refusal(form, error)
        else:
            messages.success(
                request,
                _("The recording is kept. It is deleted on its day, and the student sees that it is there."),
            )
            return redirect("mentor-session", pk=made.session_id)
    context = {
        "now": request.now,
        "form": form,
        "session": session,
        "student": session.student.user,
        "agreed": all(
            has_agreed_to_filming(session.student_id, at) for at in (session.starts_at, request.now)
        ),
        "sent": sent_for(session),
        "policy": policy_at(session.starts_at),
        "trail": [
            {"label": _("Sessions"), "url": reverse("mentor-sessions")},
            {"label": _("Session"), "url": reverse("mentor-session", args=[session.pk])},
        ],
    }
    return render(request, "mentoring/mentor/recording.html", context, status=422 if form.errors else 200)
