"""The door of the student portal: who is not a student finds no page here."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import wraps
from typing import Concatenate, ParamSpec

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone

from accounts.models import User
from accounts.permissions import is_student

P = ParamSpec("P")


class StudentRequest(HttpRequest):
    """A request by a student, with the one instant at which it arrived (UTC, the server's clock)."""

    user: User
    now: datetime


def students_only(
    view: Callable[Concatenate[StudentRequest, P], HttpResponse],
) -> Callable[Concatenate[HttpRequest, P], HttpResponse]:
    """A page for students: sign in first; mentors and staff find nothing here (404)."""

    @login_required
    @wraps(view)
    def guarded(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        if not is_student(request.user):
            raise Http404
        request.now = getattr(request, "now", None) or timezone.now()  # type: ignore[attr-defined]  # this makes it a StudentRequest
        return view(request, *args, **kwargs)  # type: ignore[arg-type]  # as of here it is one

    return guarded
