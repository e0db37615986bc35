"""Finding the case of an address, and what every act on it has in common; 404 to whoever has no business with it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.doors import PersonRequest
from discipline.models import Case
from discipline.selectors import cases_for, with_people
from rulebook.errors import RuleError

METHODS = ("GET", "HEAD", "POST")


def find(request: PersonRequest, pk: int) -> Case:
    return get_object_or_404(with_people(cases_for(request.user)), pk=pk)


def only(allowed: object) -> None:
    """An act that is not theirs is not there."""
    if not allowed:
        raise Http404


def page_of(case: Case, part: str = "") -> str:
    return reverse("case", args=[case.pk]) + (f"#{part}" if part else "")


def common(case: Case, part: str) -> dict[str, Any]:
    """What every act on a case shows: whom it is about, and the way back."""
    return {
        "lead": f"{case.student} · {case.enrolment.path.title}",
        "back": page_of(case, part),
        "trail": [
            {"label": _("Cases"), "url": reverse("cases")},
            {"label": str(case.student), "url": page_of(case)},
        ],
    }


def by_button(request: PersonRequest, back: str, do: Callable[[], Any], done: str) -> HttpResponse:
    """An act that one button does; what a rule refuses is said on the page that it came from."""
    try:
        do()
    except RuleError as error:
        messages.error(request, _(error.message) % error.params if error.params else _(error.message))
    else:
        messages.success(request, done)
    return redirect(back)
