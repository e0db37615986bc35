"""The mentor joins through the portal: recorded by the server's clock before the video link opens."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_POST

from accounts.doors import PersonRequest, mentors_only
from mentoring.models import Participant
from mentoring.selectors.mentor import held_sessions
from mentoring.services import record_join
from mentoring.views.answers import lead_on
from mentoring.words import refusal
from rulebook.errors import RuleError


@require_POST
@mentors_only
def join(request: PersonRequest, pk: int) -> HttpResponse:
    """Records that the mentor joined, now, and leads on to the video conference."""
    session = get_object_or_404(held_sessions(request.user).only("pk", "video_link"), pk=pk)
    try:
        record_join(session_id=session.pk, participant=Participant.MENTOR, by=request.user, now=request.now)
    except RuleError as error:
        messages.error(request, refusal(error))
        return redirect("mentor-session", pk=session.pk)
    return lead_on(request, session.video_link)
