"""Rosters on the staff page: upload, look at every row that would change, confirm or lay aside."""

from __future__ import annotations

import csv
import json
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.doors import PersonRequest, opened_to
from mentoring.forms.imports import RosterForm
from mentoring.roster.exporting import neutral
from mentoring.roster.plan import CREATE, DEACTIVATE, UPDATE
from mentoring.roster.uploading import apply_upload, lay_aside, upload_roster
from students.models import ExternalKind, RosterImport
from students.permissions import may_import_rosters

from .sending import sent

PAGE = 100
ACTIONS = {
    CREATE: (gettext_lazy("new"), "ok", "circle-plus"),
    UPDATE: (gettext_lazy("changed"), "accent", "pencil"),
    DEACTIVATE: (gettext_lazy("ended or closed"), "warn", "circle-minus"),
}
FIELDS = {
    "given_name": gettext_lazy("given name"),
    "family_name": gettext_lazy("family name"),
    "email": gettext_lazy("e-mail"),
    "time_zone": gettext_lazy("time zone"),
    "roles": gettext_lazy("roles"),
    "reference": gettext_lazy("school reference"),
    "video_link": gettext_lazy("video link"),
    "active": gettext_lazy("open"),
    "code": gettext_lazy("code"),
    "title": gettext_lazy("title"),
    "starts_on": gettext_lazy("first day"),
    "ends_on": gettext_lazy("last day"),
    "ended_on": gettext_lazy("ends early on"),
    "mentorship": gettext_lazy("weekly session"),
}
importers_only = opened_to(may_import_rosters)


@require_http_methods(["GET", "HEAD", "POST"])
@importers_only
def rosters(request: PersonRequest) -> HttpResponse:
    """What was imported, and the way to import more."""
    form = RosterForm(*sent(request))
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        upload = upload_roster(
            content=file.read(),
            file_name=file.name,
            many=form.cleaned_data["many"],
            by=request.user,
            now=request.now,
        )
        return redirect("roster-import", pk=upload.pk)
    past = RosterImport.objects.select_related("uploaded_by").defer("content", "outcome")
    page = Paginator(past, 20).get_page(request.GET.get("page"))
    context = {"now": request.now, "form": form, "page": page}
    return render(request, "mentoring/imports/rosters.html", context, status=422 if form.errors else 200)


def _upload(pk: int) -> RosterImport:
    return get_object_or_404(RosterImport.objects.select_related("uploaded_by").defer("content"), pk=pk)


def _trail() -> list[dict[str, str]]:
    return [{"label": _("Rosters"), "url": reverse("roster-imports")}]


@require_safe
@importers_only
def roster(request: PersonRequest, pk: int) -> HttpResponse:
    """One upload: what is wrong with it, or every row that it changes with old and new values."""
    upload = _upload(pk)
    outcome: dict[str, Any] = json.loads(upload.outcome)
    wanted = request.GET.get("show", "")
    rows = [row for row in outcome["changes"] if wanted in ("", row["action"])]
    page = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    own = upload.uploaded_by_id == request.user.pk and upload.applied_at is None
    context = {
        "now": request.now,
        "trail": _trail(),
        "upload": upload,
        "outcome": outcome,
        "page": page,
        "rows": [_shown(row) for row in page],
        "tabs": _tabs(outcome, wanted),
        "confirmable": own and not outcome["problems"] and bool(outcome["changes"]),
        "discardable": own,
        "consequences": _consequences(upload, outcome),
    }
    return render(request, "mentoring/imports/roster.html", context)


def _shown(row: dict[str, Any]) -> dict[str, Any]:
    word, tone, icon = ACTIONS[row["action"]]
    return {
        **row,
        "word": word,
        "tone": tone,
        "icon": icon,
        "kind": ExternalKind(row["kind"]).label,
        "fields": [(FIELDS.get(name, name), old, new) for name, old, new in row["fields"]],
    }


def _tabs(outcome: dict[str, Any], wanted: str) -> list[dict[str, Any]]:
    counts = outcome["counts"]
    tabs = [{"url": "?", "label": _("All"), "current": not wanted, "count": len(outcome["changes"])}]
    for action, (word, _tone, _icon) in ACTIONS.items():
        tabs.append(
            {
                "url": f"?show={action}",
                "label": str(word).capitalize(),
                "current": wanted == action,
                "count": counts[action],
            }
        )
    return tabs


def _consequences(upload: RosterImport, outcome: dict[str, Any]) -> list[dict[str, Any]]:
    counts = outcome["counts"]
    return [
        {"label": _("File"), "value": upload.file_name},
        {"label": _("New"), "value": str(counts[CREATE])},
        {"label": _("Changed"), "value": str(counts[UPDATE])},
        {"label": _("Ended or closed"), "value": str(counts[DEACTIVATE])},
        {"label": _("Left as they are"), "value": str(counts["unchanged"])},
        {"label": _("Fingerprint (SHA-256)"), "value": upload.digest[:16] + "…"},
    ]


@require_POST
@importers_only
def roster_apply(request: PersonRequest, pk: int) -> HttpResponse:
    """Apply exactly what was shown."""
    upload = get_object_or_404(RosterImport, pk=pk, uploaded_by=request.user, applied_at__isnull=True)
    try:
        upload, applied = apply_upload(
            upload=upload, outcome_digest=request.POST.get("outcome", ""), by=request.user, now=request.now
        )
    except RosterImport.DoesNotExist as gone:  # pressed twice: the other press was first
        raise Http404 from gone
    if applied:
        messages.success(request, _("The roster was applied."))
    else:
        messages.warning(
            request,
            _(
                "Nothing was changed: the portal has moved on since you looked. This is what the file would do now."
            ),
        )
    return redirect("roster-import", pk=upload.pk)


@require_POST
@importers_only
def roster_discard(request: PersonRequest, pk: int) -> HttpResponse:
    upload = get_object_or_404(RosterImport, pk=pk, uploaded_by=request.user, applied_at__isnull=True)
    lay_aside(upload=upload, by=request.user)
    messages.success(request, _("The upload was laid aside; nothing was changed."))
    return redirect("roster-imports")


@require_safe
@importers_only
def roster_rows(request: PersonRequest, pk: int) -> HttpResponse:
    """The rows and problems of an upload as CSV, with cells that a spreadsheet takes as text (abuse 64)."""
    upload = _upload(pk)
    outcome = json.loads(upload.outcome)
    response = HttpResponse(content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="roster-{upload.pk}.csv"'
    writer = csv.writer(response)
    writer.writerow(["action", "file", "line", "kind", "id", "name", "field", "old", "new", "note"])
    for problem in outcome["problems"]:
        cells = ["problem", problem["file"], problem["line"], "", "", "", problem["column"], "", ""]
        writer.writerow(neutral([*cells, problem["reason"]]))
    for row in outcome["changes"]:
        place = [row["action"], row["file"], row["line"], row["kind"], row["sourced_id"], row["name"]]
        for name, old, new in row["fields"] or [("", "", "")]:
            writer.writerow(neutral([*place, name, old, new, row["note"]]))
    return response
