"""The list of cases: staff's by stage and oldest deadline; a student's own, and those that they sit on or accompany."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.paginator import Paginator
from django.db.models import Case as When
from django.db.models import Count, F, Q, QuerySet, Value
from django.db.models import When as If
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from accounts.doors import PersonRequest
from accounts.models import User
from accounts.permissions import is_school_staff
from discipline import selectors
from discipline.models import FINAL_STATES, OPEN_STATES, BoardMember, Case, CaseKind, CaseState
from discipline.words import NEXT

from .door import students_and_staff

PAGE = 25
ENDED = "ended"


class CaseFilter(forms.Form):
    """Search and filters; they stand in the address."""

    q = forms.CharField(
        label=gettext_lazy("Name, e-mail or reference"),
        required=False,
        max_length=100,
        widget=forms.TextInput(attrs={"type": "search", "autocomplete": "off"}),
    )
    kind = forms.ChoiceField(
        label=gettext_lazy("About"), required=False, choices=[("", gettext_lazy("All")), *CaseKind.choices]
    )
    path = forms.ChoiceField(label=gettext_lazy("Path"), required=False)
    mine = forms.ChoiceField(
        label=gettext_lazy("Which"),
        required=False,
        choices=[("", gettext_lazy("All that I see")), ("1", gettext_lazy("On whose Board I sit"))],
    )
    stage = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, data: Any, *, rows: QuerySet[Case]) -> None:
        super().__init__(data)
        field = self.fields["path"]
        assert isinstance(field, forms.ChoiceField)
        paths = rows.order_by("enrolment__path__title").values_list(
            "enrolment__path", "enrolment__path__title"
        )
        field.choices = [("", _("All Paths")), *((str(pk), title) for pk, title in paths.distinct())]


def fitting(rows: QuerySet[Case], wanted: dict[str, Any], user: User) -> QuerySet[Case]:
    """The cases that fit a search, of those that the reader sees."""
    for word in str(wanted.get("q") or "").split():
        rows = rows.filter(
            Q(student__user__given_name__icontains=word)
            | Q(student__user__family_name__icontains=word)
            | Q(student__user__email__icontains=word)
            | Q(student__reference__icontains=word)
        )
    if wanted.get("kind"):
        rows = rows.filter(kind=wanted["kind"])
    if wanted.get("path"):
        rows = rows.filter(enrolment__path=wanted["path"])
    if wanted.get("mine"):
        seats = BoardMember.objects.filter(user=user, recused_at__isnull=True, left_at__isnull=True)
        rows = rows.filter(pk__in=seats.values("case"))
    return rows


def in_stage(rows: QuerySet[Case], stage: str) -> QuerySet[Case]:
    """The cases of one stage, of all that are open (the default), or of those that ended."""
    if stage in CaseState.values:
        return rows.filter(state=stage)
    return rows.filter(state__in=FINAL_STATES if stage == ENDED else OPEN_STATES)


def oldest_deadline_first(rows: QuerySet[Case]) -> QuerySet[Case]:
    """What is owed soonest first; what nobody has a deadline for after it, by stage and since when it is open; what
    ended last of all, the newest first."""
    ended = When(If(state__in=FINAL_STATES, then=Value(1)), default=Value(0))
    return rows.order_by(ended, F("next_due_at").asc(nulls_last=True), "opened_at", "pk")


@require_safe
@students_and_staff
def cases(request: PersonRequest) -> HttpResponse:
    """The list, a page at a time."""
    user, now = request.user, request.now
    rows = selectors.cases_for(user)
    if not is_school_staff(user):
        found = selectors.with_people(rows).order_by("-opened_at", "-pk")
        page = Paginator(found, PAGE).get_page(request.GET.get("page"))
        rows_shown = [{"case": row, "own": row.student.user_id == user.pk} for row in page]
        context = {"now": now, "page": page, "rows": rows_shown}
        return render(request, "discipline/my_cases.html", context)
    form = CaseFilter(request.GET, rows=rows)
    form.is_valid()
    rows = fitting(rows, form.cleaned_data, user)
    stage = form.cleaned_data.get("stage") or ""
    counts = dict(rows.order_by().values_list("state").annotate(n=Count("pk")))
    shown = oldest_deadline_first(selectors.with_people(in_stage(rows, stage)))
    page = Paginator(shown, PAGE).get_page(request.GET.get("page"))
    context = {
        "now": now,
        "form": form,
        "page": page,
        "rows": [{"case": row, "next": NEXT.get(CaseState(row.state), "")} for row in page],
        "tabs": _tabs(request, counts, stage),
        "filtered": any(form.cleaned_data.get(name) for name in ("q", "kind", "path", "mine")),
    }
    return render(request, "discipline/cases.html", context)


def _tabs(request: PersonRequest, counts: dict[str, int], stage: str) -> list[dict[str, Any]]:
    def tab(value: str, label: Any, count: int) -> dict[str, Any]:
        params = request.GET.copy()
        params.pop("page", None)
        params.pop("stage", None)
        if value:
            params["stage"] = value
        return {
            "url": f"?{params.urlencode()}",
            "label": label,
            "count": count,
            "current": value == stage or (value == "" and stage not in (*CaseState.values, ENDED)),
        }

    ended = sum(counts.get(state, 0) for state in FINAL_STATES)
    return [
        tab("", _("All open"), sum(counts.get(state, 0) for state in OPEN_STATES)),
        *(
            tab(state, str(CaseState(state).label).capitalize(), counts.get(state, 0))
            for state in OPEN_STATES
            if counts.get(state) or state == stage
        ),
        tab(ENDED, _("Ended"), ended),
    ]
