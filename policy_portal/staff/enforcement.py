"""Everything that happens because time passed: each rule's sweep, how late it is, and the state of the record."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from accounts.doors import PersonRequest, staff_only
from accounts.permissions import is_administrator
from enforcement.models import SweepFailure
from enforcement.registry import all_sweeps
from enforcement.runner import SweepFailed, run
from enforcement.selectors import MOST_COUNTED, SweepStatus, failing_rows, status
from enforcement.services import retry_rows
from record import guards
from record.models import Checkpoint
from record.verify import Verification

MOST_BATCHES = 20
"""How many batches one press of the button settles; a tick does the rest."""

MOST_VERIFIED = 50_000
"""Entries that are read while somebody waits; for more there is `manage.py verify_record`."""

MOST_SHOWN = 50


def _state(row: SweepStatus) -> str:
    if row.heartbeat is None:
        return "never"
    if row.last_error or row.failing:
        return "error"
    return "late" if row.late else "ok"


@require_safe
@staff_only
def enforcement(request: PersonRequest) -> HttpResponse:
    """The page; administrators also see the errors and have the buttons."""
    admin = is_administrator(request.user)
    rows: list[dict[str, Any]] = [{"status": row, "state": _state(row)} for row in status(request.now)]
    context = {
        "now": request.now,
        "rows": rows,
        "most": MOST_COUNTED,
        "admin": admin,
        "failures": failing_rows(request.now)[:MOST_SHOWN] if admin else [],
        "checkpoint": Checkpoint.objects.order_by("-seq").first(),
        "missing": guards.missing(),
    }
    return render(request, "staff/enforcement.html", context)


@require_POST
@staff_only
def run_now(request: PersonRequest, name: str) -> HttpResponse:
    """An administrator runs one sweep here and now, without the broker; a tick would do the same."""
    sweep = all_sweeps().get(name)
    if sweep is None or not is_administrator(request.user):
        raise Http404
    try:
        count = run(sweep, request.now, max_batches=MOST_BATCHES)
    except SweepFailed as error:
        messages.error(request, _("It ran, and not all went well: %(error)s") % {"error": error})
    else:
        told = ngettext("%(title)s: %(n)d settled.", "%(title)s: %(n)d settled.", count)
        messages.success(request, told % {"title": sweep.title, "n": count})
    return redirect("staff-enforcement")


@require_POST
@staff_only
def failure_retry(request: PersonRequest, pk: int) -> HttpResponse:
    """An administrator lets a row that failed be tried at the next tick."""
    if not is_administrator(request.user):
        raise Http404
    row = get_object_or_404(SweepFailure, pk=pk)
    retry_rows(failure_ids=[row.pk], now=request.now)
    messages.success(request, _("It is tried again at the next tick."))
    return redirect("staff-enforcement")


@require_POST
@staff_only
def verify(request: PersonRequest) -> HttpResponse:
    """An administrator has the record read through, as `manage.py verify_record` does."""
    if not is_administrator(request.user):
        raise Http404
    last = Checkpoint.objects.order_by("-seq").first()
    if last is not None and last.entries > MOST_VERIFIED:
        messages.warning(request, _("The record is long: run “manage.py verify_record” on the server."))
        return redirect("staff-enforcement")
    reading = Verification()
    found = list(reading.findings())
    if found:
        where = "; ".join(f"{each.what}: {each.where}" for each in found[:5])
        messages.error(request, _("%(n)d findings: %(where)s") % {"n": len(found), "where": where})
    else:
        messages.success(
            request,
            _("Intact: %(entries)d entries in %(chains)d chains; %(unsigned)d are not signed yet.")
            % {"entries": reading.entries, "chains": reading.chains, "unsigned": reading.unsigned},
        )
    return redirect("staff-enforcement")
