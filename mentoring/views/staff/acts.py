"""One act of the school on somebody, in two steps: what is to be done, and what will follow from it.

Only the second step writes. Without JavaScript both are plain forms; what was typed goes with them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render

from accounts.doors import PersonRequest
from mentoring.forms import add_refusal
from record.words import Sentence
from rulebook.errors import RuleError

Rows = Sequence[tuple[Any, Any]]


@dataclass(frozen=True, slots=True)
class Act:
    """What a page does: the form that it asks with, what will follow, the service that does it, what to say after.

    ``follows`` and ``do`` get the cleaned form. ``about`` are facts shown above the form, ``extra`` goes to the
    template, ``lead_back`` says where to go with what was made. What a rule refuses in either step stands by its field.
    """

    title: str
    lead: str | Sentence
    form: Callable[..., forms.Form]
    follows: Callable[[Any], Rows]
    do: Callable[[Any], Any]
    done: Callable[[Any], str]
    back: str
    submit: str
    undo: str = ""
    tone: str = ""
    about: Rows = ()
    trail: Sequence[Mapping[str, str]] = ()
    initial: Mapping[str, Any] = field(default_factory=dict)
    template: str = "mentoring/staff/act.html"
    extra: Mapping[str, Any] = field(default_factory=dict)
    # One step alone: a file cannot be carried through a page that asks again.
    direct: bool = False
    lead_back: Callable[[Any], str] | None = None


def perform(request: PersonRequest, act: Act) -> HttpResponse:
    """Ask, show what will follow, do it, and lead back."""
    posted = request.method == "POST"
    form = act.form(request.POST, request.FILES) if posted else act.form(initial=dict(act.initial))
    context: dict[str, Any] = {**act.extra, "now": request.now, "act": act, "form": form, "trail": act.trail}
    if posted and form.is_valid() and "change" not in request.POST:
        try:
            if "confirmed" not in request.POST and form.fields and not act.direct:
                context["rows"] = act.follows(form)
                return render(request, "mentoring/staff/confirm.html", context)
            made = act.do(form)
        except RuleError as error:
            add_refusal(form, error)
        else:
            messages.success(request, act.done(made))
            return redirect(act.lead_back(made) if act.lead_back else act.back)
    if not form.fields:
        context["rows"] = act.follows(form)
        return render(
            request, "mentoring/staff/confirm.html", context, status=409 if posted and form.errors else 200
        )
    refused = posted and form.errors and "change" not in request.POST
    return render(request, act.template, context, status=422 if refused else 200)
