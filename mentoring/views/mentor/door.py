"""The door of the mentor dashboard: who is not a mentor finds no page here."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import wraps
from typing import Concatenate, ParamSpec

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone

from accounts.models import User
from accounts.permissions import is_assessor, is_mentor

P = ParamSpec("P")


class MentorRequest(HttpRequest):
    """A request by a mentor, with the one instant at which it arrived (UTC, the server's clock)."""

    user: User
    now: datetime


def mentors_only(
    view: Callable[Concatenate[MentorRequest, P], HttpResponse],
) -> Callable[Concatenate[HttpRequest, P], HttpResponse]:
    """A page for mentors: sign in first; students and staff find nothing here (404)."""

    @login_required
    @wraps(view)
    def guarded(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        if not is_mentor(request.user):
            raise Http404
        request.now = getattr(request, "now", None) or timezone.now()  # type: ignore[attr-defined]  # this makes it a MentorRequest
        return view(request, *args, **kwargs)  # type: ignore[arg-type]  # as of here it is one

    return guarded


def keepers_of_hours(
    view: Callable[Concatenate[MentorRequest, P], HttpResponse],
) -> Callable[Concatenate[HttpRequest, P], HttpResponse]:
    """A page for whoever has hours: mentors and assessors."""

    @login_required
    @wraps(view)
    def guarded(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        if not (is_mentor(request.user) or is_assessor(request.user)):
            raise Http404
        request.now = getattr(request, "now", None) or timezone.now()  # type: ignore[attr-defined]  # this makes it a MentorRequest
        return view(request, *args, **kwargs)  # type: ignore[arg-type]  # as of here it is one

    return guarded
