"""Answers that pages of several audiences give."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


def lead_on(request: HttpRequest, video_link: str) -> HttpResponse:
    """The answer to a join: a page that leads on to the video conference by itself, and by a link.

    Not a redirect: browsers hold a form's redirects against form-action, which would then have to name every
    provider there is. So no form of the portal leads anywhere else (content security policy).
    """
    answer = render(request, "mentoring/leading_on.html", {"video_link": video_link})
    if video_link.startswith(("https://", "http://")):
        answer["Refresh"] = f"0; url={video_link}"
    return answer
