"""Numbers on cases: charts for the school's staff, and the same as CSV."""

from __future__ import annotations

import csv
from datetime import timedelta
from typing import Any

from django import forms
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_safe

from accounts.doors import PersonRequest, staff_only
from discipline.statistics.counting import Line, Numbers, Table, numbers_for, sees_everybody, years
from discipline.statistics.hiding import FEWEST
from mentoring.roster.exporting import neutral

DAY = timedelta(days=1)


class YearForm(forms.Form):
    """Which cases are counted; it stands in the address."""

    year = forms.TypedChoiceField(
        label=gettext_lazy("Opened in"),
        required=False,
        coerce=int,
        empty_value=None,
    )

    def __init__(self, data: Any, *, choices: list[int]) -> None:
        super().__init__(data)
        field = self.fields["year"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [("", _("All years")), *((year, str(year)) for year in choices)]


def _asked(request: PersonRequest) -> tuple[YearForm | None, Numbers]:
    user = request.user
    if not sees_everybody(user):
        return None, numbers_for(user)
    form = YearForm(request.GET, choices=years())
    form.is_valid()
    return form, numbers_for(user, form.cleaned_data.get("year"))


@require_safe
@staff_only
def statistics(request: PersonRequest) -> HttpResponse:
    """The page."""
    form, numbers = _asked(request)
    context = {
        "now": request.now,
        "form": form,
        "numbers": numbers,
        "fewest": FEWEST,
        "tables": [
            {
                "table": table,
                "counts": [_count(line) for line in table.lines],
                "lengths": [row for line in table.lines if (row := _length(line))],
            }
            for table in numbers.tables
        ],
        "stages": [row for line in numbers.stages.lines if (row := _length(line))],
        "query_string": request.GET.urlencode(),
        "trail": [{"label": _("Cases"), "url": reverse("cases")}],
    }
    return render(request, "discipline/statistics.html", context)


def _count(line: Line) -> dict[str, Any]:
    return {"label": line.label, "value": line.count, "word": line.told}


def _length(line: Line) -> dict[str, Any] | None:
    """A bar as long as half of the cases took, marked where the longest ended."""
    if line.typical is None:
        return None
    row: dict[str, Any] = {
        "label": line.label,
        "value": line.typical / DAY,
        "word": _days(line.typical),
    }
    if line.longest is not None:
        row |= {"mark": line.longest / DAY, "note": _("longest: %(days)s") % {"days": _days(line.longest)}}
    return row


def _days(length: timedelta) -> str:
    days = round(length / DAY)
    return ngettext("%(n)d day", "%(n)d days", days) % {"n": days}


@require_safe
@staff_only
def export(request: PersonRequest) -> HttpResponse:
    """The same numbers as CSV, in cells that a spreadsheet takes as text (abuse 64)."""
    _form, numbers = _asked(request)
    response = HttpResponse(content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="cases.csv"'
    writer = csv.writer(response)
    writer.writerow(("by", "group", "cases", "median_days", "longest_days"))
    for table in (*numbers.tables, numbers.stages):
        for line in table.lines:
            writer.writerow(neutral(_cells(table, line)))
    return response


def _cells(table: Table, line: Line) -> tuple[object, ...]:
    count = line.count if line.count is not None else f"<{FEWEST}"
    return (table.name, line.label, count, _decimal(line.typical), _decimal(line.longest))


def _decimal(length: timedelta | None) -> str:
    return "" if length is None else f"{length / DAY:.1f}"
