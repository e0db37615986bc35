"""The door to every private file."""

from __future__ import annotations

import uuid

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.models import User
from record.documents.selectors import document_for
from record.documents.serving import serve


@login_required
@require_safe
def document(request: HttpRequest, key: uuid.UUID) -> HttpResponseBase:
    """The file, for whom its purpose lets read it; 404 for all others. A deleted one says what it was, when
    it went and why."""
    user = request.user
    assert isinstance(user, User)
    found = document_for(user, key)
    if found is None:
        raise Http404
    if not found.is_kept:
        return gone(request, found)
    return serve(found, request, by=user, now=timezone.now())


def gone(request: HttpRequest, found: object) -> HttpResponse:
    context = {"document": found, "now": timezone.now()}
    return render(request, "record/document_gone.html", context, status=410)
