"""The recordings that quality staff may watch: the latest sessions first."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.models import User
from accounts.permissions import is_quality
from mentoring.selectors.recordings import watchable

PAGE = 25


@require_safe
@login_required
def recordings(request: HttpRequest) -> HttpResponse:
    if not is_quality(request.user):
        raise Http404
    assert isinstance(request.user, User)
    page = Paginator(watchable(request.user), PAGE).get_page(request.GET.get("page"))
    return render(request, "mentoring/quality/recordings.html", {"now": timezone.now(), "page": page})
