"""Answers that pages of several audiences give."""

from __future__ import annotations

from django.http import HttpResponseRedirect


class SeeOther(HttpResponseRedirect):
    """The answer to a POST that leads to another page, or to the video conference."""

    status_code = 303
    allowed_schemes = ["http", "https"]
