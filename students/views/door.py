"""Doors of the students' pages: who has no business behind one finds no page there (404)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import wraps
from typing import Any, Concatenate, ParamSpec

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone

from accounts.models import User
from accounts.permissions import is_school_staff, is_student

P = ParamSpec("P")


class PersonRequest(HttpRequest):
    """A request by somebody signed in, with the one instant at which it arrived (UTC, the server's clock)."""

    user: User
    now: datetime


View = Callable[Concatenate[PersonRequest, P], HttpResponse]
Guarded = Callable[Concatenate[HttpRequest, P], HttpResponse]


def opened_to(allowed: Callable[[Any], bool]) -> Callable[[View[P]], Guarded[P]]:
    """A page for whom a predicate lets in; sign in first."""

    def guard(view: View[P]) -> Guarded[P]:
        @login_required
        @wraps(view)
        def guarded(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
            if not allowed(request.user):
                raise Http404
            request.now = timezone.now()  # type: ignore[attr-defined]  # this makes it a PersonRequest
            return view(request, *args, **kwargs)  # type: ignore[arg-type]  # as of here it is one

        return guarded

    return guard


for_students = opened_to(is_student)
for_staff = opened_to(is_school_staff)
for_anybody = opened_to(lambda user: True)
