"""The student representatives of a Path (4.1)."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.doors import PersonRequest, staff_only
from discipline.forms.board import ConfirmForm, RepresentativeForm
from discipline.models import StudentRepresentative
from discipline.permissions.board import can_keep_representatives
from discipline.services.representatives import appoint_representative, end_representation
from mentoring.views.staff.acts import Act, perform
from rulebook.dates import local_date
from students.models import Path

from .door import METHODS, only


def _path(request: PersonRequest, pk: int) -> Path:
    path = get_object_or_404(Path, pk=pk)
    only(can_keep_representatives(request.user, path))
    return path


def _common(path: Path) -> dict[str, Any]:
    back = reverse("representatives", args=[path.pk])
    return {"lead": path.title, "back": back, "trail": [{"label": _("Student representatives"), "url": back}]}


@require_safe
@staff_only
def representatives(request: PersonRequest, path: int) -> HttpResponse:
    """Who holds the role, and who did."""
    row = _path(request, path)
    today = local_date(request.now, request.user.time_zone)
    rows = list(StudentRepresentative.objects.filter(path=row).select_related("user").order_by("-starts_on"))
    context = {
        "now": request.now,
        "path": row,
        "rows": [
            {
                "row": each,
                "stands": each.starts_on <= today and (each.ends_on is None or each.ends_on > today),
            }
            for each in rows
        ],
    }
    return render(request, "discipline/board/representatives.html", context)


@require_http_methods(METHODS)
@staff_only
def representative_new(request: PersonRequest, path: int) -> HttpResponse:
    row = _path(request, path)
    return perform(
        request,
        Act(
            title=_("Appoint a student representative"),
            form=RepresentativeForm,
            initial={"starts_on": local_date(request.now, request.user.time_zone)},
            follows=lambda form: [
                (_("Represents the students"), form.cleaned_data["email"]),
                (_("From"), form.cleaned_data["starts_on"]),
                (_("Until"), form.cleaned_data["ends_on"] or _("further notice")),
                (_("On a Board"), _("They are heard, and do not vote.")),
            ],
            do=lambda form: appoint_representative(
                path=row, by=request.user, now=request.now, **form.cleaned_data
            ),
            done=lambda made: _("%(who)s represents the students.") % {"who": made.user.full_name},
            submit=_("Appoint them"),
            undo=_("The role can end any day."),
            **_common(row),
        ),
    )


@require_http_methods(METHODS)
@staff_only
def representative_end(request: PersonRequest, path: int, pk: int) -> HttpResponse:
    row = _path(request, path)
    found = get_object_or_404(StudentRepresentative.objects.select_related("user"), pk=pk, path=row)
    return perform(
        request,
        Act(
            title=_("End the role of a student representative"),
            form=ConfirmForm,
            follows=lambda form: [
                (_("Represents the students"), found.user.full_name),
                (_("Last day"), local_date(request.now, request.user.time_zone)),
                (_("Boards on which they sit"), _("They stay until they step back.")),
            ],
            do=lambda form: end_representation(representative_id=found.pk, by=request.user, now=request.now),
            done=lambda made: _("Today is the last day."),
            submit=_("End it"),
            **_common(row),
        ),
    )
