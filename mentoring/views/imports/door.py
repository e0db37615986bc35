"""The door of the import pages: who may not import finds no page here."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import wraps
from typing import Any, Concatenate, ParamSpec

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone

from accounts.models import User

P = ParamSpec("P")


class PersonsRequest(HttpRequest):
    """A request by someone who is allowed here, with the one instant at which it arrived."""

    user: User
    now: datetime


View = Callable[Concatenate[PersonsRequest, P], HttpResponse]
Guarded = Callable[Concatenate[HttpRequest, P], HttpResponse]


def only_those_who(may: Callable[[Any], bool]) -> Callable[[View[P]], Guarded[P]]:
    """A page for those whom a permission lets in: sign in first; the others find nothing here (404)."""

    def guard(view: View[P]) -> Guarded[P]:
        @login_required
        @wraps(view)
        def guarded(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
            if not may(request.user):
                raise Http404
            request.now = getattr(request, "now", None) or timezone.now()  # type: ignore[attr-defined]  # this makes it a PersonsRequest
            return view(request, *args, **kwargs)  # type: ignore[arg-type]  # as of here it is one

        return guarded

    return guard


def sent(request: HttpRequest) -> tuple[Any, Any]:
    """What a form is bound to: nothing, until it is posted."""
    return (request.POST, request.FILES) if request.method == "POST" else (None, None)
