"""Joining through the portal: the join is recorded by the server's clock before the video link opens."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_POST

from accounts.doors import PersonRequest, students_only
from mentoring.models import Participant
from mentoring.selectors.student import own_sessions
from mentoring.services import record_join
from mentoring.views.answers import lead_on
from mentoring.words import refusal
from rulebook.errors import RuleError


@require_POST
@students_only
def join(request: PersonRequest, pk: int) -> HttpResponse:
    """Records that the student joined, now, and leads on to the video conference."""
    session = get_object_or_404(own_sessions(request.user).only("pk", "video_link"), pk=pk)
    try:
        record_join(session_id=session.pk, participant=Participant.STUDENT, by=request.user, now=request.now)
    except RuleError as error:
        messages.error(request, refusal(error))
        return redirect("student-home")
    return lead_on(request, session.video_link)
