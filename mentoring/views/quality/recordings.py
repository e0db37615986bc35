"""The recordings that quality staff may watch: the latest sessions first."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.doors import PersonRequest, quality_only
from mentoring.selectors.recordings import watchable

PAGE = 25


@require_safe
@quality_only
def recordings(request: PersonRequest) -> HttpResponse:
    page = Paginator(watchable(request.user), PAGE).get_page(request.GET.get("page"))
    return render(request, "mentoring/quality/recordings.html", {"now": request.now, "page": page})
