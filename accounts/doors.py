"""The doors of the pages: sign in first; who has no business behind one finds no page there (404).

A door also reads the clock, once: ``request.now`` is the instant at which the request came, and stays it when the
request is tried again (``accounts.contention``), so that nobody is late because the database was busy.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import wraps
from typing import Any, Concatenate, ParamSpec, TypeVar

from django.contrib.auth.decorators import login_required
from django.db.models import BigIntegerField
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.utils import timezone

from accounts.models import User
from accounts.permissions import is_assessor, is_mentor, is_quality, is_school_staff, is_student

P = ParamSpec("P")
R = TypeVar("R", bound=HttpResponseBase)


class PersonRequest(HttpRequest):
    """A request by somebody signed in, with the one instant at which it came (UTC, the server's clock)."""

    user: User
    now: datetime


View = Callable[Concatenate[PersonRequest, P], R]
Guarded = Callable[Concatenate[HttpRequest, P], R]


def came_at(request: HttpRequest) -> datetime:
    """When the request came: the clock is read the first time that somebody asks."""
    now: datetime | None = getattr(request, "now", None)
    if now is None:
        now = timezone.now()
        request.now = now  # type: ignore[attr-defined]  # PersonRequest has it
    return now


def _is_no_id(value: object) -> bool:
    """Whether an address names a number that no row can have: databases refuse to look for it."""
    return isinstance(value, int) and value > BigIntegerField.MAX_BIGINT


def opened_to(allowed: Callable[[Any], bool]) -> Callable[[View[P, R]], Guarded[P, R]]:
    """A page for whom a predicate lets in."""

    def guard(view: View[P, R]) -> Guarded[P, R]:
        @login_required
        @wraps(view)
        def guarded(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> R:
            if not allowed(request.user) or any(_is_no_id(value) for value in kwargs.values()):
                raise Http404
            came_at(request)
            return view(request, *args, **kwargs)  # type: ignore[arg-type]  # as of here it is a PersonRequest

        return guarded

    return guard


signed_in = opened_to(lambda user: True)
students_only = opened_to(is_student)
mentors_only = opened_to(is_mentor)
assessors_only = opened_to(is_assessor)
keepers_of_hours = opened_to(is_mentor | is_assessor)
quality_only = opened_to(is_quality)
staff_only = opened_to(is_school_staff)
"""Student Success, Learning Managers, Head of Learning, administrators. Which rows a page shows, selectors say."""
