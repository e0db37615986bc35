"""The home of the school's staff: what needs a decision, the oldest deadline first."""

from __future__ import annotations

from collections import Counter
from typing import Any

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from accounts.doors import PersonRequest, staff_only
from mentoring.words import refusal
from record.services import retry_message
from rulebook.errors import RuleError

from .items import KINDS, failed_messages, gather
from .paths import path_choices

PAGE = 25


class WorklistFilter(forms.Form):
    """What to show; it stands in the address."""

    path = forms.ChoiceField(label=gettext_lazy("Path"), required=False)
    mine = forms.ChoiceField(
        label=gettext_lazy("Which"),
        required=False,
        choices=[("", gettext_lazy("All that I see")), ("1", gettext_lazy("What I decide"))],
    )
    kind = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, paths: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["path"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = paths


@require_safe
@staff_only
def home(request: PersonRequest) -> HttpResponse:
    """The worklist, with its filters in the address."""
    form = WorklistFilter(request.GET, paths=path_choices(request.user))
    form.is_valid()
    wanted = form.cleaned_data
    path_id = int(wanted["path"]) if wanted.get("path") else None
    items = gather(request.user, request.now, path_id)
    if wanted.get("mine"):
        items = [item for item in items if item.mine]
    counts = Counter(item.kind for item in items)
    kind = wanted.get("kind") or ""
    shown = [item for item in items if item.kind == kind] if kind in KINDS else items
    tabs = [("", _("All"), len(items)), *((key, label, counts[key]) for key, label in KINDS.items())]
    context = {
        "now": request.now,
        "form": form,
        "page": Paginator(shown, PAGE).get_page(request.GET.get("page")),
        "tabs": [
            {"url": _with(request, key), "label": label, "count": count, "current": key == kind}
            for key, label, count in tabs
            if count or key in ("", kind)
        ],
    }
    return render(request, "staff/home.html", context)


def _with(request: PersonRequest, kind: str) -> str:
    params = request.GET.copy()
    params.pop("page", None)
    params.pop("kind", None)
    if kind:
        params["kind"] = kind
    return f"?{params.urlencode()}"


@require_POST
@staff_only
def message_retry(request: PersonRequest, pk: int) -> HttpResponse:
    """A message that could not be sent goes back into the outbox (R2)."""
    row = get_object_or_404(failed_messages(request.user), pk=pk)
    try:
        retry_message(message_id=row.pk, by=request.user, now=request.now)
    except RuleError as error:
        messages.error(request, refusal(error))
    else:
        messages.success(request, _("The message is sent again within a minute."))
    return redirect("staff-home")
