"""The student's own record (R1): every decision in plain words, to read, print and take away."""

from __future__ import annotations

import json
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.doors import PersonRequest, students_only
from record.models import Entry
from record.selectors import entries_for
from record.words import tell

PAGE = 30


@require_safe
@students_only
def record(request: PersonRequest) -> HttpResponse:
    entries = entries_for(request.user, request.user)
    everything = request.GET.get("all") == "1"  # for printing: the whole record on one page
    size = max(entries.count(), 1) if everything else PAGE
    page = Paginator(entries, size).get_page(request.GET.get("page"))
    return render(
        request,
        "mentoring/student/record.html",
        {
            "now": request.now,
            "page": page,
            "everything": everything,
            "told": [tell(entry, reader=request.user) for entry in page],
        },
    )


@require_safe
@students_only
def record_export(request: PersonRequest) -> HttpResponse:
    """The whole record as JSON, with what is needed to check the chain of hashes."""
    entries = entries_for(request.user, request.user).order_by("seq")
    body: dict[str, Any] = {
        "subject": request.user.email,
        "exported_at": request.now.isoformat(),
        "entries": [_exported(entry, request) for entry in entries],
    }
    response = JsonResponse(body, json_dumps_params={"ensure_ascii": False, "indent": 2})
    response.headers["Content-Disposition"] = 'attachment; filename="record.json"'
    return response


def _exported(entry: Entry, request: PersonRequest) -> dict[str, Any]:
    told = tell(entry, reader=request.user)
    return {
        "seq": entry.seq,
        "kind": entry.kind,
        "title": told.title,
        "sentence": told.plain(),
        "clause": entry.clause,
        "policy": entry.policy_id,
        "happened_at": entry.happened_at.isoformat(),
        "recorded_at": entry.recorded_at.isoformat(),
        "by": told.who,
        "about": entry.about,
        "facts": json.loads(entry.payload or "null"),
        "salt": entry.salt,
        "commitment": entry.commitment,
        "previous_hash": entry.prev_hash,
        "hash": entry.hash,
    }
